"""The library against answers that are known: closed forms, published estimates, and other libraries.

Each check puts one figure beside the one it should be, with how far it may lie from it. The answers
are theory's, an author's or another program's, never this library's own of yesterday.

`python tests/known_answers.py` writes the table that notebook 09 shows; a test makes it again and compares.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path

import closed_forms
import numpy as np

from damages.counting.retention import fit_retention
from damages.engine.percentiles import Draws, Measured, quantiles
from damages.engine.sound import load
from damages.files import write_rows
from damages.precedents.known_answers import Check
from damages.ranges.distributions import Shape
from damages.ranges.quantiles import quantiles as tabulated
from damages.ranges.shapes import from_case
from damages.reader.units import UNITS
from damages.sensitivity.ranks import rank_correlations
from damages.sensitivity.sobol import sobol
from damages.sensitivity.stress import reverse_stress
from damages.sensitivity.variance import PickFreeze, shapley_effects, sobol_indices

DRAWS = 32_768
ORACLES = Path(__file__).parent / "oracles" / "linkedin.json"
COVERAGE = Path(__file__).parent / "oracles" / "coverage.json"
TABLE = Path(__file__).parents[1] / "params" / "benchmarks" / "known_answers.csv"
CLOSED_FORM = "closed form"
RETENTION = "Fader and Hardie, How to Project Customer Retention, J. Interactive Marketing 21(1), 2007"
CHOICE = "Greene, Econometric Analysis, conditional logit example"
WEIGHTS = np.array([0.0, 0.5, 3.0, 9.0, 99.0])
SHAPLEY = "Owen and Prieur, On Shapley value for measuring importance of dependent inputs, 2017"


def validate(groups: Collection[str] = ()) -> list[Check]:
    """Every check, or those of some groups: distributions, theory, coverage, retention, choice, libraries."""
    wanted = {
        "distributions": _of_distributions,
        "theory": _of_theory,
        "coverage": _of_coverage,
        "retention": _of_retention,
        "choice": _of_choice,
        "libraries": _of_libraries,
    }
    return [check for name, checks in wanted.items() if not groups or name in groups for check in checks()]


def _of_distributions() -> Iterator[Check]:
    """Mean, standard deviation and the table's 95th percentile of each shape: SciPy's law, or what follows from two of them."""
    from scipy import stats

    share, money = UNITS["share"], UNITS["usd"]
    low, high = stats.lognorm(0.4, scale=10), stats.lognorm(0.2, scale=200)
    spread = np.log(8 / 1.5) / (2 * float(stats.norm.ppf(0.95)))
    for words, spec, unit, law in (
        ("PERT", {"low": 0.2, "likely": 0.3, "high": 0.5}, share, stats.beta(7 / 3, 11 / 3, 0.2, 0.3)),
        ("uniform", {"uniform": [3, 9]}, money, stats.uniform(3, 6)),
        ("triangular", {"triangular": {"low": 8, "likely": 10, "high": 15}}, money, stats.triang(2 / 7, 8, 7)),
        ("beta", {"beta": [2, 8]}, share, stats.beta(2, 8)),
        ("normal cut off at 0 and 1", {"normal": {"mean": 0.3, "sd": 0.4}}, share, stats.truncnorm(-0.75, 1.75, 0.3, 0.4)),
        ("lognormal", {"lognormal": {"median": 10, "sd_log": 0.4}}, money, low),
        ("90% sure", {"between": [1.5, 8]}, money, stats.lognorm(spread, scale=12**0.5)),
        ("gamma", {"gamma": {"mean": 10, "sd": 4}}, money, stats.gamma(6.25, scale=1.6)),
    ):  # fmt: skip
        known_ones = float(law.mean()), float(law.std()), float(law.ppf(0.95))
        yield from _shape(words, from_case(spec, unit), known_ones, "SciPy")
    logit = stats.norm(float(stats.logistic.ppf(0.3)), 0.8)
    mean, square = (logit.expect(lambda t, k=k: stats.logistic.cdf(t) ** k, epsabs=1e-14, limit=500) for k in (1, 2))
    known_ones = mean, (square - mean**2) ** 0.5, float(stats.logistic.cdf(logit.ppf(0.95)))
    yield from _shape("logit-normal", from_case({"logit_normal": {"median": 0.3, "sd_logit": 0.8}}, share), known_ones)
    # Of a mixture the moments are weighed; the 95th percentile is that of the one part that reaches so far.
    wide = {"lognormal": {"median": 200, "sd_log": 0.2}}
    both = [{"weight": 0.7, "value": {"uniform": [3, 9]}}, {"weight": 0.3, "value": wide}]
    mean, square = 0.7 * 6 + 0.3 * high.mean(), 0.7 * (36 + 3) + 0.3 * (high.var() + high.mean() ** 2)
    known_ones = mean, (square - mean**2) ** 0.5, float(high.ppf(1 - 0.05 / 0.3))
    yield from _shape("mixture", from_case({"mixture": both}, money), known_ones)
    zero_or = {"zero_or": {"chance_of_zero": 0.4, "value": wide}}
    mean, square = 0.6 * high.mean(), 0.6 * (high.var() + high.mean() ** 2)
    known_ones = mean, (square - mean**2) ** 0.5, float(high.ppf(1 - 0.05 / 0.6))
    yield from _shape("zero or lognormal", from_case(zero_or, money), known_ones)
    mean, square = (0.55 * 29.99**k + 0.3 * 59.99**k + 0.15 * 99.99**k for k in (1, 2))
    prices = from_case({"choices": {29.99: 0.55, 59.99: 0.30, 99.99: 0.15}}, money)
    yield from _shape("one of three prices", prices, (mean, (square - mean**2) ** 0.5, 99.99))


def _shape(
    words: str, shape: Shape, known_ones: tuple[float, float, float], source: str = CLOSED_FORM
) -> Iterator[Check]:
    ours = shape.law.mean(), shape.law.std(), float(tabulated(shape)(np.array([0.95]))[0])
    for what, wanted, found in zip(("mean", "standard deviation", "95th percentile"), known_ones, ours, strict=True):
        yield Check("Distributions", f"{words}, {what}", float(wanted), float(found), 1e-9 * float(wanted), source)


def _of_theory() -> Iterator[Check]:
    yield from _indices("Ishigami", closed_forms.ISHIGAMI, *closed_forms.ishigami_indices())
    yield from _indices("G function", closed_forms.g_function(WEIGHTS), *closed_forms.g_function_indices(WEIGHTS))
    yield from _linear_normal()
    yield from _lognormals()
    yield from _zero_inflated()


def _indices(name: str, model: PickFreeze, first: Collection[float], total: Collection[float]) -> Iterator[Check]:
    found = {row.name: row for row in sobol_indices(model).rows}
    for j, (alone, together) in enumerate(zip(first, total, strict=True)):
        row = found[str(j)]
        for words, truth, figure in (("first", alone, row.first), ("total", together, row.total)):
            yield _drawn("Sobol' indices", f"{name}, input {j + 1}, {words}", float(truth), figure)


def _drawn(group: str, what: str, known: float, figure: Measured, source: str = CLOSED_FORM) -> Check:
    """A figure from eight replicates: four standard errors are 1.7 half-widths of its interval."""
    return Check(group, what, known, figure.value, max(1.7 * figure.error, 1e-4), source)


def _linear_normal() -> Iterator[Check]:
    fair = shapley_effects(closed_forms.LINEAR_NORMAL, {str(j): [str(j)] for j in range(3)})
    for j, truth in enumerate(closed_forms.linear_normal_effects()):
        yield _drawn(
            "Shapley effects", f"Linear model, correlated normals, input {j + 1}", truth, fair[str(j)], SHAPLEY
        )


def _lognormals() -> Iterator[Check]:
    """A product of independent lognormals is lognormal: every percentile is exact."""
    from scipy.special import ndtri

    from damages.engine.draws import uniforms

    sigma = np.array([0.5, 0.3, 0.2])
    draws = [np.sort(np.exp(sigma @ ndtri(uniforms(0, replicate, 14, 3)))) for replicate in range(8)]
    for level in (0.05, 0.5, 0.95):
        found = Measured.of([float(quantiles([Draws(1.0, values)], [level])[0]) for values in draws])
        known = float(np.exp(np.sqrt(np.sum(sigma**2)) * ndtri(level)))
        yield _drawn("Percentiles", f"Product of three lognormals, {level:.0%}", known, found)


def _zero_inflated() -> Iterator[Check]:
    """Zero with chance 1 − p, else X lognormal: the mean is p E[X], percentiles follow by inversion."""
    from scipy.special import ndtri

    from damages.engine.draws import uniforms

    p, sigma = 0.3, 0.8
    replicates = [
        [Draws(1.0 - p, np.zeros(1)), Draws(p, np.sort(np.exp(sigma * ndtri(uniforms(0, replicate, 14, 1)[0]))))]
        for replicate in range(8)
    ]
    mean = Measured.of([sum(part.weight * float(part.values.mean()) for part in parts) for parts in replicates])
    yield _drawn("Percentiles", "Zero with chance 0.7, else lognormal: mean", p * float(np.exp(sigma**2 / 2)), mean)
    for level in (0.5, 0.8, 0.95):
        found = Measured.of([float(quantiles(parts, [level])[0]) for parts in replicates])
        known = float(np.exp(sigma * ndtri(1.0 - (1.0 - level) / p))) if level > 1.0 - p else 0.0
        yield _drawn("Percentiles", f"Zero with chance 0.7, else lognormal: {level:.0%}", known, found)


def _of_coverage() -> Iterator[Check]:
    """How often 95% intervals hold a truth that is known, over many seeds; frozen beside the script that counts.

    With many points the estimates of eight scrambles have longer tails than a normal law, and an interval of an index is
    rather too wide than too narrow.
    """
    for study, counted in json.loads(COVERAGE.read_text(encoding="utf-8")).items():
        alike: dict[str, list[tuple[float, str, int]]] = {}
        for what, digits in counted.items():
            held, seeds = digits.count("1"), len(digits)
            alike.setdefault(what.rsplit(", ", 1)[1], []).append((held / seeds, what, seeds))
        for size, found in alike.items():
            within, ends = 0.04 if size.endswith("2,048 points") else 0.02, (min(found), max(found))
            if study == "draws":
                named = [(what, share) for share, what, _ in found]
            else:
                words = ("lowest", "highest")
                named = [
                    (f"{study}, {word} of {len(found)}, {size}", end[0]) for word, end in zip(words, ends, strict=True)
                ]
            for what, share in named:
                yield Check("Coverage", what, 0.95, share, within, f"{found[0][2]:,} seeds")


COHORTS = {
    "High End": (
        (100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1),
        (46.8, 44.5, 42.7, 40.9, 39.4),
        0.668,
        3.806,
        -1611.2,
    ),
    "Regular": ((100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1), (22.3, 20.7, 19.4, 18.3, 17.3), 0.704, 1.182, -1680.3),
}


def _of_retention() -> Iterator[Check]:
    """The published fits to the rounding of print; the five years after, which the fit did not see, within two points."""
    for name, (survivors, later, alpha, beta, likelihood) in COHORTS.items():
        found = fit_retention([10.0 * share for share in survivors])
        for words, known, ours, within in (
            ("alpha", alpha, found.alpha, 0.0005),
            ("beta", beta, found.beta, 0.0005),
            ("log-likelihood", likelihood, found.log_likelihood, 0.05),
        ):
            yield Check("Retention fitted", f"{name}, {words}", known, ours, within, RETENTION)
        projected = 100.0 * found.survival(12)[8:]
        for year, known, ours in zip(range(8, 13), later, projected, strict=True):
            yield Check("Retention projected", f"{name}, % left after year {year}", known, float(ours), 2.0, RETENTION)


TRAVEL = {"gc": -0.01550, "ttme": -0.09612, "income_by_air": 0.01329, "air": 5.2074, "train": 3.8690, "bus": 3.1632}


def _of_choice() -> Iterator[Check]:
    """The conditional logit of travel mode to the digits in print; nothing where the survey packages are not installed."""
    try:
        import statsmodels.api
        import xlogit  # noqa: F401
    except ImportError:
        return
    from damages.survey.choice import fit_choice
    from damages.survey.survey import choice_data

    frame = statsmodels.api.datasets.modechoice.load_pandas().data
    for number, mode in enumerate(("air", "train", "bus"), start=1):
        frame[mode] = (frame["mode"] == number).astype(float)
    frame["income_by_air"] = frame["hinc"] * frame["air"]
    names = {"individual": "respondent", "mode": "alternative", "choice": "chosen", "gc": "price"}
    frame = frame.rename(columns=names).assign(task=1)
    found = fit_choice(choice_data(frame, list(TRAVEL)[1:]))
    for (name, known), ours in zip(TRAVEL.items(), found.coefficients, strict=True):
        within = 0.00005 if abs(known) > 1.0 else 0.000005
        yield Check("Choice model", f"Travel mode, {name}", known, float(ours), within, CHOICE)
    yield Check("Choice model", "Travel mode, log-likelihood", -199.128, found.log_likelihood, 0.0005, CHOICE)


def _of_libraries() -> Iterator[Check]:
    """The LinkedIn case, its inputs independent, by SALib and OpenTURNS: indices and rank correlations worth a row, and the nearest point."""
    oracle = json.loads(ORACLES.read_text(encoding="utf-8"))
    case = load(oracle["case"], settings=oracle["settings"]).model_copy(update={"correlations": []})
    versions = {
        "salib": f"SALib {oracle['made_with']['SALib']}",
        "openturns": f"OpenTURNS {oracle['made_with']['openturns']}",
    }
    rows = {row.name: row for row in sobol(case, of="exposure_usd").indices.rows if row.total.value > 0.01}
    for library, source in versions.items():
        theirs = oracle[library]["exposure_usd"]
        for order, words in (("first", "First-order"), ("total", "Total")):
            for name, row in rows.items():
                ours: Measured = getattr(row, order)
                what = f"{words} index: {case.inputs[name].label}"
                yield Check("LinkedIn Sobol' indices", what, theirs[name][order], ours.value, 0.015, source)
    theirs = oracle["openturns"]["exposure_usd"]
    for rank in rank_correlations(case, draws=DRAWS).rows:
        if rank.name in rows:
            what = f"Partial rank correlation: {case.inputs[rank.name].label}"
            known = theirs[rank.name]["partial"]
            yield Check("LinkedIn rank correlations", what, known, rank.partial.value, 0.035, versions["openturns"])
    point = oracle["design_point"]
    found = reverse_stress(case, above=point["above_usd"], draws=DRAWS)
    for condition in found.point[: len(rows)]:
        what = f"Score: {case.inputs[condition.name].label}"
        known = point["scores"][condition.name]
        yield Check("LinkedIn most likely point", what, known, condition.score, 0.002, versions["openturns"])


def main() -> None:
    """Write the table."""
    rows = [check.as_row() for check in validate()]
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        write_rows(rows, file)


if __name__ == "__main__":
    main()
