"""What buyers would pay: a survey's utilities and worths, what the market makes of them, price regressions.

Each title carries the name of its data, so that what is simulated says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from damages.report.charts.bars import bars
from damages.report.charts.chart import COLOURS, DARK, HATCHES, chart
from damages.report.charts.marks import (
    LINES,
    MARKERS,
    ON_WHITE,
    legend_below,
    percent_axis,
    usd_axis,
)
from damages.report.table import Column, Table, percent, usd, write
from damages.report.view import View
from damages.report.views.outcomes import PERCENTILES
from damages.survey.choice import ChoiceModel, MixedModel
from damages.survey.hedonic import Hedonic
from damages.survey.market import Market, PriceEffect, demand_curve
from damages.survey.worth import Worth

if TYPE_CHECKING:
    from matplotlib.axes import Axes

USD_A_MONTH = "usd_per_month"


def utilities(model: ChoiceModel) -> View:
    """The utilities of a conditional logit, with errors clustered by respondent."""
    return View(None, _utilities(model))


def worth(worths: Sequence[Worth], simulated_with: Mapping[str, float] | None = None) -> View:
    """The worth of each attribute in dollars, with three intervals; with the true value where it is known."""
    return View(None, _worth(worths, simulated_with))


def spread(worth: Worth, mixed: MixedModel | None = None, points: int = 121) -> View:
    """The densities of willingness to pay: the uncertainty of its mean, and its variation between people."""
    densities = _spread(worth, mixed, points)
    return View(draws=_densities, drawn=densities, caption=densities.note)


def effect(found: PriceEffect) -> View:
    """What the feature is worth against what its absence does to the price, alone and with competitors' answer."""
    return View(None, _effect(found), bars, {"key": "usd"})


def demand(market: Market, product: int, effect: PriceEffect, points: int = 61) -> View:
    """The share of buyers who choose a product at each price, with and without a feature, competitors' prices fixed in both."""
    return View(draws=_demand_chart, drawn=_demand(market, product, effect, points))


def sample(shares: np.ndarray, name: str) -> View:
    """Where the draws of a share of the price lie, before they enter a case."""
    return View(None, _sample(shares, name))


def regression(fitted: Hedonic) -> View:
    """The effect of each attribute on price, from many prices."""
    return View(None, _regression(fitted))


def _utilities(model: ChoiceModel) -> Table:
    """The utilities of a conditional logit, with errors clustered by respondent."""
    rows = tuple(
        {"attribute": name, "utility": float(utility), "error": float(error), "z": float(utility / error)}
        for name, utility, error in zip(model.attributes, model.coefficients, model.standard_errors, strict=True)
    )
    columns = (
        Column("attribute", "Attribute"),
        Column("utility", "Utility", "utility"),
        Column("error", "Standard error, clustered", "utility"),
        Column("z", "Utility ÷ error", "times"),
    )
    note = (
        f"Conditional logit: {write(model.tasks, 'count')} choices of {write(model.respondents, 'people')} respondents, "
        f"log-likelihood {write(model.log_likelihood, 'times')}. The price is per dollar."
    )
    return Table(f"Estimated utilities: {model.survey}", columns, rows, note)


def _worth(worths: Sequence[Worth], simulated_with: Mapping[str, float] | None) -> Table:
    """The worth of each attribute in dollars, with three intervals; with the true value where it is known."""
    known = simulated_with or {}
    rows = tuple(
        {
            "attribute": worth.attribute,
            "known": known.get(worth.attribute),
            "usd": worth.usd,
            "error": worth.standard_error,
            "delta": worth.delta,
            "krinsky_robb": worth.krinsky_robb,
            "bootstrap": worth.bootstrap,
        }
        for worth in worths
    )
    columns = (
        Column("attribute", "Attribute"),
        *([Column("known", "Simulated with", USD_A_MONTH)] if known else []),
        Column("usd", "Willingness to pay, USD a month", USD_A_MONTH),
        Column("error", "Standard error", USD_A_MONTH),
        Column("delta", "Delta method", USD_A_MONTH),
        Column("krinsky_robb", "Krinsky–Robb", USD_A_MONTH),
        Column("bootstrap", "Bootstrap of respondents", USD_A_MONTH),
    )
    said = "; ".join(dict.fromkeys(note for worth in worths for note in worth.notes))
    careful = f" Caution: {said}." if said else ""
    note = (
        f"95% intervals, clustered by respondent. Willingness to pay measures demand only, not a price effect.{careful}"
    )
    return Table(f"Willingness to pay: {worths[0].survey}", columns, rows, note)


