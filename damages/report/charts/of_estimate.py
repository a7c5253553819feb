"""Charts of a case at base values: steps, members, scenarios, real settlements."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from damages.report.charts.marks import labelled_rows, usd_axis
from damages.report.picture import COLOURS, HATCHES, chart
from damages.report.table import Table, usd


@chart(lambda rows, columns: 0.95 * (columns - 1) + 1.4)
def scenarios(table: Table, ax: Axes) -> str:
    """The three headlines of each scenario, on a logarithmic axis."""
    columns = [column for column in table.columns if column.key != "label"]
    rows = [row for row in table.rows if row["name"] in ("pleaded_usd", "exposure_usd", "expected_usd")]
    places, said, height = labelled_rows(ax, [column.heading for column in columns]), [], 0.2
    amounts = [row[column.key] for row in rows for column in columns]
    smallest = min((amount for amount in amounts if amount > 0), default=1.0)
    for j, row in enumerate(rows):
        values = np.array([row[column.key] for column in columns], dtype=float)
        at = places + 0.24 - height * (j + 0.5)
        ax.barh(at, values, height=height * 0.9, color=COLOURS[j], hatch=HATCHES[j], edgecolor="white")
        for place, value in zip(at, values, strict=True):
            ax.text(
                max(value, smallest / 3),
                place,
                f"  {usd(value)}, {row['label'].partition(':')[0].lower()}",
                va="center",
                fontsize=9,
            )
        said.append(
            f"{row['label'].partition(':')[0]}: {', '.join(f'{c.heading} {usd(v)}' for c, v in zip(columns, values, strict=True))}."
        )
    ax.set_xscale("log")
    ax.set_xlim(smallest / 3, max(amounts) * 3_000)
    usd_axis(ax.xaxis, log=True)
    ax.set_xlabel("USD (logarithmic), at base values")
    return " ".join(said)
