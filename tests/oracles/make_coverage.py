"""How often the 95% intervals hold the truth, frozen in `coverage.json`: 1,000 seeds of what has a closed form.

Run by hand when an estimator changes: `python tests/oracles/make_coverage.py`. A slow test runs it again.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy import stats

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import closed_forms  # noqa: E402
from build import lognormals  # noqa: E402

import damages  # noqa: E402
from damages.engine.percentiles import Measured  # noqa: E402
from damages.sensitivity.variance import PickFreeze, shapley_effects, sobol_indices  # noqa: E402

SEEDS = 1_000
WEIGHTS = np.array([0.0, 0.5, 3.0, 9.0])
Found = Iterator[tuple[str, Measured, float]]


@lru_cache
def product() -> damages.Case:
    with tempfile.TemporaryDirectory() as folder:
        return lognormals(Path(folder))


def of_draws(seed: int) -> Found:
    law = stats.lognorm(0.5**0.5, scale=2_000_000)
    simulation = damages.simulate(product(), draws=8 * 2**12, seed=seed, lines=["judgment_usd"])
    summary, outcome = simulation.lines["judgment_usd"], simulation.outcomes["judgment_usd"]
    yield "Mean, 8 × 4,096 draws", summary.mean, law.mean()
    for level in (0.05, 0.50, 0.95):
        yield f"Percentile {100 * level:.0f}, 8 × 4,096 draws", summary[level], law.ppf(level)
    yield "Chance of more than $4 million, 8 × 4,096 draws", outcome.chance_above(4e6), law.sf(4e6)


def of_indices(name: str, model: PickFreeze, truth: tuple[list[float], list[float]], seed: int) -> Found:
    for power in (11, 14):
        rows = {row.name: row for row in sobol_indices(model, power=power, seed=seed).rows}
        for j, (first, total) in enumerate(zip(*truth, strict=True)):
            points = f"8 × {2 ** (power - 3):,} points"
            yield f"{name}, input {j + 1}, first-order index, {points}", rows[str(j)].first, first
            yield f"{name}, input {j + 1}, total index, {points}", rows[str(j)].total, total


def of_shapley(seed: int) -> Found:
    found = shapley_effects(closed_forms.LINEAR_NORMAL, {str(j): [str(j)] for j in range(3)}, power=10, seed=seed)
    for j, truth in enumerate(closed_forms.linear_normal_effects()):
        yield f"Correlated normals, Shapley effect of input {j + 1}, 8 × 1,024 draws", found[str(j)], truth


STUDIES: dict[str, Callable[[int], Found]] = {
    "draws": of_draws,
    "Ishigami indices": lambda seed: of_indices(
        "Ishigami", closed_forms.ISHIGAMI, closed_forms.ishigami_indices(), seed
    ),
    "G function indices": lambda seed: of_indices(
        "G function", closed_forms.g_function(WEIGHTS), closed_forms.g_function_indices(WEIGHTS), seed
    ),
    "Shapley effects": of_shapley,
}


def held(study: str, seed: int) -> dict[str, bool]:
    """Of one seed: whether each interval holds the truth."""
    return {what: abs(figure.value - truth) <= figure.error for what, figure, truth in STUDIES[study](seed)}


def covered(study: str, seeds: int = SEEDS) -> dict[str, str]:
    """What is estimated → one digit a seed: 1 where its interval holds the truth."""
    found = [held(study, seed) for seed in range(seeds)]
    return {what: "".join(str(int(one[what])) for one in found) for what in found[0]}


def main() -> None:
    with ProcessPoolExecutor(2) as pool:
        found = dict(zip(STUDIES, pool.map(covered, STUDIES), strict=True))
    (HERE / "coverage.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for what, digits in (one for each in found.values() for one in each.items()):
        print(f"{digits.count('1') / len(digits):.1%}  {what}")


if __name__ == "__main__":
    main()