def _spread(worth: Worth, mixed: MixedModel | None, points: int) -> Table:
    """The densities of willingness to pay: the uncertainty of its mean, and its variation between people."""
    from scipy.stats import norm

    series = [("uncertainty of the mean", norm(float(np.mean(worth.draws)), float(np.std(worth.draws))))]
    if mixed:
        series.append(("variation between people (mixed logit)", norm(mixed.mean_usd, mixed.spread_usd)))
    low = min(0.0, *(float(shape.ppf(0.002)) for _, shape in series))
    grid = np.linspace(low, max(float(shape.ppf(0.998)) for _, shape in series), points)
    average = np.histogram(worth.draws, bins=_edges(grid), density=True)[0]
    rows = [
        {"label": label, "usd": float(at), "density": float(height)}
        for i, (label, shape) in enumerate(series)
        for at, height in zip(grid, average if i == 0 else shape.pdf(grid), strict=True)
    ]
    note = f"The average: {write(len(worth.draws), 'count')} draws of Krinsky and Robb around {usd(worth.usd)}."
    if mixed:
        note += (
            f" Between people: mean {usd(mixed.mean_usd)} (standard error {usd(mixed.mean_error)}), standard deviation "
            f"{usd(mixed.spread_usd)} ({usd(mixed.spread_error)}); {percent(mixed.share_below_zero)} would pay nothing for it."
        )
    columns = (
        Column("label", "Distribution"),
        Column("usd", f"Willingness to pay for {worth.attribute}, USD a month", USD_A_MONTH),
        Column("density", "Density, per USD", "utility"),
    )
    return Table(f"Willingness to pay for {worth.attribute}: {worth.survey}", columns, tuple(rows), note)


def _edges(grid: np.ndarray) -> np.ndarray:
    half = (grid[1] - grid[0]) / 2
    return np.append(grid - half, grid[-1] + half)


@chart()
def _densities(table: Table, ax: Axes) -> str:
    """Densities of willingness to pay: the uncertainty of its mean, and its variation between people."""
    said = []
    for j, name in enumerate(dict.fromkeys(table["label"])):
        rows = [row for row in table.rows if row["label"] == name]
        at, height = np.array([row["usd"] for row in rows]), np.array([row["density"] for row in rows])
        ax.fill_between(at, height, facecolor="white", alpha=0.6, hatch=HATCHES[j % 5], edgecolor=COLOURS[j % 5], lw=0)
        ax.plot(at, height, color=COLOURS[j % 5], ls=LINES[j % 5], lw=2, label=name)
        mass = np.cumsum(height) / height.sum()
        low, middle, high = (float(at[np.searchsorted(mass, level)]) for level in (0.05, 0.5, 0.95))
        said.append(f"{name}: half below {usd(middle)}, nine in ten from {usd(low)} to {usd(high)}.")
    ax.axvline(0, color=DARK, lw=1)
    ax.set_ylim(0, None)
    usd_axis(ax.xaxis)
    ax.set_xlabel(table.columns[1].heading)
    ax.set_ylabel("Density, per USD")
    legend_below(ax)
    return " ".join(said)


def _effect(effect: PriceEffect) -> Table:
    """What the feature is worth against what its absence does to the price, alone and with competitors' answer."""
    steps = {
        "Willingness to pay: demand only": effect.worth_usd,
        "Price effect, competitors keep their prices": effect.alone_usd,
        "Price effect, competitors answer": effect.usd,
    }
    rows = tuple(
        {"label": label, "usd": amount, "share": amount / effect.actual_price} for label, amount in steps.items()
    )
    columns = (
        Column("label", "Measure"),
        Column("usd", "USD a month", USD_A_MONTH),
        Column("share", "Share of the price", "share"),
    )
    note = (
        f"Price {write(effect.actual_price, USD_A_MONTH)}. This seller's pass-through of a dollar of cost: "
        f"{write(effect.pass_through, USD_A_MONTH)}. Sellers compete in prices (Bertrand–Nash)."
    )
    return Table(f"From willingness to pay to price: {effect.market}", columns, rows, note)


