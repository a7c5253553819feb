"""`make bench-peers`: the reference model in other packages, as a Markdown table.

Each package draws the inputs its own way; where it takes a function of arrays it is handed the one of `scripts.py`, and
where it calls a function once a draw, the same on numbers. Times are of the processor, the shortest of three, in one
process; packages that call a function once a draw run 1,000 draws and are scaled. Correlation is left out where a
package has none.
"""

from __future__ import annotations

import importlib.metadata
import logging
import sys
import time
import warnings
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import scripts

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))
DRAWS, FEW = 100_000, 1_000

PERTS = {
    "us": (0.20, 0.35, 0.50),
    "not_opted_out": (0.90, 0.97, 0.99),
    "months": (1, 4, 12),
    "diminution": (0, 0.1, 0.5),
}
BETAS = {"inmail": (8, 4), "standing": (5, 2), "claims": (2, 30), "actual_share": (2, 8)}
TRIANGLES = {"limitation": (0.5, 0.8, 1.0), "due_process": (0.05, 0.3, 1.0)}
CHANCES = {"needs_actual": 0.4, "dismissal": 0.5, "certification": 0.4, "merits": 0.5}
PRICES = {29.99: 0.55, 59.99: 0.30, 99.99: 0.15}


def shape_of_pert(low: float, likely: float, high: float) -> tuple[float, float, float, float]:
    """a, b, low, width of the beta."""
    width = high - low
    return 1 + 4 * (likely - low) / width, 1 + 4 * (high - likely) / width, low, width


def price_at(chance: np.ndarray) -> np.ndarray:
    return np.array(list(PRICES))[np.searchsorted([0.55, 0.85], chance, side="right")]


def read(x: dict[str, np.ndarray]) -> object:
    """The figures of drawn inputs, questions drawn as uniforms."""
    for name, chance in CHANCES.items():
        x[name] = x[name] < chance
    x["price"] = price_at(x["price"])
    return scripts.summary(scripts.figures(x))


@lru_cache
def case_file() -> Any:
    import damages

    return damages.load(HERE / "reference.yaml")


def damages_run(draws: int) -> object:
    import damages

    return damages.simulate(case_file(), draws=draws, lines=["net_fund_usd"])


def squigglepy_run(draws: int) -> object:
    import squigglepy as sq

    x = {name: sq.pert(*three) @ draws for name, three in PERTS.items()}
    x |= {name: sq.beta(a, b) @ draws for name, (a, b) in BETAS.items()}
    x |= {name: sq.triangular(*three) @ draws for name, three in TRIANGLES.items()}
    x |= {name: sq.uniform(0, 1) @ draws for name in (*CHANCES, "price")}
    x["subscribers"] = sq.lognorm(1.5e6, 8e6, credibility=90) @ draws
    return read({name: np.asarray(values) for name, values in x.items()})


def chaospy_run(draws: int) -> object:
    import chaospy

    names, laws = [], []
    for name, three in PERTS.items():
        a, b, low, width = shape_of_pert(*three)
        names.append(name)
        laws.append(chaospy.Beta(a, b, low, low + width))
    for name, (a, b) in BETAS.items():
        names.append(name)
        laws.append(chaospy.Beta(a, b))
    for name, three in TRIANGLES.items():
        names.append(name)
        laws.append(chaospy.Triangle(*three))
    for name in (*CHANCES, "price"):
        names.append(name)
        laws.append(chaospy.Uniform(0, 1))
    names.append("subscribers")
    laws.append(chaospy.LogNormal(*scripts.SUBSCRIBERS))
    found = chaospy.J(*laws).sample(draws, rule="sobol")
    return read(dict(zip(names, found, strict=True)))


def openturns_run(draws: int) -> object:
    import openturns as ot

    names, laws = [], []
    for name, three in PERTS.items():
        a, b, low, width = shape_of_pert(*three)
        names.append(name)
        laws.append(ot.Beta(a, b, low, low + width))
    for name, (a, b) in BETAS.items():
        names.append(name)
        laws.append(ot.Beta(a, b, 0, 1))
    for name, three in TRIANGLES.items():
        names.append(name)
        laws.append(ot.Triangular(*three))
    for name in (*CHANCES, "price"):
        names.append(name)
        laws.append(ot.Uniform(0, 1))
    names.append("subscribers")
    laws.append(ot.LogNormal(*scripts.SUBSCRIBERS, 0.0))
    joined = ot.CorrelationMatrix(len(names))
    joined[names.index("claims"), names.index("diminution")] = scripts.RHO
    found = np.asarray(ot.JointDistribution(laws, ot.NormalCopula(joined)).getSample(draws))
    return read(dict(zip(names, found.T, strict=True)))


