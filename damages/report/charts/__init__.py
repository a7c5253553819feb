"""Tables → charts. Each function takes a table, draws it, and returns the Axes; none shows anything.

Every chart has labelled axes with units, values written beside what they belong to, and alt text
worked out from the same table. No information is carried by color alone.
"""

from damages.report.charts.bars import bars, shares, waterfall

__all__ = [
    "bars",
    "shares",
    "waterfall",
]
