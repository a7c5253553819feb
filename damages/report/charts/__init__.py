"""Tables → charts. Each function takes a table, draws it, and returns the Axes; none shows anything.

Every chart has labelled axes with units, values written beside what they belong to, and alt text
worked out from the same table. Nothing is told by colour alone.
"""

from damages.report.charts.of_case import timeline
from damages.report.charts.of_draws import distribution, exceedance, shares, zone
from damages.report.charts.of_estimate import against, bars, benchmarks, per_member, scenarios, waterfall
from damages.report.charts.of_inputs import agreement, box, correlations, stress, variance
from damages.report.charts.of_settings import across, by_scenario, heat_map, heat_maps, spider, tornado

__all__ = [
    "across",
    "against",
    "agreement",
    "bars",
    "benchmarks",
    "box",
    "by_scenario",
    "correlations",
    "distribution",
    "exceedance",
    "heat_map",
    "heat_maps",
    "per_member",
    "scenarios",
    "shares",
    "spider",
    "stress",
    "timeline",
    "tornado",
    "variance",
    "waterfall",
    "zone",
]
