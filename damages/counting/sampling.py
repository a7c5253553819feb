"""What a sample says: shares with intervals, the size of a sample, lists that overlap, estimates that disagree."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from damages.errors import DamagesError
from damages.model.class_size import from_two_lists


class SampleError(DamagesError):
    """Counts that cannot be a sample."""


@dataclass(frozen=True)
class Interval:
    """An estimate with the ends of its interval."""

    estimate: float
    low: float
    high: float
    method: str


def _checked(yes: int, of: int, confidence: float) -> None:
    if of <= 0 or not 0 <= yes <= of:
        raise SampleError(f"{yes} of {of} is not a sample: write how many of how many, the second at least 1.")
    _check_confidence(confidence)


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise SampleError(f"a confidence of {confidence} does not lie between 0 and 1; 95 percent is written 0.95.")


def wilson(yes: int, of: int, confidence: float = 0.95) -> Interval:
    """Wilson's score interval of a share: close to the stated confidence on average, also for small samples."""
    from scipy.stats import binomtest

    _checked(yes, of, confidence)
    found = binomtest(yes, of).proportion_ci(confidence, method="wilson")
    return Interval(yes / of, float(found.low), float(found.high), "Wilson")


def clopper_pearson(yes: int, of: int, confidence: float = 0.95) -> Interval:
    """The exact interval of Clopper and Pearson: never less than the stated confidence, so wider."""
    from scipy.stats import binomtest

    _checked(yes, of, confidence)
    found = binomtest(yes, of).proportion_ci(confidence, method="exact")
    return Interval(yes / of, float(found.low), float(found.high), "Clopper–Pearson")


def sample_size(
    margin: float, expected_share: float = 0.5, confidence: float = 0.95, of_people: int | None = None
) -> int:
    """How many records to draw so that a share is known to within a margin; fewer from a small population.

    >>> sample_size(0.05), sample_size(0.05, of_people=1_000)
    (385, 278)
    """
    from scipy.special import ndtri

    if not 0 < margin < 1 or not 0 <= expected_share <= 1:
        raise SampleError(
            f"a margin of {margin} around a share of {expected_share} is not possible; five percent is written 0.05."
        )
    _check_confidence(confidence)
    wanted = (float(ndtri(0.5 + confidence / 2)) / margin) ** 2 * expected_share * (1.0 - expected_share)
    if of_people is not None:
        wanted = wanted / (1.0 + (wanted - 1.0) / of_people)
    return max(math.ceil(wanted - 1e-9), 1)


def chapman(first: int, second: int, both: int, confidence: float = 0.95) -> Interval:
    """How many people there are, from two lists that overlap by chance (Chapman's estimator).

    Both lists must be random with respect to each other: if being on one makes being on the other
    more likely, the estimate is too low.

    >>> round(chapman(200, 250, 50).estimate)
    988
    """
    from scipy.special import ndtri

    if min(first, second) <= 0 or not 0 <= both <= min(first, second):
        raise SampleError(f"lists of {first} and {second} cannot share {both}.")
    _check_confidence(confidence)
    estimate = from_two_lists(first, second, both)
    variance = (first + 1) * (second + 1) * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))
    half = float(ndtri(0.5 + confidence / 2)) * math.sqrt(variance)
    return Interval(estimate, max(estimate - half, float(first + second - both)), estimate + half, "Chapman")


@dataclass(frozen=True)
class Combined:
    """Several estimates of the same number, weighed together, with how far they disagree.

    ``q`` is Cochran's statistic, ``p_value`` the chance of so much disagreement from sampling error
    alone, ``i_squared`` the share of the spread that sampling error does not explain.
    """

    estimate: float
    standard_error: float
    weights: dict[str, float]
    q: float
    p_value: float
    i_squared: float

    @property
    def disagree(self) -> bool:
        """Whether the estimates differ by more than their errors allow."""
        return self.p_value < 0.05


def inverse_variance(estimates: Mapping[str, float], standard_errors: Mapping[str, float]) -> Combined:
    """Combine independent estimates, the surer ones weighing more.

    A small standard error of the result means little when the estimates disagree: then at least one
    rests on a wrong assumption, and the answer lies in finding out which.
    """
    from scipy.special import chdtrc

    names = list(estimates)
    if len(names) < 2 or set(names) != set(standard_errors) or min(standard_errors.values()) <= 0:
        raise SampleError("combining needs at least two estimates, each with a standard error above 0.")
    precision = {name: 1.0 / standard_errors[name] ** 2 for name in names}
    total = sum(precision.values())
    estimate = sum(precision[name] * estimates[name] for name in names) / total
    q = sum(precision[name] * (estimates[name] - estimate) ** 2 for name in names)
    freedom = len(names) - 1
    return Combined(
        estimate,
        total**-0.5,
        {name: value / total for name, value in precision.items()},
        q,
        float(chdtrc(freedom, q)),
        max(0.0, 1.0 - freedom / q) if q > 0 else 0.0,
    )
