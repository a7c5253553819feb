"""What charts of several subjects share: their marks, and bars. A chart takes a table, draws it, and returns the Axes.

Every chart has labelled axes with units, values written beside what they belong to, and alt text
worked out from the same table. No information is carried by color alone.
"""
