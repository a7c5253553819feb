"""What tables print, to the letter, and what charts draw from them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from matplotlib.figure import Figure

import damages
from damages.counting.retention import fit_retention
from damages.report.charts.marks import short_usd
from damages.report.picture import picture
from damages.report.table import Column, Table, Words, percent, usd, write
from damages.report.views import (
    award,
    case_file,
    class_size,
    counts,
    headlines,
    outcomes,
    payout,
    precedents,
    retention,
    scenarios,
    settlement,
    subscription,
    theories,
)
from damages.report.views.tornado import amounts, answers
from damages.sensitivity.grid import cube_axes


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "$0"),
        (0.5, "$0.50"),
        (17.1718, "$17.17"),
        (999.994, "$999.99"),
        (1_000, "$1,000"),
        (9_999.6, "$10,000"),
        (381_411.33, "$381,410"),
        (999_499, "$999,500"),
        (999_600, "$1 million"),
        (1_226_000, "$1.23 million"),
        (127_624_189, "$128 million"),
        (2_552_739_056, "$2.55 billion"),
        (999_960_000_000, "$1 trillion"),
        (-2_500, "-$2,500"),
        (float("inf"), "not finite"),
    ],
)
def test_dollars_in_a_sentence(amount, text):
    assert usd(amount) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0%"),
        (1, "100%"),
        (0.3, "30%"),
        (0.0327, "3.27%"),
        (0.00434175, "0.434%"),
        (2.17e-5, "0.00217%"),
        (0.12345, "12.3%"),
    ],
)
def test_shares_in_percent(share, text):
    assert percent(share) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (127_624_189.1235, "usd", "$127,624,189"),
        (-1_276_497_165.4, "usd", "-$1,276,497,165"),
        (-0.3, "usd", "$0"),
        (17.1718, "usd_per_member", "$17.17"),
        (-17.1718, "usd_per_member", "-$17.17"),
        (1_276_241.9, "people", "1,276,242"),
        (0.0548, "per_month", "5.48% a month"),
        (0.10, "per_year", "10% a year"),
        (43.926078, "months", "43.93"),
        (None, "usd", ""),
        ("yes", "answer", "yes"),
        ([29.99, 59.99], "usd_per_month", "$29.99 · $59.99"),
    ],
)
def test_values_in_a_table(value, unit, text):
    assert write(value, unit) == text


def test_the_headline_table_to_the_letter(linkedin):
    assert repr(headlines.figures(damages.estimate(linkedin))) == (
        "The four headlines (hypothetical)\n"
        "Headline                                               Mean\n"
        "-----------------------------------------------------------\n"
        "Pleaded: subscribers × the pleaded sum       $3,210,818,423\n"
        "Full recovery: every claim won, nothing cut  $1,727,556,924\n"
        "Exposure: the judgment if the class wins     $1,019,536,724\n"
        "Expected: over all answers and amounts           $1,213,748\n"
        "Chance of any judgment for the class: 0.404%."
    )


def test_the_steps_to_the_letter(linkedin):
    assert [
        (row["label"], write(row["left_usd"], "usd")) for row in headlines.steps(damages.estimate(linkedin)).rows
    ] == [
        ("Pleaded", "$3,210,818,423"),
        ("Subscribers who can recover", "$3,210,497,341"),
        ("Full recovery: every claim won, nothing cut", "$1,727,556,924"),
        ("Exposure: if the class wins, after due process", "$1,019,536,724"),
        ("Expected: averaged over the questions", "$1,213,748"),
    ]


def test_html_escapes_and_marks_up():
    table = Table(
        "A < B", (Column("a", "Name"), Column("b", "USD", "usd")), ({"a": "<b>x</b>", "b": 5.0},), note="x & y"
    )
    markup = table._repr_html_()
    assert "&lt;b&gt;x&lt;/b&gt;" in markup
    assert ">A &lt; B</caption>" in markup
    assert '<th scope="row" style=' in markup
    assert '<td class="number" style="text-align:right;vertical-align:top;white-space:nowrap">$5</td>' in markup
    assert "x &amp; y" in markup


def test_an_empty_table_says_so():
    table = Table("Things", (Column("a", "A"),), ())
    assert repr(table) == "Things: none."
    assert table._html() == "<p>Things: none.</p>"


def test_every_block_of_a_notebook_is_one_that_mathjax_skips(linkedin, linkedin_simulation):
    """Each version of MathJax skips by a class of its own; `test_jupyterlab` holds it to that in a browser."""
    estimate = damages.estimate(linkedin)
    chart = replace(headlines.steps(estimate), caption="From $1 to $2").chart
    shown = [one._repr_html_() for one in (linkedin, estimate, linkedin_simulation, chart)]
    shown += [Words(("From $1 to $2",))._repr_html_(), Table("Between $1 and $2", (), ())._repr_html_()]
    for block in BeautifulSoup("".join(shown), "html.parser").find_all(recursive=False):
        assert {"tex2jax_ignore", "mathjax_ignore"} <= set(block["class"])


def test_nothing_else_shows_itself_as_html():
    modules = (ROOT / "damages").rglob("*.py")
    assert [path.name for path in modules if "def _repr_html_" in path.read_text(encoding="utf-8")] == [
        "shows.py",
        "block.py",
    ]  # results, which ask their view


def test_the_raw_values_are_there_as_a_frame(linkedin):
    frame = headlines.steps(damages.estimate(linkedin)).frame()
    assert list(frame.columns) == ["label", "left_usd", "change_usd"]
    assert frame["left_usd"].iloc[-1] == pytest.approx(1_213_748, abs=1)


def test_every_line_has_words(linkedin, good):
    from damages.case.lines import line

    for case in (linkedin, good):
        for name in damages.estimate(case).lines:
            assert line(case, name).label


def test_every_charge_goes_to_somebody(linkedin):
    from damages.case.lines import parties
    from damages.model.charges import taken_from_fund

    assert set(taken_from_fund()) <= set(parties(linkedin))


# --- Charts -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def drawn(linkedin, linkedin_simulation):
    """Every chart with the table it was drawn from."""
    made = _of_the_case(linkedin, linkedin_simulation) | _of_sensitivity(linkedin)
    return {name: (view.drawn or view.table, view.plot()) for name, view in made.items()}


def _of_the_case(case, simulation):
    """The views of a case, at base values and drawn."""
    estimate = damages.estimate(case)
    twice = {"base": estimate, "again": estimate}
    return {
        "timeline": case_file.timeline(case),
        "waterfall": headlines.steps(estimate),
        "class size": class_size.size(estimate),
        "methods": counts.methods(estimate, simulation),
        "flow": retention.flow(estimate),
        "survival": _survival(),
        "per_member": award.per_member(estimate),
        "measures": subscription.measures(estimate),
        "price_path": subscription.price_path(case),
        "failing": theories.failing(case, damages.if_theories_fail(case)),
        "fund": payout.fund(estimate),
        "parties": payout.parties(estimate),
        "exceedance": outcomes.chances(simulation),
        "distribution": outcomes.percentiles(simulation),
        "scenarios": scenarios.side_by_side(twice),
        "by_scenario": scenarios.by_theory(twice),
        "benchmarks": precedents.settlements(estimate),
        "zone": settlement.zone(case, damages.settlement_zone(simulation)),
    }


def _survival():
    """A published cohort, in a case that is hypothetical."""
    from dataclasses import replace

    survivors, later = [100.0, 86.9, 74.3, 65.3], [59.3, 55.1]
    view = retention.survival(fit_retention([10 * one for one in survivors]), survivors, later, cohort="a cohort")
    return replace(view, table=replace(view.table, hypothetical=True))


def _of_sensitivity(case):
    """The views of what drives a figure."""
    swings, few = damages.tornado(case), {"draws": 4_096}
    map_ = damages.grid(case, inputs=("claims_rate", "standing_share"), of="usd_per_claimant", steps=5)
    return {
        "tornado": amounts(swings),
        "questions": answers(swings),
        "spider": damages.spider(case).view,
        "heat_map": map_.view,
        "shares": damages.variance_by_source(case).view,
        "across": damages.conditional(case, of="exposure_usd", **few).view,
        "chance across": damages.target(case, above=1e9, **few).view,
        "variance": damages.sobol(damages.load("params/template.yaml"), draws=512).view,  # independent inputs
        "correlations": damages.rank_correlations(case, **few).view,
        "certain": damages.if_decided(case).view,
        "stress": damages.reverse_stress(case, above=1e9, **few).view,
        "box": damages.scenario_box(case, above=5e8, **few).view,
        "worth": damages.value_of_information(case, side="defendant", draws=1_024).view,
        "heat_maps": damages.grid(case, inputs=cube_axes(case), steps=4).view,
        "break_evens": damages.break_even(case, target=1e6).view,
    }


NAMES = [
    "timeline",
    "waterfall",
    "class size",
    "methods",
    "flow",
    "survival",
    "measures",
    "price_path",
    "failing",
    "fund",
    "parties",
    "per_member",
    "exceedance",
    "distribution",
    "tornado",
    "questions",
    "spider",
    "heat_map",
    "scenarios",
    "shares",
    "benchmarks",
    "zone",
    "across",
    "chance across",
    "variance",
    "correlations",
    "certain",
    "stress",
    "box",
    "worth",
    "heat_maps",
    "break_evens",
    "by_scenario",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_chart_has_a_title_alt_text_and_labelled_axes(drawn, name):
    _table, ax = drawn[name]
    shown = picture(ax)
    assert len(shown.alt) > 60
    if name != "timeline":  # whose dates are facts
        assert "(hypothetical)" in shown.alt
        assert ax.get_figure().get_suptitle().replace("\n", " ").endswith("(hypothetical)")
    if name not in ("timeline", "heat_maps", "flow"):  # whose panels carry the labels
        assert ax.get_xlabel(), "the horizontal axis has no label"
        assert (
            not ax.yaxis.get_ticklabels()
            or ax.get_ylabel()
            or not [t for t in ax.get_yticklabels() if t.get_text().startswith("$")]
        )
    assert b"<svg" in shown.svg
    assert f'alt="{shown.alt}"'.replace('"', "")[:40] in shown._repr_html_().replace("&quot;", "").replace('"', "")


@pytest.mark.parametrize("name", NAMES)
def test_no_text_is_cut_off_at_the_edge(drawn, name):
    _, ax = drawn[name]
    figure = ax.get_figure()
    figure.draw_without_rendering()
    edges = figure.bbox
    ticks = [
        tick
        for axis, view in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim()))
        for tick in axis.get_major_ticks()
        if min(view) <= tick.get_loc() <= max(view)
    ]
    own, title = ax.yaxis.label.get_window_extent(), figure._suptitle.get_window_extent()
    assert not ax.get_ylabel() or own.y1 <= title.y0 + 2, (ax.get_ylabel(), "reaches into the title")
    legends = [text for legend in figure.legends for text in legend.get_texts()]
    texts = [*ax.texts, *figure.texts, *legends, ax.xaxis.label, ax.yaxis.label, *(tick.label1 for tick in ticks)]
    assert len(texts) > 4
    for text in texts:
        box = text.get_window_extent()
        if text.get_visible() and text.get_text().strip():
            assert box.x0 >= edges.x0 - 2, (text.get_text(), box)
            assert box.x1 <= edges.x1 + 2, (text.get_text(), box)
            assert box.y0 >= edges.y0 - 2, (text.get_text(), box)
            assert box.y1 <= edges.y1 + 2, (text.get_text(), box)


def test_the_bars_are_the_tables_numbers(drawn):
    table, ax = drawn["waterfall"]
    widths = [patch.get_width() for patch in ax.containers[0]]
    left = np.array(table["left_usd"])
    np.testing.assert_allclose(widths, np.minimum(left, np.concatenate([left[:1], left[:-1]])))
    lost = [patch.get_width() for patch in ax.containers[1]]
    np.testing.assert_allclose(sum(lost), left[0] - left[-1])


def test_the_tornados_bars_reach_the_tables_numbers(drawn):
    table, ax = drawn["tornado"]
    base = table.rows[0]["base"]
    ends = [(bar.get_x() + bar.get_width()) for container in ax.containers for bar in container]
    expected = [row[f"at_{end}"] for row in table.rows[:12] for end in ("low", "high")]
    np.testing.assert_allclose(ends, expected, rtol=1e-9)
    assert f"{usd(base)}" in ax.get_xlabel()


def test_the_curve_is_the_tables_numbers(drawn):
    table, ax = drawn["exceedance"]
    for label, drawn_line in zip(dict.fromkeys(table["label"]), ax.lines, strict=True):
        rows = [row for row in table.rows if row["label"] == label]
        np.testing.assert_allclose(drawn_line.get_xdata(), [row["usd"] for row in rows])
        shown = np.nan_to_num(drawn_line.get_ydata())
        np.testing.assert_allclose(shown, [row["chance"] for row in rows])


def test_the_map_shows_the_tables_numbers(drawn):
    table, ax = drawn["heat_map"]
    keys = [column.key for column in table.columns[1:]]
    np.testing.assert_allclose(ax.images[0].get_array(), [[row[key] for key in keys] for row in table.rows])
    assert {text.get_text() for text in ax.texts} == {short_usd(row[key]) for row in table.rows for key in keys}


def test_alt_text_changes_with_the_data(linkedin):
    alts = set()
    for rate in ("0.05", "0.5"):
        case = damages.load("params/template.yaml", settings=[f"standing_share={rate}"])
        alts.add(headlines.steps(damages.estimate(case)).chart.alt)
    assert len(alts) == 2


def test_a_chart_draws_on_the_axes_it_is_given(linkedin):
    ax = Figure().subplots()
    assert headlines.steps(damages.estimate(linkedin)).plot(ax) is ax
    assert ax.get_title(loc="left") == "From pleaded to expected (hypothetical)"


def test_no_table_no_chart(linkedin):
    assert settlement.zone(linkedin, None).chart is None
    assert picture(None) is None


def test_the_same_chart_has_the_same_bytes(linkedin):
    steps = headlines.steps(damages.estimate(linkedin))
    first, second = steps.chart, steps.chart
    assert first.svg == second.svg
    assert first.png(80) == second.png(80)


def test_a_chart_stands_in_grey(drawn):
    """Bars that mean different things differ in hatch, or in grey by a fifth of the range."""
    from matplotlib.colors import to_rgb

    def grey(patch):
        return float(np.dot(to_rgb(patch.get_facecolor()), [0.2126, 0.7152, 0.0722]))

    for name in ("tornado", "per_member", "scenarios", "waterfall"):
        _, ax = drawn[name]
        kinds = {(patch.get_hatch() or "", round(grey(patch), 3)) for container in ax.containers for patch in container}
        for first in kinds:
            for second in kinds:
                assert first == second or first[0] != second[0] or abs(first[1] - second[1]) > 0.2, name