def _demand(market: Market, product: int, effect: PriceEffect, points: int) -> Table:
    """The share of buyers who choose a product at each price, with and without a feature, competitors' prices fixed in both."""
    top = 2.0 * effect.actual_price
    without = float(effect.but_for_prices[product])
    rows = []
    for label, worth, price in (
        ("with the feature", 0.0, effect.actual_price),
        ("without the feature", effect.worth_usd, without),
    ):
        grid = np.union1d(np.linspace(0.0, top, points), price)
        shares = demand_curve(market, product, grid, worth)
        rows += [
            {"label": label, "usd": float(at), "share": float(share), "equilibrium": bool(at == price)}
            for at, share in zip(grid, shares, strict=True)
        ]
    columns = (
        Column("label", "Product"),
        Column("usd", "Price, USD a month", USD_A_MONTH),
        Column("share", "Share of buyers", "share"),
    )
    note = "Logit demand, with the other products at their current prices."
    return Table(f"Demand with and without the feature: {market.name}", columns, tuple(rows), note)


@chart()
def _demand_chart(table: Table, ax: Axes) -> str:
    """The share of buyers against the price, with the price of the market marked on each curve."""
    said = []
    for j, name in enumerate(dict.fromkeys(table["label"])):
        rows = [row for row in table.rows if row["label"] == name]
        ax.plot(
            [row["share"] for row in rows],
            [row["usd"] for row in rows],
            color=COLOURS[j % 5],
            ls=LINES[j % 5],
            lw=2,
            label=name,
        )
        here = next(row for row in rows if row["equilibrium"])
        ax.plot(here["share"], here["usd"], MARKERS[j % 5], color=COLOURS[j % 5], ms=9)
        words = f"{write(here['usd'], 'usd_per_month')}, {percent(here['share'])} of buyers"
        away = (10, 10) if j == 0 else (0, -24)
        ax.annotate(
            words,
            (here["share"], here["usd"]),
            away,
            textcoords="offset points",
            fontsize=9.5,
            ha="left" if j == 0 else "center",
            **ON_WHITE,
        )
        said.append(f"{name}: {words}.")
    ax.set_xlim(0, None)
    ax.set_ylim(0, None)
    percent_axis(ax.xaxis)
    ax.yaxis.set_major_formatter(lambda amount, _: usd(amount))
    ax.set_xlabel("Share of buyers")
    ax.set_ylabel("Price, USD a month")
    legend_below(ax)
    return " ".join(said)


def _sample(shares: np.ndarray, name: str) -> Table:
    """Where the draws of a share of the price lie, before they enter a case."""
    row = {"label": "Share of the price that was for the feature", "mean": float(np.mean(shares))}
    row |= {key: float(np.quantile(shares, level)) for level, key in PERCENTILES.items()}
    columns = (
        Column("label", "Price effect"),
        Column("mean", "Mean", "share"),
        *(Column(key, f"{level:.0%}", "share") for level, key in PERCENTILES.items()),
    )
    return Table(
        f"Share of the price: {name}", columns, (row,), f"{write(len(shares), 'count')} draws of willingness to pay."
    )


def _regression(fitted: Hedonic) -> Table:
    """The effect of each attribute on price, from many prices."""
    rows = tuple(
        dict(
            zip(
                ("attribute", "usd", "error", "interval"),
                (name, float(usd_), float(error), (float(a), float(b))),
                strict=True,
            )
        )
        for name, usd_, error, a, b in zip(
            fitted.attributes, fitted.usd, fitted.standard_errors, fitted.low, fitted.high, strict=True
        )
    )
    columns = (
        Column("attribute", "Attribute"),
        Column("usd", "Effect on the price", USD_A_MONTH),
        Column("error", "Standard error", USD_A_MONTH),
        Column("interval", "95% interval", USD_A_MONTH),
    )
    note = (
        f"Ordinary least squares on {write(fitted.observations, 'count')} prices, errors {fitted.errors}, "
        f"R² {write(fitted.r_squared, 'times')}. A market price reflects supply and demand, not what the attribute is worth to buyers."
    )
    return Table(f"Prices on attributes: {fitted.data}", columns, rows, note)
