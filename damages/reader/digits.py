"""The digits of a figure that every processor agrees on.

Two machines with the same versions differ in the last bits of a figure: BLAS sums in another order with another kernel
or number of threads, and exp, log and power round otherwise with AVX or FMA than without. So what is written or drawn
has the digits that are left, and is put in order by them. What is handed over in Python keeps all.
"""

from __future__ import annotations

DIGITS = 12  # significant ones, so that billions keep their cents: sums of the draws differ by some 1e-14 of their size
PLACES = 10  # decimal ones: differences of figures near 1, such as shares of a variance, differ by some 1e-15
FEWER_DIGITS = 6  # of what is searched for step by step, and so right to about a millionth


def settled(number: float, digits: int = DIGITS, places: int = PLACES) -> float:
    """A number to so many significant digits, and no more than so many decimal places.

    >>> settled(0.1 + 0.2), settled(123_456_789_012.345), settled(-3e-17)
    (0.3, 123456789012.0, 0.0)
    """
    return round(float(f"{number:.{digits - 1}e}"), places) + 0.0  # no zero below zero
