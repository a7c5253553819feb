"""Several ways to count the same people: how far they disagree, and what they say together."""

from __future__ import annotations

from damages.counting.sampling import Combined, inverse_variance
from damages.engine.simulate import Simulation

ERRORS_IN_INTERVAL = 2 * 1.6448536269514722  # standard errors between the 5th and 95th percentile of a normal


def combine_methods(simulation: Simulation) -> Combined | None:
    """The methods combined, each weighted by its precision as if their errors were independent.

    The standard error of a method is taken from its 5th and 95th percentile, as for a normal.
    None with fewer than two methods that have a range.
    """
    lines = {
        f"people_by_{name}": simulation.lines[f"people_by_{name}"] for name in simulation.case.class_size.methods or {}
    }
    errors = {name: (line[0.95].value - line[0.05].value) / ERRORS_IN_INTERVAL for name, line in lines.items()}
    if len(lines) < 2 or min(errors.values()) <= 0.0:
        return None
    return inverse_variance({name: line.mean.value for name, line in lines.items()}, errors)