def salib_run(draws: int) -> object:
    from SALib.sample import latin
    from scipy import special, stats

    names = ["subscribers", *PERTS, *BETAS, *TRIANGLES, *CHANCES, "price"]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0, 1]] * len(names)}
    chance = dict(zip(names, latin.sample(problem, draws).T, strict=True))
    x = {name: chance[name] for name in (*CHANCES, "price")}
    for name, three in PERTS.items():
        a, b, low, width = shape_of_pert(*three)
        x[name] = low + width * special.betaincinv(a, b, chance[name])
    x |= {name: special.betaincinv(a, b, chance[name]) for name, (a, b) in BETAS.items()}
    x |= {name: scripts.triangle(chance[name], *three) for name, three in TRIANGLES.items()}
    x["subscribers"] = np.exp(stats.norm.ppf(chance["subscribers"], *scripts.SUBSCRIBERS))
    return read(x)


def one_by_one(inputs: dict[str, float]) -> dict[str, float]:
    """The model for one draw."""
    x = {name: np.asarray(value) for name, value in inputs.items()}
    for name, chance in CHANCES.items():
        x[name] = x[name] < chance
    x["price"] = price_at(x["price"])
    return {name: float(value) for name, value in scripts.figures(x).items()}


def monaco_run(draws: int) -> object:
    import monaco as mc
    from scipy import stats

    def before(case: Any) -> tuple[dict[str, float]]:
        return ({name: float(value.val) for name, value in case.invals.items()},)

    def after(case: Any, found: dict[str, float]) -> None:
        for name, value in found.items():
            case.addOutVal(name=name, val=value)

    sim = mc.Sim(name="reference", ndraws=draws, fcns={"preprocess": before, "run": lambda x: (one_by_one(x),), "postprocess": after},
                 seed=1, singlethreaded=True, verbose=False, debug=False, savecasedata=False, savesimdata=False)  # fmt: skip
    for name, three in PERTS.items():
        a, b, low, width = shape_of_pert(*three)
        sim.addInVar(name=name, dist=stats.beta, distkwargs={"a": a, "b": b, "loc": low, "scale": width})
    for name, (a, b) in BETAS.items():
        sim.addInVar(name=name, dist=stats.beta, distkwargs={"a": a, "b": b})
    for name, (low, likely, high) in TRIANGLES.items():
        c = (likely - low) / (high - low)
        sim.addInVar(name=name, dist=stats.triang, distkwargs={"c": c, "loc": low, "scale": high - low})
    for name in (*CHANCES, "price"):
        sim.addInVar(name=name, dist=stats.uniform, distkwargs={})
    mean, sd = scripts.SUBSCRIBERS
    sim.addInVar(name="subscribers", dist=stats.lognorm, distkwargs={"s": sd, "scale": np.exp(mean)})
    sim.runSim()
    assert len(sim.casespostprocessed) == draws
    return sim


def ema_run(draws: int) -> object:
    from ema_workbench import Model, RealParameter, ScalarOutcome, SequentialEvaluator, ema_logging

    ema_logging.log_to_stderr(logging.ERROR)
    ends = {name: (low, high) for name, (low, _, high) in (PERTS | TRIANGLES).items()}
    ends |= dict.fromkeys((*BETAS, *CHANCES, "price"), (0.0, 1.0)) | {"subscribers": (1.5e6, 8e6)}
    model = Model("reference", function=lambda **x: one_by_one(x))
    model.uncertainties = [RealParameter(name, *pair) for name, pair in ends.items()]
    model.outcomes = [ScalarOutcome(name) for name in ("award", "judgment", "claimed", "net")]
    with SequentialEvaluator(model) as evaluator:
        return evaluator.perform_experiments(scenarios=draws)


CONTENDERS: list[tuple[str, str, int, Callable[[int], object], str]] = [
    ("a NumPy script", "numpy", DRAWS, scripts.whole_arrays, "whole arrays, by hand"),
    ("damages", "", DRAWS, damages_run, "a case file; questions enumerated, Sobol' points, errors of every figure"),
    ("squigglepy", "squigglepy", DRAWS, squigglepy_run, "no correlation"),
    ("OpenTURNS", "openturns", DRAWS, openturns_run, "Gaussian copula"),
    ("chaospy", "chaospy", DRAWS, chaospy_run, "Sobol' points, no correlation"),
    ("SALib", "SALib", DRAWS, salib_run, "its Latin hypercube with scipy's quantiles, no correlation"),
    ("monaco", "monaco", FEW, monaco_run, "a function call a draw, no correlation"),
    ("EMA Workbench", "ema_workbench", FEW, ema_run, "a function call a draw, uniform ranges"),
]


def main() -> None:
    warnings.simplefilter("ignore")
    date = sys.argv[1] if len(sys.argv) > 1 else ""
    rows, base = [], 0.0
    for label, package, draws, run, how in CONTENDERS:
        took = []
        for _ in range(3):
            start = time.process_time()
            run(draws)
            took.append(time.process_time() - start)
        seconds = min(took) * DRAWS / draws
        base = base or seconds
        version = importlib.metadata.version(package) if package else "this one"
        rows.append(f"| {label} | {version} | {seconds:.2f} s | {seconds / base:.1f} × | {how} |")
        print(rows[-1], file=sys.stderr, flush=True)
    print(
        f"{DRAWS:,} draws of the reference model, one process{', ' + date if date else ''}. `tests/bench/peers.py` makes this table.\n"
    )
    print("| | version | time | relative to the script | how |\n| --- | --- | --- | --- | --- |")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
