"""Scrambled Sobol' points, a block at a time.

The points are those of ``scipy.stats.qmc.Sobol`` with the same generator, bit for bit; what is saved is its
import (half a second) and most of its time. Two facts make a block one exclusive-or a value: in Gray-code order
the second half of the points is the first half backwards with one bit pattern added, and a scramble changes only
the patterns and adds a shift.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

import numpy as np

BITS = 30
MOST_DIMENSIONS = 4_096  # of the 21,201 that SciPy ships; far more than a case has inputs


class Points:
    """One independently scrambled set of 2**power points, reproducible from its seed.

    Parameters
    ----------
    seed : whole numbers from 0; each set of them is another scramble
    power : 0 to 30
    """

    def __init__(self, seed: tuple[int, ...], power: int, dimensions: int):
        self.power, self.dimensions = power, dimensions
        self._patterns, self._shift = _scramble(tuple(seed), dimensions)

    def blocks(self, block_power: int) -> Iterator[np.ndarray]:
        """The points in order, (dimensions, 2**block_power) at a time, each in (0, 1). The array is used again."""
        block_power = min(block_power, self.power)
        # Patterns and shift are doubled and a last bit set: the points lie on a grid that holds 0 and not 1, and half a
        # step makes both ends alike.
        patterns, shift = self._patterns << 1, self._shift << 1 | 1
        base = np.zeros((self.dimensions, 2**block_power), dtype=np.uint32)
        for bit in range(block_power):
            half = 2**bit
            base[:, half : 2 * half] = base[:, :half][:, ::-1] ^ patterns[:, bit, None]
        bits, points = np.empty_like(base), np.empty(base.shape)
        for start in range(2 ** (self.power - block_power)):
            added = shift.copy()
            gray = start ^ (start >> 1)
            for bit in range(self.power - block_power):
                if gray >> bit & 1:
                    added ^= patterns[:, block_power + bit]
            if start & 1 and block_power:  # an odd block runs through its half of the Gray code backwards
                added ^= patterns[:, block_power - 1]
            np.bitwise_xor(base, added[:, None], out=bits)
            np.multiply(bits, 2.0 ** -(BITS + 1), out=points)
            yield points


def uniforms(seed: int, replicate: int, power: int, dimensions: int) -> np.ndarray:
    """One whole set of points. (dimensions, 2**power), in (0, 1)."""
    return next(Points((seed, replicate), power, dimensions).blocks(power))


@lru_cache(maxsize=256)
def _scramble(seed: tuple[int, ...], dimensions: int) -> tuple[np.ndarray, np.ndarray]:
    """The patterns and the shift of one scramble; the runs of one seed share theirs."""
    rng = np.random.default_rng(list(seed)).spawn(1)[0]
    weights = 2 ** np.arange(BITS, dtype=np.uint32)
    shift = rng.integers(2, size=(dimensions, BITS), dtype=np.uint32) @ weights
    matrices = np.tril(rng.integers(2, size=(dimensions, BITS, BITS), dtype=np.uint32))
    matrices[:, range(BITS), range(BITS)] = 1
    return _scrambled(_directions(max(dimensions, 1))[:dimensions], matrices), shift


def _scrambled(directions: np.ndarray, matrices: np.ndarray) -> np.ndarray:
    """Each direction multiplied by its dimension's lower triangular matrix over the field of two. (dimensions, bits)."""
    places = np.arange(BITS - 1, -1, -1, dtype=np.uint32)  # the first row of a matrix makes the leading bit
    rows = (matrices << places).sum(axis=2, dtype=np.uint32)
    parity = np.bitwise_count(rows[:, None, :] & directions[:, :, None]) & 1
    return (parity.astype(np.uint32) << places).sum(axis=2, dtype=np.uint32)


@lru_cache
def _directions(dimensions: int) -> np.ndarray:
    """Sobol's direction numbers with the initial values that SciPy ships. (dimensions, bits)."""
    if dimensions > MOST_DIMENSIONS:
        raise ValueError(f"{dimensions} dimensions are more than the {MOST_DIMENSIONS} that are drawn here.")
    with resources.as_file(resources.files("scipy") / "stats" / "_sobol_direction_numbers.npz") as path:
        table = np.load(path)
        polynomials, initial = table["poly"][:dimensions], table["vinit"][:dimensions]
    numbers = np.ones((dimensions, BITS), dtype=np.int64)
    for row, polynomial, first in zip(numbers[1:], polynomials[1:].tolist(), initial[1:], strict=True):
        degree = polynomial.bit_length() - 1
        row[:degree] = first[:degree]
        for j in range(degree, BITS):
            new = int(row[j - degree])
            for k in range(degree):
                if polynomial >> (degree - 1 - k) & 1:
                    new ^= int(row[j - k - 1]) << (k + 1)
            row[j] = new
    return (numbers << np.arange(BITS - 1, -1, -1)).astype(np.uint32)
