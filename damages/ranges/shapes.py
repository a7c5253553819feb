"""How an expert writes a shape in a case file, and what is wrong with one that cannot be."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from damages.ranges.beta import Beta
from damages.ranges.distributions import Shape, fixed
from damages.ranges.fits import LEAST_SHAPE, LEAST_SPREAD, fitted
from damages.ranges.laws import Gamma, LogitNormal, LogNormal, Normal, Steps, Triangular
from damages.ranges.mixtures import mixture
from damages.reader.numerals import plain_number
from damages.reader.samples import numbers_in
from damages.reader.units import CHANCE, Unit
from damages.reader.values import allow, day_of, number_of, number_of_key, ordered, pair, two, value_of

# Beyond these a law is a single value, two values, or another law, and its quantiles cannot be had to nine digits.
MOST_BETA = 10_000_000
MOST_LOGIT_SD = 10.0
MOST_SD = 10.0  # of a normal, in widths of the range it is cut to
MOST_GAMMA_SD = 1.0 / math.sqrt(LEAST_SHAPE)  # in means
RARE = 1e-4  # how often a draw may lie beyond a bound of good sense
Z90 = 1.6448536269514722  # the standard normal's 95th percentile: "90% sure between a and b"


@dataclass(frozen=True)
class Around:
    """What a shape may lean on beyond its own words: the folder of its case file, and the class period."""

    folder: Path | None = None
    period: tuple[datetime.date, datetime.date] | None = None


def from_case(spec: Any, unit: Unit, around: Around = Around()) -> Shape:
    """The shape that a case file describes.

    Parameters
    ----------
    spec : a number, or a mapping such as ``{low: 0.2, likely: 0.3, high: 0.5}``
    unit : what it allows; a value outside is refused, and so is a tail that passes it once in ten thousand draws
    around : where ``{sample: file.csv}`` looks for its file, and the days that ``{dated: …}`` averages over

    Raises
    ------
    ValueError, with a sentence that says how to write it
    """
    if not isinstance(spec, Mapping):
        return fixed(value_of(spec, "the value", unit))
    form = _form_of(spec)
    shape = _FORMS[form](spec, unit, around)
    allow("the base value", shape.base, unit)
    if shape.low < unit.low or shape.high > unit.end:
        raise ValueError(
            f"{form} reaches beyond what {unit.called.rstrip(',')} can be. Write {{between: [a, b]}} or {{low: a, likely: b, high: c}}."
        )
    far = float(shape.law.isf(RARE)) if math.isinf(shape.high) else shape.high
    if not far <= unit.high:
        raise ValueError(
            f"{unit.problem('the value passed once in 10,000 draws', far)} Write a smaller spread, or {{low: a, likely: b, high: c}}."
        )
    return shape


def is_shape(spec: Mapping[str, Any]) -> bool:
    """Whether a mapping describes one shape, and not one value per group."""
    return any(str(key) in _KEYWORDS for key in spec)


def _form_of(spec: Mapping[str, Any]) -> str:
    keys = {str(key) for key in spec}
    if keys & {"low", "likely", "high"}:
        if keys != {"low", "likely", "high"}:
            raise ValueError("a range is written {low: a, likely: b, high: c}, all three.")
        return "pert"
    if len(keys) != 1:
        raise ValueError(f"has the keys {', '.join(sorted(keys))}. {_ALLOWED}")
    form = keys.pop()
    if form not in _FORMS or form == "pert":
        raise ValueError(f"'{form}' is not a shape. {_ALLOWED}")
    return form


def _pert(spec: Any, unit: Unit, around: Around) -> Shape:
    low, likely, high = ordered(spec, unit)
    if low == high:
        return fixed(low)
    # The usual PERT: a beta whose mean is (low + 4 likely + high) / 6.
    a = 1.0 + 4.0 * (likely - low) / (high - low)
    b = 1.0 + 4.0 * (high - likely) / (high - low)
    return Shape(low, high, Beta(a, b, low, high - low), spec)


def _triangular(spec: Any, unit: Unit, around: Around) -> Shape:
    inner = spec["triangular"]
    if not isinstance(inner, Mapping) or set(inner) != {"low", "likely", "high"}:
        raise ValueError("is written {triangular: {low: a, likely: b, high: c}}.")
    low, likely, high = ordered(inner, unit)
    if low == high:
        return fixed(low)
    return Shape(low, high, Triangular(low, likely, high), spec)


def _uniform(spec: Any, unit: Unit, around: Around) -> Shape:
    low, high = pair(spec, "uniform", unit)
    if low == high:
        return fixed(low)
    return Shape(low, high, Triangular(low, None, high), spec)


def _between(spec: Any, unit: Unit, around: Around) -> Shape:
    low, high = pair(spec, "between", unit)
    if low == high:
        return fixed(low)
    if (unit.low, unit.end) == (0.0, 1.0):
        if not 0.0 < low < high < 1.0:
            raise ValueError("between needs two shares above 0 and below 1.")
        logits = [math.log(p / (1 - p)) for p in (low, high)]
        mean, sd = sum(logits) / 2, (logits[1] - logits[0]) / (2 * Z90)
        if sd > MOST_LOGIT_SD:
            raise ValueError(f"{low:g} and {high:g} are further apart than a share can be known to be.")
        return Shape(0.0, 1.0, LogitNormal(mean, sd), spec)
    if low > 0:
        sd = math.log(high / low) / (2 * Z90)
        scale = math.sqrt(low * high)
        return Shape(0.0, math.inf, LogNormal(scale, sd), spec)
    raise ValueError(
        "between needs two numbers above 0; for a quantity that can be 0 or less write {normal: {mean: m, sd: s}}."
    )


def _beta(spec: Any, unit: Unit, around: Around) -> Shape:
    a, b = pair(spec, "beta")
    if min(a, b) < LEAST_SHAPE or max(a, b) > MOST_BETA:
        raise ValueError(f"beta needs two numbers from {LEAST_SHAPE} to {MOST_BETA:_}.")
    law = Beta(a, b)
    return Shape(0.0, 1.0, law, spec)


def _normal(spec: Any, unit: Unit, around: Around) -> Shape:
    mean, sd = two(spec, "normal", "{normal: {mean: m, sd: s}}")
    allow("the mean", mean, unit)
    if not 0 < sd <= MOST_SD * (unit.end - unit.low):
        raise ValueError(
            f"sd must be above 0, and no more than {MOST_SD:g} times the range that is allowed: write {{uniform: [a, b]}}."
        )
    law = Normal(mean, sd, unit.low, unit.end)
    return Shape(unit.low, unit.end, law, spec)


def _lognormal(spec: Any, unit: Unit, around: Around) -> Shape:
    median, sd = two(spec, "lognormal", "{lognormal: {median: m, sd_log: s}}")
    if median <= 0 or not 0 < sd <= MOST_LOGIT_SD:
        raise ValueError(f"lognormal needs a median above 0, and a spread above 0 and up to {MOST_LOGIT_SD:g}.")
    allow("the median", median, unit)
    return Shape(0.0, math.inf, LogNormal(median, sd), spec)


def _logit_normal(spec: Any, unit: Unit, around: Around) -> Shape:
    median, sd = two(spec, "logit_normal", "{logit_normal: {median: m, sd_logit: s}}")
    if not 0 < median < 1 or not 0 < sd <= MOST_LOGIT_SD:
        raise ValueError(
            f"logit_normal needs a median above 0 and below 1, and a spread above 0 and up to {MOST_LOGIT_SD:g}."
        )
    return Shape(0.0, 1.0, LogitNormal(math.log(median / (1 - median)), sd), spec)


def _gamma(spec: Any, unit: Unit, around: Around) -> Shape:
    mean, sd = two(spec, "gamma", "{gamma: {mean: m, sd: s}}")
    if mean <= 0 or sd <= 0:
        raise ValueError("gamma needs a mean and a spread above 0.")
    allow("the mean", mean, unit)
    if sd < LEAST_SPREAD * mean:
        raise ValueError(
            f"the sd is below {LEAST_SPREAD:.0%} of the mean, where a gamma is a normal: "
            f"write {{normal: {{mean: {plain_number(mean)}, sd: {plain_number(sd)}}}}}."
        )
    if sd > MOST_GAMMA_SD * mean:
        raise ValueError(
            f"the sd is more than {MOST_GAMMA_SD:g} times the mean, so that nearly every draw is nothing: "
            "write {zero_or: {chance_of_zero: c, value: …}}."
        )
    law = Gamma((mean / sd) ** 2, sd * (sd / mean))
    return Shape(0.0, math.inf, law, spec)


def _mixture(spec: Any, unit: Unit, around: Around) -> Shape:
    inner = spec["mixture"]
    parts: list[Any] = inner if isinstance(inner, list) else []
    if len(parts) < 2 or not all(isinstance(part, Mapping) and set(part) == {"weight", "value"} for part in parts):
        raise ValueError("is written {mixture: [{weight: 0.7, value: …}, {weight: 0.3, value: …}]}, two or more.")
    weights = [number_of(part["weight"], "a weight") for part in parts]
    shapes = [from_case(part["value"], unit, around) for part in parts]
    return _mixed(spec, weights, shapes, "weights")


def _zero_or(spec: Any, unit: Unit, around: Around) -> Shape:
    inner = spec["zero_or"]
    if not isinstance(inner, Mapping) or set(inner) != {"chance_of_zero", "value"}:
        raise ValueError("is written {zero_or: {chance_of_zero: 0.3, value: …}}.")
    chance = number_of(inner["chance_of_zero"], "chance_of_zero")
    allow("chance_of_zero", chance, CHANCE)
    other = from_case(inner["value"], unit, around)
    return _mixed(spec, [chance, 1.0 - chance], [fixed(0.0), other], "chances")


def _mixed(spec: Any, weights: list[float], shapes: list[Shape], word: str) -> Shape:
    if min(weights) < 0 or abs(sum(weights) - 1.0) > 1e-9:
        raise ValueError(f"the {word} sum to {sum(weights):g}; they must be 0 or more and sum to 1.")
    shapes = [shape for shape, weight in zip(shapes, weights, strict=True) if weight > 0]
    weights = [weight for weight in weights if weight > 0]
    if all(isinstance(shape.law, Steps) for shape in shapes):
        steps: dict[float, float] = {}
        for weight, shape in zip(weights, shapes, strict=True):
            for value, chance in zip(shape.law.values, shape.law.chances, strict=True):  # type: ignore[attr-defined]
                steps[value] = steps.get(value, 0.0) + weight * chance
        return _steps(spec, sorted(steps), [steps[value] for value in sorted(steps)])
    law = mixture(weights, [shape.law for shape in shapes])
    low, high = min(shape.low for shape in shapes), max(shape.high for shape in shapes)
    return Shape(low, high, law, spec)


def _fit(spec: Any, unit: Unit, around: Around) -> Shape:
    inner = spec["fit"]
    if not isinstance(inner, Mapping) or set(inner) != {"file", "shape"} or not isinstance(inner["file"], str):
        raise ValueError("is written {fit: {file: data.csv, shape: lognormal}}.")
    data = _data(inner["file"], unit, around)
    law = fitted(data, str(inner["shape"]), unit.low, unit.end, inner["file"])
    low, high = (0.0, 1.0 if inner["shape"] == "beta" else math.inf)
    if inner["shape"] == "normal":
        low, high = unit.low, unit.end
    return Shape(low, high, law, spec)


def _choices(spec: Any, unit: Unit, around: Around) -> Shape:
    inner = spec["choices"]
    if not isinstance(inner, Mapping) or not inner:
        raise ValueError("is written {choices: {29.99: 0.6, 59.99: 0.4}}: value: chance.")
    pairs = sorted(
        (value_of(number_of_key(value), "a value", unit), number_of(chance, f"the chance of {value}"))
        for value, chance in inner.items()
    )
    return _steps(spec, [value for value, _ in pairs], [chance for _, chance in pairs])


def _sample(spec: Any, unit: Unit, around: Around) -> Shape:
    name = spec["sample"]
    if not isinstance(name, str):
        raise ValueError("is written {sample: file.csv}: one number a line.")
    values = _data(name, unit, around)
    return _steps(spec, values, [1.0 / len(values)] * len(values))


def _data(name: str, unit: Unit, around: Around) -> list[float]:
    """The numbers of a file in rising order, each of which the unit allows."""
    values = numbers_in(name, around.folder)
    problems = (unit.problem(f"a number of {name}", value) for value in (values[0], values[-1], *values))
    if problem := next(filter(None, problems), None):
        raise ValueError(problem)
    return values


def _sampled(spec: Any, unit: Unit, around: Around) -> Shape:
    inner = spec["sampled"]
    if not isinstance(inner, Mapping) or set(inner) != {"yes", "of"}:
        raise ValueError("is written {sampled: {yes: 132, of: 200}}: how many of how many records.")
    yes, of = number_of(inner["yes"], "yes"), number_of(inner["of"], "of")
    if not (0 <= yes <= of and of >= 1) or not (yes.is_integer() and of.is_integer()):
        raise ValueError(f"{yes:.15g} of {of:.15g} is not a sample.")
    if of > MOST_BETA:
        raise ValueError(
            f"a sample of {plain_number(of)} is more than {MOST_BETA:_} records, which leave nothing uncertain but "
            f"how they were drawn: write the share itself, {plain_number(yes / of)}."
        )
    # The posterior of a share under Jeffreys' prior; its intervals cover close to what they state.
    return Shape(0.0, 1.0, Beta(yes + 0.5, of - yes + 0.5), spec)


def _dated(spec: Any, unit: Unit, around: Around) -> Shape:
    inner = spec["dated"]
    if not isinstance(inner, Mapping) or not inner:
        raise ValueError("is written {dated: {2021-01-01: 29.99, 2023-06-01: 39.99}}: from which day, how much.")
    if around.period is None:
        raise ValueError("a dated list is averaged over the class period, and this case has none.")
    steps = sorted((day_of(day), value_of(value, f"the value from {day}", unit)) for day, value in inner.items())
    start, end = around.period
    if steps[0][0] > start:
        raise ValueError(
            f"the list begins on {steps[0][0]}, and the class period on {start}: add what it was until then."
        )
    ends = [day for day, _ in steps[1:]] + [end + datetime.timedelta(days=1)]
    days = [
        max((min(last, end + datetime.timedelta(days=1)) - max(first, start)).days, 0)
        for (first, _), last in zip(steps, ends, strict=True)
    ]
    mean = sum(value * count for (_, value), count in zip(steps, days, strict=True)) / sum(days)
    return replace(fixed(mean), spec=spec)


def _steps(spec: Any, values: list[float], chances: list[float]) -> Shape:
    if min(chances) < 0 or abs(sum(chances) - 1.0) > 1e-9:
        raise ValueError(f"the chances sum to {sum(chances):g}; they must be 0 or more and sum to 1.")
    return Shape(values[0], values[-1], Steps(tuple(values), tuple(chances)), spec)


_FORMS: dict[str, Callable[..., Shape]] = {
    "pert": _pert,
    "uniform": _uniform,
    "triangular": _triangular,
    "between": _between,
    "beta": _beta,
    "normal": _normal,
    "lognormal": _lognormal,
    "logit_normal": _logit_normal,
    "gamma": _gamma,
    "mixture": _mixture,
    "zero_or": _zero_or,
    "fit": _fit,
    "choices": _choices,
    "sample": _sample,
    "sampled": _sampled,
    "dated": _dated,
}
_KEYWORDS = {*_FORMS, "low", "likely", "high"} - {"pert"}
_ALLOWED = (
    "A value is a number, {low: a, likely: b, high: c}, or one of "
    + ", ".join(sorted(_FORMS.keys() - {"pert"}))
    + " (params/README.md shows each)."
)
