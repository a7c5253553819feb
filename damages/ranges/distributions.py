"""The shape of an uncertain input: a probability law, and its mean as base value.

A shape is written in a case file the way an expert says it (`damages.ranges.shapes` reads it); its law
(`damages.ranges.laws`) knows its exact quantiles and moments. Nothing here is random; `damages.engine.draws` turns
uniforms into values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from damages.ranges.laws import Law, Steps, Triangular
from damages.reader.numerals import plain_number


@dataclass(frozen=True)
class Shape:
    """One uncertain quantity.

    Attributes
    ----------
    low, high : the ends of the range; infinite where there is no end
    law : its quantiles, chances and moments
    spec : how it is written in a case file
    """

    low: float
    high: float
    law: Law
    spec: Any = field(compare=False)

    @cached_property
    def base(self) -> float:
        """The value used when nothing is drawn: the mean, so that a product of independent inputs is at its mean too.

        With the fifteen digits that a spreadsheet keeps and every processor agrees on.
        """
        return self.low if self.is_fixed else float(f"{self.law.mean():.15g}")

    def quantile(self, chance: Any) -> np.ndarray:
        """The exact value that is not exceeded with the given chance; same shape as ``chance``."""
        return self.law.ppf(chance)

    @property
    def is_fixed(self) -> bool:
        return self.low == self.high

    @property
    def is_exact(self) -> bool:
        """Whether the exact quantile is as cheap as a table of it."""
        return isinstance(self.law, Steps | Triangular)

    def __str__(self) -> str:
        return _words(self.spec) if isinstance(self.spec, Mapping) else "fixed"


def fixed(value: float) -> Shape:
    """The shape of a number that is not uncertain."""
    return Shape(value, value, Steps((value,), (1.0,)), value)


def _words(spec: Any) -> str:
    """A shape in the words of the case file, for a table."""
    if not isinstance(spec, Mapping):
        return plain_number(spec)
    if "likely" in spec:
        return f"{plain_number(spec['low'])} to {plain_number(spec['high'])}, likely {plain_number(spec['likely'])}"
    ((form, inner),) = spec.items()
    if form == "dated":
        return "dated list, averaged over the class period: " + ", ".join(
            f"{day} {plain_number(value)}" for day, value in inner.items()
        )
    if form == "sampled":
        return f"a sample: {plain_number(inner['yes'])} of {plain_number(inner['of'])}"
    if form == "zero_or":
        zero, else_value = plain_number(inner["chance_of_zero"]), _words(inner["value"])
        return f"0 with chance {zero}, else {else_value}"
    if form == "mixture":
        return "; or ".join(f"with chance {plain_number(part['weight'])} {_words(part['value'])}" for part in inner)
    if form == "fit":
        return f"a {inner['shape']} fitted to {inner['file']}, with the uncertainty of the fit"
    if form == "between":
        return f"90% sure between {plain_number(inner[0])} and {plain_number(inner[1])}"
    if isinstance(inner, Mapping):
        return f"{form}: " + ", ".join(f"{key} {value}" for key, value in inner.items())
    if isinstance(inner, list):
        return f"{form}: " + " to ".join(plain_number(value) for value in inner)
    return f"{form}: {inner}"
