"""Views: one a public function of a subject, all of its parts shown together or each for itself."""

from __future__ import annotations

import ast
import importlib
import pkgutil

import pytest
from conftest import ROOT
from IPython.lib.pretty import pretty

import damages
from damages.report import views
from damages.report.charts.bars import waterfall
from damages.report.table import Column, Table, Title, Words
from damages.report.view import View
from damages.report.views import case_file, class_size, headlines, outcomes, settlement

SUBJECTS = sorted(module.name for module in pkgutil.iter_modules(views.__path__))
SHARED = {"swing_bars"}  # what two subjects draw, no subject of its own
STEPS = Table(
    "Steps",
    (Column("label", "Step"), Column("left_usd", "Left", "usd")),
    ({"name": "a", "label": "Before", "left_usd": 10.0}, {"name": "b", "label": "After", "left_usd": 4.0}),
)


@pytest.mark.parametrize("name", [name for name in SUBJECTS if name not in SHARED])
def test_a_public_function_of_a_subject_returns_a_view_or_draws_one(name):
    tree = ast.parse((ROOT / "damages" / "report" / "views" / f"{name}.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    module, returned = importlib.import_module(f"damages.report.views.{name}"), []
    for function in functions:
        if hasattr(getattr(module, function.name), "__wrapped__"):  # a chart
            continue
        returned.append(ast.unparse(function.returns))
    assert returned
    assert set(returned) <= HELPERS.get(name, set()) | {"View", "tuple[View, ...]"}


HELPERS = {"outcomes": {"dict[str, float]"}, "tornado": {"Words"}}  # cells and sentences that another subject shares


def test_a_view_shows_all_of_its_parts_in_order():
    parts = {"words": Words(("It falls.",)), "table": STEPS, "draws": waterfall, "title": Title("Doe", "No. 1")}
    shown = View(**parts, more=(STEPS.titled("The same"),))
    markup = shown._repr_html_()
    order = ["<h1>Doe</h1>", "<p>It falls.</p>", "<img", ">Steps</caption>", ">The same</caption>"]
    assert [markup.index(part) for part in order] == sorted(markup.index(part) for part in order)
    assert str(shown).startswith("Doe\nNo. 1\n\nIt falls.\n\nSteps\n")
    assert repr(shown) == str(shown)
    assert [table["title"] for table in shown.as_json()["tables"]] == ["Steps", "The same"]
    assert shown.chart.alt == "Steps. Before: $10. After: $4, 40% of the step before."


def test_a_view_can_be_narrowed():
    shown = View(None, STEPS, waterfall)
    assert [row["name"] for row in shown.keeping({"b"}).rows] == ["b"]
    assert list(shown.without("label").frame().columns) == ["left_usd"]
    assert shown.titled("Other").table.title == "Other"
    assert (View().titled("Other").table, View().rows, str(View())) == (None, (), "")


def test_what_is_drawn_alone_is_the_frame():
    assert list(View(draws=waterfall, drawn=STEPS).frame()["left_usd"]) == [10.0, 4.0]


@pytest.mark.parametrize(("of", "head"), [(damages.load, "Doe v."), (damages.estimate, "Doe v.")])
def test_a_result_with_a_repr_of_its_own_still_shows_itself(of, head):
    """IPython looks for a class's own ``__repr__`` before the ``_repr_pretty_`` that it inherits."""
    case = damages.load("params/template.yaml")
    result = case if of is damages.load else of(case)
    assert pretty(result).startswith(head)
    assert pretty(result) == str(result.view)
    assert pretty([result]).startswith(f"[{repr(result).splitlines()[0]}")


def test_a_method_s_result_shows_itself_in_a_terminal(linkedin):
    swings = damages.tornado(linkedin)
    assert pretty(swings) == str(swings.view)


def test_a_case_an_estimate_and_a_simulation_have_the_views_of_their_subjects(linkedin, linkedin_simulation):
    estimate = damages.estimate(linkedin)
    assert linkedin.table == case_file.inputs(linkedin).table
    assert linkedin.words == case_file.summary(linkedin).words
    assert estimate.table == headlines.figures(estimate).table
    assert estimate.chart.alt == headlines.steps(estimate).chart.alt
    assert linkedin_simulation.table == outcomes.percentiles(linkedin_simulation).table
    assert linkedin_simulation.view.more == (outcomes.chances(linkedin_simulation).table,)


def test_words_without_a_range_to_draw(linkedin):
    shown = settlement.zone(linkedin, None)
    assert str(shown) == "The case file gives no litigation costs, so no settlement range is estimated."
    assert shown._repr_html_().count("<p>") == 1


def test_the_chart_of_the_class_leaves_out_what_the_table_keeps(linkedin):
    shown = class_size.size(damages.estimate(linkedin))
    assert "people_at_start" in [row["name"] for row in shown.rows]
    assert "Subscribers at its start" not in shown.chart.alt
