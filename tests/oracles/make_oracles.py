"""Makes the frozen results that other libraries give on the LinkedIn case; the tests compare with them.

Run by hand when the case or the model changes, in an environment of its own beside the project's:

    uv venv ../oracles && uv pip install --python ../oracles/bin/python SALib openturns pydantic pyyaml scipy
    PYTHONPATH=. ../oracles/bin/python tests/oracles/make_oracles.py

The libraries see the case as a plain function of uniforms. Questions are drawn here, not enumerated,
so that the enumeration is checked as well; to see enough judgments, some answers are made likelier.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np

import damages
from damages.engine.draws import Sampler
from damages.engine.figure import inputs_behind, open_questions
from damages.engine.paths import answers_for_class
from damages.model.estimate import estimate

HERE = Path(__file__).parent
SETTINGS = ["award_is_cut=1"]  # one path when the class wins
LIKELIER = [
    *("award_is_cut=0.5", "disclosed=0.8", "another_person=0.8", "consent_lacking=0.9", "knowing=0.9"),
    *("sca_covers=0.8", "promise_covers=0.8", "overpayment_proven=0.7", "certified_sca=0.7", "certified_contract=0.6"),
]
ABOVE_USD = 1e9
BLOCK = 2**14


class Function:
    """A line of the case as a function of uniforms (n_draws, n_columns), one column for each input that reaches it."""

    def __init__(self, line: str, settings: list[str]):
        case = damages.load("params/linkedin.yaml", "", settings)
        self.case = case.model_copy(update={"correlations": []})  # the libraries draw each input by itself
        self.sampler, self.line = Sampler(self.case), line
        names = set(inputs_behind(self.case, line))
        self.moving = [j for j, one in enumerate(self.sampler.columns) if one.name in names and not one.shape.is_fixed]
        self.questions = open_questions(self.case) if line == "judgment_usd" else []
        self.names = [self.sampler.columns[j].name for j in self.moving] + self.questions

    def __call__(self, uniforms: np.ndarray) -> np.ndarray:
        return np.concatenate([self._block(part) for part in np.array_split(uniforms, max(len(uniforms) // BLOCK, 1))])

    def _block(self, uniforms: np.ndarray) -> np.ndarray:
        full = np.full((len(self.sampler.columns), len(uniforms)), 0.5)
        full[self.moving] = np.clip(uniforms[:, : len(self.moving)].T, 1e-12, 1 - 1e-12)
        answers = {name: np.full((len(uniforms), 1), float(yes)) for name, yes in answers_for_class(self.case).items()}
        for j, name in enumerate(self.questions):
            chance = self.case.questions[name].chance  # a number: these questions depend on no other
            answers[name] = (uniforms[:, [len(self.moving) + j]] < chance).astype(float)
        lines = estimate(self.case, {**self.sampler.values(full), **answers}, {})
        return np.broadcast_to(np.ravel(lines["judgment_usd"]), (len(uniforms),)).copy()


def by_salib(function: Function, power: int) -> dict[str, object]:
    """First-order and total indices with SALib's bootstrap intervals."""
    from SALib.analyze import sobol as salib_analyze
    from SALib.sample import sobol as salib_sample

    problem = {"num_vars": len(function.names), "names": function.names, "bounds": [[0.0, 1.0]] * len(function.names)}
    points = salib_sample.sample(problem, 2**power, calc_second_order=False, seed=1)
    found = salib_analyze.analyze(problem, function(points), calc_second_order=False, seed=1)
    return {
        name: {
            "first": float(found["S1"][j]),
            "first_error": float(found["S1_conf"][j]),
            "total": float(found["ST"][j]),
            "total_error": float(found["ST_conf"][j]),
        }
        for j, name in enumerate(function.names)
    }


def by_openturns(function: Function, size: int) -> dict[str, object]:
    """First-order and total indices and rank correlations by OpenTURNS."""
    import openturns as ot

    ot.RandomGenerator.SetSeed(1)
    ot.ResourceMap.SetAsString("SobolIndicesExperiment-SamplingMethod", "QMC")
    dimension = len(function.names)
    uniform = ot.JointDistribution([ot.Uniform(0.0, 1.0)] * dimension)
    design = ot.SobolIndicesExperiment(uniform, size, False).generate()
    output = ot.Sample(function(np.array(design))[:, None])
    sobol = ot.MartinezSensitivityAlgorithm(design, output, size)
    first, total = sobol.getFirstOrderIndices(), sobol.getTotalOrderIndices()
    sample = uniform.getSample(size)
    analysis = ot.CorrelationAnalysis(sample, ot.Sample(function(np.array(sample))[:, None]))
    plain, partial = analysis.computeSpearmanCorrelation(), analysis.computePRCC()
    return {
        name: {"first": first[j], "total": total[j], "plain": plain[j], "partial": partial[j]}
        for j, name in enumerate(function.names)
    }


def design_point(function: Function) -> dict[str, object]:
    """The most likely point at which the exposure reaches the sum, by OpenTURNS' first-order reliability method."""
    import openturns as ot
    from scipy.special import ndtr

    dimension = len(function.names)

    def scaled(points: object) -> np.ndarray:
        return function(ndtr(np.atleast_2d(np.array(points))))[:, None] / ABOVE_USD

    model = ot.PythonFunction(dimension, 1, lambda x: scaled([list(x)])[0], scaled)
    vector = ot.CompositeRandomVector(model, ot.RandomVector(ot.Normal(dimension)))
    event = ot.ThresholdEvent(vector, ot.Greater(), 1.0)
    solver = ot.Cobyla()
    solver.setMaximumCallsNumber(20_000)
    for tolerance in ("AbsoluteError", "RelativeError", "ResidualError", "ConstraintError"):
        getattr(solver, f"setMaximum{tolerance}")(1e-7)
    solver.setStartingPoint([0.3] * dimension)
    form = ot.FORM(solver, event)
    form.run()
    found = form.getResult()
    return {
        "above_usd": ABOVE_USD,
        "distance": found.getHasoferReliabilityIndex(),
        "scores": dict(zip(function.names, list(found.getStandardSpaceDesignPoint()), strict=True)),
    }


def main() -> None:
    """Write linkedin.json beside this script."""
    exposure, judgment = Function("exposure_usd", SETTINGS), Function("judgment_usd", LIKELIER)
    found = {
        "made_with": {name: version(name) for name in ("SALib", "openturns", "numpy", "scipy")},
        "case": "params/linkedin.yaml",
        "settings": SETTINGS,
        "likelier": LIKELIER,
        "salib": {"exposure_usd": by_salib(exposure, 14), "judgment_usd": by_salib(judgment, 14)},
        "openturns": {"exposure_usd": by_openturns(exposure, 2**14)},
        "design_point": design_point(exposure),
    }
    (HERE / "linkedin.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
