"""Results as DataFrames, for work of one's own. pandas is imported when one is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from damages.case.lines import line
from damages.case.schema import Case
from damages.engine.draws import Column, Sampler, uniforms
from damages.engine.paths import Path
from damages.engine.traced import figures_of
from damages.errors import ArgumentError

if TYPE_CHECKING:
    import pandas

    from damages.engine.estimate import Estimate

MOST_CELLS = 2**28  # numbers in one frame: 2 GB


class BaseFigure(NamedTuple):
    """A line, for the whole class or in one group, with its words.

    ``value`` is at base values if the class wins; ``expected`` the average over the answer paths, at base values. Of the
    four headlines both are the mean over answers and draws.
    """

    line: str
    group: str
    label: str
    unit: str
    value: float
    expected: float
    authority: str


def base_figures(estimate: Estimate, headlines: Mapping[str, float] | None = None) -> Iterator[BaseFigure]:
    """One figure for each line, and one for each group where a line differs by group; ``headlines`` where they are known."""
    case, headlines = estimate.case, headlines or estimate.headlines
    for name, value in {**estimate.lines, **headlines}.items():
        words, mean = line(case, name), value if name in headlines else estimate.expected.get(name, value)
        for j, group in enumerate(case.groups if np.ndim(value) else [""]):
            here, average = (float(np.ravel(figure)[j if np.ndim(figure) else 0]) for figure in (value, mean))
            yield BaseFigure(name, group, words.label, words.unit, here, average, words.authority)


def of_estimate(estimate: Estimate) -> pandas.DataFrame:
    """The figures at base values as rows."""
    import pandas

    return pandas.DataFrame(base_figures(estimate), columns=list(BaseFigure._fields))


def of_draws(
    columns: Sequence[Column],
    values: np.ndarray,
    paths: Sequence[Path],
    figures: Mapping[str, np.ndarray],
    replicates: int,
) -> pandas.DataFrame:
    """Every draw of every answer path as a row: the draw, its replicate, the path and its weight, inputs and lines.

    A line's mean is the sum of ``weight`` × the line; a headline has the same value on every path of a draw.

    Parameters
    ----------
    values : (n_columns, n_draws)
    figures : line → (n_paths, n_draws), or one row for a headline

    Raises
    ------
    ArgumentError : more numbers than a frame may hold
    """
    import pandas

    draws, count = values.shape[1], len(paths)
    _fits(draws * count * (4 + len(columns) + len(figures)))
    found: dict[str, np.ndarray] = {
        "draw": np.tile(np.arange(draws), count),
        "replicate": np.tile(np.repeat(np.arange(replicates), draws // replicates), count),
        "path": np.repeat(np.arange(count), draws),
        "weight": np.repeat([path.chance / draws for path in paths], draws),
    }
    for one, drawn in zip(columns, values, strict=True):
        found[f"{one.name}.{one.group}" if one.group else one.name] = np.tile(drawn, count)
    for name, figure in figures.items():
        found[name] = np.broadcast_to(figure, (count, draws)).ravel()
    return pandas.DataFrame(found)


def _fits(cells: int) -> None:
    if cells > MOST_CELLS:
        raise ArgumentError(
            f"a frame of {cells:,} numbers does not fit; at most {MOST_CELLS:,}: ask fewer draws or lines."
        )


def of_simulation(
    case: Case, paths: tuple[Path, ...], seed: int, replicates: int, draws: int, independent: bool, lines: Sequence[str]
) -> pandas.DataFrame:
    """The same draws that a simulation summarised, made again."""
    _fits(draws * len(paths) * (4 + len(lines)))
    sampler, power = Sampler(case, independent), (draws // replicates).bit_length() - 1
    inputs, figures = kept_draws(case, sampler, paths, lines, seed, replicates, power)
    return of_draws(sampler.columns, inputs, paths, figures, replicates)


def kept_draws(
    case: Case,
    sampler: Sampler,
    paths: tuple[Path, ...],
    lines: Sequence[str],
    seed: int,
    replicates: int,
    power: int,
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Draws kept as they are, replicate after replicate.

    Returns
    -------
    The inputs, (n_columns, n_draws); and line → (n_paths, n_draws), one row for a headline
    """
    read, rows = figures_of(case, sampler, paths, lines), 2**power
    inputs, figures = np.empty((len(sampler.columns), replicates * rows)), []
    for replicate in range(replicates):
        sampled = sampler.sample(uniforms(seed, replicate, power, len(sampler.columns)))
        for values, one in zip(inputs, sampler.columns, strict=True):
            values[replicate * rows : (replicate + 1) * rows] = column_values(case, sampled, one, rows)
        found = read(sampled)
        figures.append({name: np.broadcast_to(found[name], (len(found[name]), rows)) for name in lines})
    return inputs, {name: np.concatenate([one[name] for one in figures], axis=1) for name in lines}


def column_values(case: Case, sampled: Mapping[str, np.ndarray], column: Column, rows: int) -> np.ndarray:
    """One uncertain number's draws. (rows,)."""
    values: np.ndarray | float = sampled.get(column.name, column.shape.base)  # where nothing is drawn it is fixed
    if column.group and isinstance(values, np.ndarray):
        values = values[list(case.groups).index(column.group)]
    return np.broadcast_to(values, (rows,))
