"""Class-wide lines of a case as functions of the inputs that are sampled: traced once, then run on any draws.

The figures are those of the model's own functions (`damages.engine.figure.figures_by_path`); what answer paths share
is worked out once, and what cannot change anything is left out. A Shapley effect takes half the time so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from damages.case.schema import Case
from damages.engine.draws import Sampler
from damages.engine.figure import figures_by_path
from damages.engine.headlines import is_headline
from damages.engine.paths import MANY_PATHS, Path
from damages.engine.replicate import traced_lines
from damages.engine.trace import Traced

Sampled = Mapping[str, np.ndarray]  # name → (n_draws,) or (n_groups, n_draws), as `Sampler.sample` gives it


def figures_of(
    case: Case, sampler: Sampler, paths: Sequence[Path], lines: Sequence[str]
) -> Callable[[Sampled], dict[str, np.ndarray]]:
    """A function of the inputs drawn that gives each line on every answer path.

    Returns
    -------
    sampled → line → (n_paths, n_draws); one row for a headline, which is over all paths
    """
    if len(paths) > MANY_PATHS:
        return lambda sampled: {line: _untraced(case, sampler, paths, sampled, line) for line in lines}
    tracer, best, by_path = traced_lines(case, sampler, paths)
    rows = {line: [best[line]] if is_headline(line) else [made[line] for made in by_path] for line in lines}
    moving = {figure.number: figure for each in rows.values() for figure in each if isinstance(figure, Traced)}
    program, places = tracer.program(list(moving.values())), {number: i for i, number in enumerate(moving)}

    def run(sampled: Sampled) -> dict[str, np.ndarray]:
        found, count = program.run(sampled), _draws(sampled)

        def row(figure: Any) -> Any:
            return found[places[figure.number]] if isinstance(figure, Traced) else np.ravel(figure)[0]

        filled = {line: np.empty((len(each), count)) for line, each in rows.items()}
        for line, each in rows.items():
            for i, figure in enumerate(each):
                filled[line][i] = row(figure)
        return filled

    return run


def _untraced(case: Case, sampler: Sampler, paths: Sequence[Path], sampled: Sampled, line: str) -> np.ndarray:
    values = {**sampler.base, **{name: np.atleast_2d(value).T for name, value in sampled.items()}}
    found = figures_by_path(case, tuple(paths), values, line)
    return np.broadcast_to(found, (len(found), _draws(sampled)))


def _draws(sampled: Sampled) -> int:
    return max((value.shape[-1] for value in sampled.values()), default=1)
