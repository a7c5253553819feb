"""The reference model by hand: what a good NumPy programmer would write, whole arrays and in blocks.

Nothing here knows of `damages`. Both scripts give the mean and five percentiles of four figures and the chance
that the award passes a billion. They are the yardsticks of `bench.py`, and `reference.yaml` is the same model as a
case file.
"""

from __future__ import annotations

import numpy as np
from scipy import special

LEVELS = (0.05, 0.25, 0.50, 0.75, 0.95)
RHO = 2 * np.sin(np.pi * 0.5 / 6)  # of the normal scores, for a rank correlation of one half
Z90 = 1.6448536269514722
SUBSCRIBERS = np.log(np.sqrt(1.5e6 * 8e6)), np.log(8e6 / 1.5e6) / (2 * Z90)


def pert(rng, n, low, likely, high):
    width = high - low
    return low + width * rng.beta(1 + 4 * (likely - low) / width, 1 + 4 * (high - likely) / width, n)


def pert_table(low, likely, high, cells=16_384):
    """Values at even steps of the chance, for drawing by linear interpolation."""
    width = high - low
    chances = np.linspace(0, 1, cells + 1)
    return low + width * special.betaincinv(1 + 4 * (likely - low) / width, 1 + 4 * (high - likely) / width, chances)


def beta_table(a, b, cells=16_384):
    return special.betaincinv(a, b, np.linspace(0, 1, cells + 1))


def read(table, chance):
    """Linear interpolation in a table of even steps."""
    place = chance * (len(table) - 1)
    cell = np.minimum(place.astype(np.intp), len(table) - 2)
    left = table[cell]
    return left + (place - cell) * (table[cell + 1] - left)


CLAIMS, DIMINUTION = beta_table(2, 30), pert_table(0, 0.1, 0.5)


def draw(rng, n):
    """Every input, by the direct sampler that NumPy has; the correlated pair through a Gaussian copula."""
    first = rng.standard_normal(n)
    second = RHO * first + np.sqrt(1 - RHO**2) * rng.standard_normal(n)
    return {
        "subscribers": rng.lognormal(*SUBSCRIBERS, n),
        "us": pert(rng, n, 0.20, 0.35, 0.50),
        "inmail": rng.beta(8, 4, n),
        "not_opted_out": pert(rng, n, 0.90, 0.97, 0.99),
        "limitation": rng.triangular(0.5, 0.8, 1.0, n),
        "standing": rng.beta(5, 2, n),
        "claims": read(CLAIMS, special.ndtr(first)),
        "diminution": read(DIMINUTION, special.ndtr(second)),
        "price": np.array([29.99, 59.99, 99.99])[np.searchsorted([0.55, 0.85], rng.random(n), side="right")],
        "months": pert(rng, n, 1, 4, 12),
        "needs_actual": rng.random(n) < 0.4,
        "actual_share": rng.beta(2, 8, n),
        "dismissal": rng.random(n) < 0.5,
        "certification": rng.random(n) < 0.4,
        "merits": rng.random(n) < 0.5,
        "due_process": rng.triangular(0.05, 0.3, 1.0, n),
    }


def figures(x):
    """The model: award, judgment, what is claimed, and what is won of it."""
    members = x["subscribers"] * x["us"] * x["inmail"] * x["not_opted_out"] * x["limitation"] * x["standing"]
    loss = x["price"] * x["months"] * x["diminution"]
    harmed = members * x["actual_share"]  # whoever has a loss passes the gate; the others only where it is not asked
    award = harmed * np.maximum(loss, 1000.0) + np.where(x["needs_actual"], 0.0, members - harmed) * 1000.0
    excess = award - harmed * loss  # what due process can take; it leaves a billion
    left = np.maximum(award - excess * (1.0 - x["due_process"]), np.minimum(award, 1e9))
    judgment = left + harmed * loss * 0.07 * x["months"] / 12
    claimed = judgment * x["claims"]
    net = 0.75 * claimed * (x["dismissal"] & x["certification"] & x["merits"])
    return {"award": award, "judgment": judgment, "claimed": claimed, "net": net}


def summary(found):
    said = {name: (values.mean(), *np.quantile(values, LEVELS)) for name, values in found.items()}
    return said, float(np.mean(found["award"] > 1e9))


def whole_arrays(n, seed=0):
    """The plain script: every input and every figure as one long array."""
    return summary(figures(draw(np.random.default_rng(seed), n)))


def in_blocks(n, seed=0, block=16_384):
    """The careful script: blocks that stay in cache, tabulated quantiles, one sort for each figure."""
    rng = np.random.default_rng(seed)
    kept = {name: np.empty(n) for name in ("award", "judgment", "claimed", "net")}
    for start in range(0, n, block):
        here = slice(start, min(start + block, n))
        for name, values in figures(draw_tabulated(rng, here.stop - here.start)).items():
            kept[name][here] = values
    said = {}
    for name, values in kept.items():
        mean = values.mean()
        values.sort()
        said[name] = (mean, *values[[int(level * n) for level in LEVELS]])
    return said, 1.0 - np.searchsorted(kept["award"], 1e9, side="right") / n


TABLES = {
    "us": pert_table(0.20, 0.35, 0.50),
    "inmail": beta_table(8, 4),
    "not_opted_out": pert_table(0.90, 0.97, 0.99),
    "standing": beta_table(5, 2),
    "months": pert_table(1, 4, 12),
    "actual_share": beta_table(2, 8),
}


def triangle(chance, low, likely, high):
    width, rise, fall = high - low, likely - low, high - likely
    return np.where(
        chance * width < rise, low + np.sqrt(chance * width * rise), high - np.sqrt((1 - chance) * width * fall)
    )


def draw_tabulated(rng, n):
    first = rng.standard_normal(n)
    second = RHO * first + np.sqrt(1 - RHO**2) * rng.standard_normal(n)
    return {name: read(table, rng.random(n)) for name, table in TABLES.items()} | {
        "subscribers": np.exp(SUBSCRIBERS[0] + SUBSCRIBERS[1] * rng.standard_normal(n)),
        "limitation": triangle(rng.random(n), 0.5, 0.8, 1.0),
        "due_process": triangle(rng.random(n), 0.05, 0.3, 1.0),
        "claims": read(CLAIMS, special.ndtr(first)),
        "diminution": read(DIMINUTION, special.ndtr(second)),
        "price": np.array([29.99, 59.99, 99.99])[np.searchsorted([0.55, 0.85], rng.random(n), side="right")],
        "needs_actual": rng.random(n) < 0.4,
        "dismissal": rng.random(n) < 0.5,
        "certification": rng.random(n) < 0.4,
        "merits": rng.random(n) < 0.5,
    }
