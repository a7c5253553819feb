"""The traced program against NumPy on arrays: any expression comes to the same, and lies in the range it is given.

A range that is too narrow makes the program leave out what matters; one that is too wide, keep what does not.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from damages.engine.trace import Traced, Tracer

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


def inputs_of(tracer, **more):
    known = INPUTS | {name: (wide, *ends) for name, (wide, ends) in more.items()}
    return {name: tracer.input(name, wide, (low, high)) for name, (wide, low, high) in known.items()}


def is_settled(figure, known):
    """Whether a comparison takes no step; a traced figure is true whatever it is compared with."""
    return isinstance(figure, float) and figure == known


def test_the_range_of_a_sum_over_groups():
    """At least one group and at most a million: figures above 0 add up to no less than one, those below to no more."""
    given = inputs_of(Tracer(), parts=(True, (0.5, 0.75)), losings=(True, (-0.75, -0.5)))
    for name, ends in (
        ("prices", (2.0, 9e6)),
        ("losses", (-5e6, -1.0)),
        ("changes", (-4e6, 3e6)),
        ("parts", (0.5, 0.75e6)),
        ("losings", (-0.75e6, -0.5)),
    ):
        total = np.sum(given[name])
        assert total.ends == pytest.approx(ends, rel=1e-5), name
        assert not total.wide
    assert np.sum(given["price"]) is given["price"]  # does not differ by group, so there is nothing to add


def test_an_input_may_lie_a_little_beyond_its_ends():
    """A quantile table rounds: what is drawn may pass an end by a part in a million."""
    tracer = Tracer()
    for low, high in ((2.0, 9.0), (-4.0, 3.0), (-5.0, -1.0), (0.0, 1.0)):
        ends = tracer.input("one", False, (low, high)).ends
        assert ends == (
            pytest.approx(low - 1e-6 * abs(low), rel=1e-12, abs=0),
            pytest.approx(high + 1e-6 * abs(high), rel=1e-12),
        )


def test_ranges_are_as_narrow_as_they_can_be():
    given = inputs_of(Tracer(), many=(False, (1.0, np.inf)), any=(False, (-np.inf, np.inf)))
    price, loss, change, many = (given[name] for name in ("price", "loss", "change", "many"))
    endless = (-np.inf, np.inf)
    for figure, ends in (
        (price + loss, (-3, 8)),
        (price - loss, (3, 14)),
        (price * loss, (-45, -2)),
        (change * loss, (-15, 20)),
        (loss / price, (-2.5, -1 / 9)),
        (price / price, (2 / 9, 4.5)),
        (price / loss, endless),
        (price / (change > 0.0), endless),  # by 0
        (price / many, (0, 9)),
        (many / price, (1 / 9, np.inf)),
        (many / many, (0, np.inf)),
        (many * 0.5 * (change > 0.0), (0, np.inf)),
        (given["any"] / price, endless),
        (np.maximum(price, change * 2), (2, 9)),
        (np.minimum(price, change), (-4, 3)),
        (np.where(change > 0.0, price, loss), (-5, 9)),
        (change > 0.0, (0, 1)),
        (price - price * 0.25, (1.5, 6.75)),
        (price - 0.25 * price, (1.5, 6.75)),
        (price - loss * 0.25, (2.25, 10.25)),
        (price - price * price, (-79, 5)),
    ):
        assert figure.ends == pytest.approx(ends, rel=1e-4)


def test_what_a_range_settles_takes_no_step():
    given = inputs_of(Tracer())
    price, loss, change = given["price"], given["loss"], given["change"]
    nothing = Tracer().input("nothing", False, (0.0, 0.0))
    for settled, known in (
        (np.equal(nothing, 0.0), 1.0), (price > loss, 1.0), (loss > price, 0.0), (price < loss, 0.0), (loss < price, 1.0),
        (price >= loss, 1.0), (loss >= price, 0.0), (price <= loss, 0.0), (loss <= price, 1.0),
        (np.equal(price, loss), 0.0), (np.equal(loss, price), 0.0),
        (price * 0.0, 0.0), (0.0 * price, 0.0), (0.0 / price, 0.0), (np.where(change > 0.0, 2.0, 2.0), 2.0),
        (given["prices"] < given["losses"], 0.0), (given["prices"] * 0.0, 0.0),
    ):  # fmt: skip
        assert is_settled(settled, known)
    for same in (
        price * 1.0, 1.0 * price, price + 0.0, 0.0 + price, price - 0.0, price / 1.0,
        np.maximum(price, loss), np.maximum(loss, price), np.where(change > 0.0, price, price),
    ):  # fmt: skip
        assert same is price
    assert np.minimum(price, loss) is loss
    assert np.minimum(loss, price) is loss
    for open_ in (
        price > change, price >= change, price < change, price <= change, np.equal(price, change),
        change > price, change >= price, change < price, change <= price, np.equal(change, price),
        np.maximum(change, price), np.minimum(change, price), np.where(change > 0.0, price, 2.0), 0.0 - price, 1.0 / price,
        given["prices"] > given["losses"],  # 1 for each group, which one number would not say
        np.where(change > 0.0, 2.0, price),
    ):  # fmt: skip
        assert isinstance(open_, Traced)


def test_ranges_that_touch_settle_what_they_can():
    given = inputs_of(Tracer())
    flag = given["change"] > 0.0  # 0 or 1
    for settled, known in (
        (flag > 1.0, 0.0), (flag >= 0.0, 1.0), (flag < 0.0, 0.0), (flag <= 1.0, 1.0), (flag <= 1.0, 1.0),
        (np.maximum(flag, 1.0), 1.0), (np.maximum(1.0, flag), 1.0), (np.minimum(flag, 0.0), 0.0), (np.minimum(0.0, flag), 0.0),
        (np.equal(flag, 1.5), 0.0), (np.equal(flag, -0.5), 0.0),
    ):  # fmt: skip
        assert is_settled(settled, known)
    for same in (np.maximum(flag, 0.0), np.maximum(0.0, flag), np.minimum(flag, 1.0), np.minimum(1.0, flag)):
        assert same is flag
    for open_ in (
        flag > 0.0,
        flag >= 1.0,
        flag < 1.0,
        flag <= 0.0,
        np.equal(flag, 1.0),
        np.equal(flag, 0.0),
        np.equal(1.0, flag),
    ):
        assert isinstance(open_, Traced)


def test_the_greater_of_two_is_at_least_each():
    given = inputs_of(Tracer())
    price, change = given["price"], given["change"]
    for greater in (np.maximum(price, change), np.maximum(change, price)):
        assert is_settled(change > greater, 0.0)
        assert is_settled(price > greater, 0.0)
        assert is_settled(greater >= change, 1.0)
        for open_ in (greater > change, change >= greater, greater < change, change > np.minimum(price, change)):
            assert isinstance(open_, Traced)


def test_a_constant_by_group_beside_the_greater_of_two():
    """A sum agreed on for each group, compared with a statutory floor: a comparison that a range does not settle."""
    price, agreed = inputs_of(Tracer())["price"], np.array([1.0, 5.0, 20.0])
    floor = np.maximum(price, agreed)
    assert is_settled(agreed > floor, 0.0)
    assert isinstance(floor > agreed, Traced)
    assert isinstance(agreed + 1.0 > floor, Traced)
    assert isinstance(agreed > np.maximum(price, 4.0), Traced)
    assert is_settled(np.array([4.0]) > np.maximum(price, 4.0), 0.0)  # one group, one number
    assert (price + agreed).wide
    assert not (price + np.array([4.0])).wide
    assert not (price + 4.0).wide


def test_what_cannot_be_traced_is_refused():
    price = inputs_of(Tracer())["prices"]
    for untraced in (lambda: np.add.reduce(price), lambda: np.add(price, 1.0, dtype=float), lambda: np.median(price)):
        with pytest.raises(TypeError):
            untraced()


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
