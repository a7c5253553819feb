"""Tables → charts. Each function takes a table, draws it, and returns the Axes; none shows anything.

Every chart has labelled axes with units, values written beside what they belong to, and alt text
worked out from the same table. No information is carried by color alone.
"""

from damages.report.charts.bars import bars, shares, waterfall
from damages.report.charts.of_estimate import scenarios
from damages.report.charts.of_inputs import agreement
from damages.report.charts.of_settings import by_scenario
from damages.report.charts.of_sweep import small_multiples

__all__ = [
    "agreement",
    "bars",
    "by_scenario",
    "scenarios",
    "shares",
    "small_multiples",
    "waterfall",
]
