"""The traced program against NumPy on arrays: any expression comes to the same, and lies in the range it is given.

A range that is too narrow makes the program leave out what matters; one that is too wide, keep what does not.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from damages.analysis.program import Traced, Tracer

N_GROUPS, N_DRAWS = 3, 6
# name → (whether it differs by group, lowest, highest)
INPUTS = {
    "share": (False, 0.0, 1.0),
    "price": (False, 2.0, 9.0),
    "change": (False, -4.0, 3.0),
    "loss": (False, -5.0, -1.0),
    "prices": (True, 2.0, 9.0),
    "changes": (True, -4.0, 3.0),
    "losses": (True, -5.0, -1.0),
}
BINARY = (np.add, np.subtract, np.multiply, np.maximum, np.minimum)
COMPARED = (np.greater, np.less, np.greater_equal, np.less_equal, np.equal)
numbers = st.sampled_from([-3.0, -1.0, 0.0, 0.5, 1.0, 2.0, 9.0])
leaves = st.one_of(
    st.sampled_from(sorted(INPUTS)), numbers, st.lists(numbers, min_size=N_GROUPS, max_size=N_GROUPS).map(tuple)
)


def grown(inner):
    return st.one_of(
        st.tuples(st.sampled_from(BINARY), inner, inner),
        st.tuples(st.sampled_from(COMPARED), inner, inner),
        st.tuples(st.just(np.divide), inner, st.sampled_from(["price", "prices", 2.0, 1.0])),
        st.tuples(st.just(np.where), st.tuples(st.sampled_from(COMPARED), inner, inner), inner, inner),
        st.tuples(st.just(np.sum), inner),
        st.tuples(st.just("less a share"), inner, numbers),
    )


expressions = st.recursive(leaves, grown, max_leaves=10)


def drawn():
    rng = np.random.default_rng(1)
    found = {}
    for name, (wide, low, high) in INPUTS.items():
        values = rng.uniform(low, high, (N_GROUPS, N_DRAWS) if wide else N_DRAWS)
        values[..., 0], values[..., 1] = low, high
        found[name] = values
    return found


DRAWN = drawn()


def both(expression, inputs):
    """An expression as it is traced, and as NumPy works it out on what is drawn, by the very same calls."""
    if isinstance(expression, str):
        return inputs[expression], DRAWN[expression]
    if not isinstance(expression, tuple):
        return expression, expression
    if isinstance(expression[0], float):
        return np.array(expression), np.array(expression)[:, None]
    function, *parts = expression
    values = [both(part, inputs) for part in parts]
    traced, plain = zip(*values, strict=True)
    if function == "less a share":
        return traced[0] - traced[0] * traced[1], plain[0] - plain[0] * plain[1]
    if function is not np.sum:
        return function(*traced), function(*plain)
    # A figure that is 0 for every group is one number, and so is what it leaves of another; the model adds none of them.
    assume(np.ndim(plain[0]) == 2 and isinstance(traced[0], Traced) and traced[0].wide)
    return np.sum(traced[0]), plain[0].sum(axis=0)


@pytest.mark.slow
@settings(max_examples=300)
@given(expressions)
def test_any_expression_comes_to_what_numpy_says_and_lies_in_its_range(expression):
    tracer = Tracer()
    inputs = {name: tracer.input(name, wide, (low, high)) for name, (wide, low, high) in INPUTS.items()}
    figure, expected = both(expression, inputs)
    if not isinstance(figure, Traced):
        by_group = np.ndim(figure) == 1
        assert_allclose(*np.broadcast_arrays(figure[:, None] if by_group else figure, expected), rtol=1e-12)
        return
    found = tracer.program([figure]).run(DRAWN)[0]
    assert_allclose(*np.broadcast_arrays(found, expected), rtol=1e-12, atol=1e-12)
    low, high = figure.ends
    assert low - 1e-4 <= np.min(expected), "the range begins too high"
    assert np.max(expected) <= high + 1e-4, "the range ends too low"


@pytest.mark.parametrize(
    ("name", "low", "high"), [("prices", 2.0, 9e6), ("losses", -5e6, -1.0), ("changes", -4e6, 3e6)]
)
def test_the_range_of_a_sum_over_groups(name, low, high):
    """At least one group and at most a million: figures above 0 add up to no less than one, those below to no more."""
    tracer = Tracer()
    inputs = {key: tracer.input(key, wide, (a, b)) for key, (wide, a, b) in INPUTS.items()}
    assert np.sum(inputs[name]).ends == pytest.approx((low, high), rel=1e-5)
    assert np.sum(inputs["price"]) is inputs["price"]  # does not differ by group, so there is nothing to add


def test_ranges_are_as_narrow_as_they_can_be():
    tracer = Tracer()
    price, loss, change = (tracer.input(name, False, INPUTS[name][1:]) for name in ("price", "loss", "change"))
    for figure, ends in (
        (price + loss, (-3, 8)),
        (price - loss, (3, 14)),
        (price * loss, (-45, -2)),
        (change * loss, (-15, 20)),
        (loss / price, (-2.5, -1 / 9)),
        (price / price, (2 / 9, 4.5)),
        (price / loss, (-np.inf, np.inf)),
        (np.maximum(price, change * 2), (2, 9)),
        (np.minimum(price, change * 3), (-12, 9)),
        (np.where(change > 0.0, price, loss), (-5, 9)),
        (change > 0.0, (0, 1)),
        (price - price * 0.25, (1.5, 6.75)),
    ):
        assert figure.ends == pytest.approx(ends, rel=1e-4)


def test_what_a_range_settles_takes_no_step():
    tracer = Tracer()
    price, loss, change = (tracer.input(name, False, INPUTS[name][1:]) for name in ("price", "loss", "change"))
    for settled, known in (
        (price > loss, 1.0), (loss > price, 0.0), (price < loss, 0.0), (loss < price, 1.0),
        (price >= loss, 1.0), (loss >= price, 0.0), (price <= loss, 0.0), (loss <= price, 1.0),
        (np.equal(price, loss), 0.0), (np.equal(price * 0.0, 0.0), 1.0), (price * 0.0, 0.0), (0.0 / price, 0.0),
    ):  # fmt: skip
        assert isinstance(settled, float | bool | np.bool_)
        assert settled == known
    assert np.maximum(price, loss) is price
    assert np.maximum(loss, price) is price
    assert np.minimum(price, loss) is loss
    assert np.minimum(loss, price) is loss
    assert isinstance(price > change, Traced)
    assert isinstance(np.maximum(change, price), Traced)
    greater = np.maximum(price, change)
    assert (change > greater) == 0.0
    assert (greater >= change) == 1.0
    assert isinstance(greater > change, Traced)


def test_what_nobody_reads_any_more_is_let_go():
    """A step's inputs are freed after their last use, and what is wanted is kept to the end."""
    tracer = Tracer()
    price, change = tracer.input("price", False, (2.0, 9.0)), tracer.input("change", False, (-4.0, 3.0))
    first = price + change
    second = first * price
    program = tracer.program([second, first])
    assert program.inputs == ("price", "change")
    assert [step.last_use for step in program.steps] == [(1,), (0,)]
    found = program.run({name: DRAWN[name] for name in ("price", "change")})
    assert_allclose(found[1], DRAWN["price"] + DRAWN["change"])
    assert_allclose(found[0], found[1] * DRAWN["price"])
