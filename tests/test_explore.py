"""The explorer without a browser: what can be moved, what follows, what is saved; and its widgets."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import yaml
from build import number, question, small, theory
from conftest import CASES, ROOT

import damages
from damages.case.write import save_scenario, scenario_text, written
from damages.explorer import panels
from damages.explorer.controls import sections
from damages.explorer.session import Session, case_files
from damages.report.table import usd
from damages.report.views import headlines

CASE = "params/linkedin.yaml"


@pytest.fixture
def session():
    return Session(CASE)


@pytest.fixture
def own(tmp_path):
    """A case in a folder of its own, where scenarios may be written."""
    folder = tmp_path / "params"
    folder.mkdir()
    (folder / "good.yaml").write_bytes((CASES / "good.yaml").read_bytes())
    return folder / "good.yaml"


def slider(session, name, i=0):
    return session.rows[name].sliders[i]


# --- What can be moved ------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["linkedin", "linkedin_2015", "bnsf", "template"])
def test_every_input_is_there_once_in_the_order_of_the_model(path):
    case = damages.load(f"params/{path}.yaml")
    found = sections(case)
    names = [row.name for section in found for row in section.rows]
    hidden = {f"{name}_groups" for name in case.theories} | {f"{name}_covers" for name in case.class_size.methods or {}}
    assert sorted(names) == sorted(set(case.inputs) - hidden)
    titles = [
        "The class",
        "Theories and questions",
        "Recovery per member",
        "The judgment",
        "Settlement and litigation costs",
    ]
    assert [section.title for section in found] == [title for title in titles if title in {s.title for s in found}]
    for section in found:
        for row in section.rows:
            assert row.meaning
            assert row.source.partition(": ")[2], row.name


def test_a_slider_shows_the_likely_value_or_the_mean_and_holds_it(session):
    for row in session.rows.values():
        for one in row.sliders:
            shown = session.number(one)
            assert one.low <= shown + 1e-9, one
            assert shown <= one.high + 1e-9, one
            assert 20 <= (one.high - one.low) / one.step <= 300 or one.step == 1.0, one
            base = session.base.inputs[row.name]
            if base.role != "question":
                shape = session.base.shapes[row.name][one.keys[0] if one.keys else ""]
                likely = shape.spec.get("likely", shape.base) if isinstance(shape.spec, dict) else shape.base
                assert shown / one.scale == pytest.approx(likely)


def test_shares_are_in_percent_and_large_sums_in_millions(session):
    assert (slider(session, "us_share").label, session.number(slider(session, "us_share"))) == (
        "Share of Premium subscribers in the United States, %",
        30.0,
    )
    assert slider(session, "premium_revenue_usd").label.endswith("USD billion")
    assert slider(session, "case_costs_usd").label.endswith("USD million")
    assert slider(session, "list_price_usd_per_month", 1).label == "Premium Business, USD per month"
    assert [one.keys for one in session.rows["list_price_usd_per_month"].sliders] == [
        ("career",),
        ("business",),
        ("sales",),
    ]


# --- What follows -----------------------------------------------------------------------------


def same(session, settings, scenario=""):
    """The figures are those of the library for the same settings."""
    expected = damages.estimate(damages.load(CASE, scenario, settings))
    assert session.now.estimate.headlines == expected.headlines
    assert session.now.estimate.chance_of_recovery == expected.chance_of_recovery


def test_moving_a_range_moves_its_likely_value(session):
    session.move(slider(session, "us_share"), 35.0)
    assert session.changed == {"us_share": {"low": 0.2, "likely": 0.35, "high": 0.5}}
    same(session, {"us_share": {"low": 0.2, "likely": 0.35, "high": 0.5}})
    session.move(slider(session, "us_share"), 60.0)  # an end gives way …
    assert session.changed["us_share"] == {"low": 0.2, "likely": 0.6, "high": 0.6}
    session.move(slider(session, "us_share"), 40.0)  # … and comes back
    assert session.changed["us_share"] == {"low": 0.2, "likely": 0.4, "high": 0.5}
    session.move(slider(session, "us_share"), 30.0)
    assert session.changed == {}


def test_one_group_moves_alone_and_a_mix_stays_whole(session):
    session.move(slider(session, "list_price_usd_per_month", 0), 35.0)
    assert session.changed["list_price_usd_per_month"] == {
        "career": 35.0,
        "business": 59.99,
        "sales": {"low": 79.99, "likely": 99.99, "high": 119.99},
    }
    session.reset()
    session.move(slider(session, "plan_mix", 0), 50.0)
    mix = session.changed["plan_mix"]
    assert sum(mix.values()) == pytest.approx(1.0, abs=1e-12)
    assert mix["business"] / mix["sales"] == pytest.approx(0.20 / 0.05)
    assert session.problem == ""
    same(session, {"plan_mix": mix})


def test_answers_theories_and_choices(session):
    session.answer("sca_covers", "yes")
    assert (session.answered("sca_covers"), session.changed) == ("yes", {"sca_covers": 1.0})
    session.set("ucl_pleaded", "no")
    session.set("class_size_method", "members")
    same(session, {"sca_covers": "yes", "ucl_pleaded": "no", "class_size_method": "members"})
    session.answer("sca_covers", "uncertain")
    assert session.answered("sca_covers") == "uncertain"
    assert "sca_covers" not in session.changed
    session.move(slider(session, "sca_covers"), 0.0)
    assert session.answered("sca_covers") == "no"


def test_undo_and_reset(session):
    before = session.now.estimate.headlines
    session.undo()  # nothing to take back
    for percentage in (35.0, 40.0):
        session.move(slider(session, "us_share"), percentage)
    session.undo()
    assert session.number(slider(session, "us_share")) == 35.0
    session.reset()
    assert session.changed == {}
    assert session.now.estimate.headlines == before
    session.undo()
    assert session.number(slider(session, "us_share")) == 35.0


def test_what_makes_no_sense_leaves_the_figures_and_says_why(session):
    session.move(slider(session, "us_share"), 35.0)
    before = session.now.estimate.headlines
    session.move(slider(session, "elsewhere_share"), 95.0)
    assert session.problem.startswith("class_size.methods.members.exclude: can take more than everyone")
    assert "\n" not in session.problem
    assert session.now.estimate.headlines == before
    assert "Not possible" in panels.status(session)
    session.undo()
    assert session.problem == ""


def test_what_should_be_read_with_care_is_said(tmp_path):
    inputs = {"loss": number("usd_per_member", 100), "ratio": number("times", 3), "bad": question(0.5)}
    theories = {
        "loss": theory("per_unit", units="people", rate="loss"),
        "fcra": theory("statutory", statute="fcra", actual="loss"),
    }
    punitive = {"when": "bad", "ratio": "ratio", "theories": ["fcra"]}
    small(tmp_path, theories=theories, inputs=inputs, judgment={"punitive": punitive})
    session = Session(tmp_path / "small.yaml")
    session.move(slider(session, "ratio"), 5.0)
    assert "punitive ratio of 5 is above 4" in session.caution
    session.move(slider(session, "ratio"), 3.0)
    assert session.caution == ""


def test_a_chance_that_depends_on_an_answer_has_a_slider_for_each(tmp_path):
    small(
        tmp_path,
        theories={"sum": theory("lump_sum", usd="sum", needs=["first", "second"])},
        inputs={
            "sum": number("usd", 1_000_000),
            "first": question(0.5),
            "second": question({"given": "first", "yes": 0.8, "no": 0.1}),
        },
    )
    session = Session(tmp_path / "small.yaml")
    yes, no = session.rows["second"].sliders
    assert (yes.label, session.number(yes)) == ("Chance of yes, if A question: yes, %", 80.0)
    assert (no.label, session.number(no)) == ("Chance of yes, if A question: no, %", 10.0)
    session.move(yes, 60.0)
    assert session.now.estimate.expected_usd == pytest.approx(0.5 * 0.6 * 1_000_000)
    assert session.answered("second") == "uncertain"


def test_many_groups_have_one_slider(tmp_path):
    groups = {f"g{i}": f"Group {i}" for i in range(20)}
    small(
        tmp_path,
        people=dict.fromkeys(groups, 100),
        groups=groups,
        theories={"loss": theory("per_unit", units="people", rate="loss")},
        inputs={"loss": number("usd_per_member", {name: 10 + i for i, name in enumerate(groups)}, by_group=True)},
    )
    session = Session(tmp_path / "small.yaml")
    before = session.now.estimate.exposure_usd
    (one,) = session.rows["loss"].sliders
    assert session.number(one) == 100.0
    session.move(one, 150.0)
    assert session.number(one) == pytest.approx(150.0)
    assert session.now.estimate.exposure_usd == pytest.approx(1.5 * before)


def test_every_setting_has_the_same_draws_and_full_ones_are_a_reports(session):
    quick = session.now.simulation
    assert (quick.draws, quick.replicates) == (2_048, 1)
    session.move(slider(session, "fee_share"), 30.0)  # moves no judgment
    again = session.now.simulation
    first, second = (one.outcomes["judgment_usd"].replicates[0] for one in (quick, again))
    assert all(np.array_equal(a.values, b.values) for a, b in zip(first, second, strict=True))
    session.now.draws = 4_096
    session.now.draw(quick=False)
    assert session.now.simulation.lines == damages.simulate(session.now.case, draws=4_096).lines


def test_settings_to_start_from(session):
    begun = Session(CASE, "plaintiff", ["claims_rate=0.08", "certified_sca=yes"])
    same(begun, {"claims_rate": 0.08, "certified_sca": "yes"}, "plaintiff")
    assert begun.scenario == "plaintiff"
    with pytest.raises(damages.CaseError, match="clams_rate is not an input of this case"):
        Session(CASE, "", {"clams_rate": 0.08})
    with pytest.raises(damages.CaseError, match="is a part of the case and not an input"):
        Session(CASE, "", {"theories.ucl.pleaded": False})


# --- What is shown ----------------------------------------------------------------------------


def test_the_difference_is_said_in_words(session):
    before = damages.estimate(damages.load(CASE)).expected_usd
    session.set("ucl_pleaded", "no")
    shown = panels.headline(session, compare=True)
    assert "no change" in shown  # the pleaded sum
    after = damages.estimate(damages.load(CASE, settings={"ucl_pleaded": "no"})).expected_usd
    assert panels.difference(after, before) in shown
    assert "-$5,685 (-0.468%)" in shown  # $1,213,748 before, $1,208,063 after
    assert "damages-change" not in panels.headline(session, compare=False)


@pytest.mark.parametrize("name", panels.PANELS)
def test_a_chart_is_the_librarys_own(session, name):
    session.move(slider(session, "us_share"), 35.0)
    shown = panels.PANELS[name](session, True)
    assert 'class="damages-chart"' in shown
    assert len(shown) < 60_000  # small enough to follow a hand
    if name == "Steps":
        assert f'alt="{headlines.steps(damages.estimate(session.now.case)).chart.alt}"' in shown
    if name == "Chances":
        assert "Judgment before the changes" in shown


def test_a_source_is_text_whatever_it_holds(session):
    from dataclasses import replace

    row = replace(session.rows["us_share"], source="Assumption: <script>alert(1)</script>", meaning="<b>")
    assert "<script>" not in panels.about(row)
    assert "&lt;b&gt;" in panels.about(row)


# --- What is saved ----------------------------------------------------------------------------


def test_a_saved_scenario_is_sparse_checks_and_gives_the_same_figures(own):
    session = Session(own)
    moved = [row for row in session.rows.values() if row.kind == "number"][:3]
    for row in moved:
        session.move(row.sliders[0], session.number(row.sliders[0]) * 0.9)
    first_question = next(iter(session.base.questions))
    session.answer(first_question, "yes")
    switch = next(row.name for row in session.rows.values() if row.kind == "theory")
    session.set(switch, "no")
    path = session.save("mine", 'What: if "it" were # so?\nTwo lines.')
    assert path == own.parent / "scenarios" / "good_mine.yaml"
    assert list(path.parent.iterdir()) == [path]
    saved = damages.load(own, "mine")
    assert damages.estimate(saved).headlines == session.now.estimate.headlines
    assert saved.scenario_why == 'What: if "it" were # so? Two lines.'
    assert saved.inputs[moved[0].name].source.cite.startswith("Mine: What: if")
    text = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(text) == {"extends", "title", "why", "theories", "inputs"}
    assert set(text["inputs"]) == set(session.changed) - {switch}


def test_a_scenario_of_a_scenario(own):
    session = Session(own)
    name = next(iter(session.base.questions))
    session.answer(name, "yes")
    session.save("one", "First")
    second = Session(own, "one")
    number_row = next(row for row in second.rows.values() if row.kind == "number")
    second.move(number_row.sliders[0], second.number(number_row.sliders[0]) * 0.9)
    path = second.save("two", "Second")
    assert "extends: good_one.yaml" in path.read_text(encoding="utf-8")
    assert damages.estimate(damages.load(own, "two")).headlines == second.now.estimate.headlines


def test_an_input_that_follows_from_the_rest_is_written_out():
    case = damages.load(CASE)
    text = scenario_text(case, {"sca_statutory_usd": 500.0}, "Less", "Half the sum", "../linkedin.yaml")
    assert 'label: "Statutory sum, Stored Communications Act"\n    role: fact\n    unit: usd_per_member' in text
    scenario = ROOT / "params" / "scenarios" / ".less.part.yaml"
    try:
        scenario.write_text(text, encoding="utf-8")
        loaded = damages.load(CASE, str(scenario))
    finally:
        scenario.unlink()
    assert (
        damages.estimate(loaded).headlines
        == damages.estimate(damages.load(CASE, "", {"sca_statutory_usd": 500.0})).headlines
    )


@pytest.mark.parametrize(
    ("name", "why", "changed", "words"),
    [
        ("Two Words", "Because", {"certified_sca": 1.0}, "'Two Words' is not a name: small letters"),
        ("../out", "Because", {"certified_sca": 1.0}, "is not a name"),
        ("mine", "  ", {"certified_sca": 1.0}, "gives no reason"),
        ("mine", "Because", {}, "would change nothing"),
        ("plaintiff", "Because", {"certified_sca": 1.0}, "already exists"),
        ("mine", "Because", {"certified_sca": 1.7}, "a chance lies between 0 and 1"),
    ],
)
def test_what_is_not_saved(name, why, changed, words):
    file = ROOT / "params" / "scenarios" / f"linkedin_{name}.yaml"  # alone: others may be saving scenarios of theirs
    before = file.read_bytes() if file.exists() else None
    with pytest.raises(damages.CaseError, match=words):
        save_scenario(damages.load(CASE), CASE, changed, name, why)
    assert (file.read_bytes() if file.exists() else None) == before


def test_a_scenario_is_replaced_only_when_told(own):
    session = Session(own)
    name = next(iter(session.base.questions))
    session.answer(name, "yes")
    session.save("mine", "First")
    session.answer(name, "no")
    with pytest.raises(damages.CaseError, match="already exists"):
        session.save("mine", "Second")
    assert session.taken("mine")
    path = session.save("mine", "Second", replace=True)
    assert "chance: 0" in path.read_text(encoding="utf-8")
    again = Session(own, "mine")
    again.answer(name, "yes")
    with pytest.raises(damages.CaseError, match="cannot extend itself"):
        again.save("mine", "Third", replace=True)


def test_the_command_gives_the_same_figures(session, tmp_path):
    session.move(slider(session, "us_share"), 35.0)
    session.move(slider(session, "plan_mix", 0), 50.0)
    session.answer("certified_sca", "no")
    session.set("ucl_pleaded", "no")
    words = session.words()
    assert words[:3] == ["damages", "report", CASE]
    assert words[-2:] == ["--out", "reports/linkedin_explored"]
    settings = [words[i + 1] for i, word in enumerate(words) if word == "--set"]
    assert damages.estimate(damages.load(CASE, "", settings)).headlines == session.now.estimate.headlines


@pytest.mark.parametrize(
    "value", [0.1, 1e-7, -2_500_000.5, "no", "a: b # c", {"low": 0.1, "likely": 0.2, "high": 1}, [1, 2], True]
)
def test_what_is_written_is_read_back(value):
    from damages.reader.read import read_value

    assert read_value(written(value)) == value


def test_case_files_are_those_with_a_title():
    assert {"params/linkedin.yaml", "params/template.yaml"} <= set(case_files().values())
    assert not {"params/statutes.yaml", "params/authorities.yaml"} & set(case_files().values())


# --- Its widgets ------------------------------------------------------------------------------


@pytest.fixture
def explorer():
    return damages.explore(CASE)


def row_of(explorer, name):
    return next(row for row in explorer._rows if row.row.name == name)


def test_the_page_follows_a_widget_and_the_widgets_follow_undo(explorer):
    row = row_of(explorer, "us_share")
    ((_, widget),) = row.sliders
    widget.value = 40.0
    same(explorer.session, {"us_share": {"low": 0.2, "likely": 0.4, "high": 0.5}})
    assert explorer.estimate.headlines == explorer.session.now.estimate.headlines
    assert explorer.case.inputs["us_share"].source.cite == "Set by hand for this run"
    assert "damages-changed" in row.box._dom_classes
    assert usd(explorer.estimate.pleaded_usd) in explorer._headline.value
    explorer._undo.click()
    assert widget.value == 30.0
    assert "damages-changed" not in row.box._dom_classes
    assert len(explorer.session.past) == 0
    assert "No changes from the base case" in repr(explorer)


def test_a_question_and_its_chance_agree(explorer):
    row = row_of(explorer, "sca_covers")
    ((_, chance),) = row.sliders
    row.chosen.value = "yes"
    assert chance.value == 100.0
    chance.value = 20.0
    assert row.chosen.value == "uncertain"
    assert explorer.session.changed == {"sca_covers": 0.2}


def test_a_certain_answer_to_a_question_that_depends_on_another(explorer):
    """Yes moves both branches' sliders to 100%; then one of them alone can be moved back."""
    explorer.session.reset()
    row = row_of(explorer, "certified_sca")
    (_, proven), (_, unproven) = row.sliders
    row.chosen.value = "yes"
    assert (proven.value, unproven.value) == (100.0, 100.0)
    assert explorer.session.changed == {"certified_sca": 1.0}
    proven.value = 20.0
    assert explorer.session.changed == {"certified_sca": {"given": "overpayment_proven", "yes": 0.2, "no": 1.0}}
    assert row.chosen.value == "uncertain"


@pytest.mark.slow
def test_only_the_chart_that_is_seen_is_drawn(explorer):
    steps, chances, _ = explorer._charts
    first = steps.value
    assert chances.value == ""
    explorer._tabs.selected_index = 1
    assert "2,048 draws, seed 0. Few" in explorer._note.value
    ((_, widget),) = row_of(explorer, "us_share").sliders
    widget.value = 40.0
    assert steps.value == first
    explorer._tabs.selected_index = 0
    assert steps.value != first
    explorer._tabs.selected_index = 1
    explorer._full.click()
    assert "131,072 draws, seed 0." in explorer._note.value
    assert explorer._full.disabled


def test_another_case_and_one_that_cannot_be_used(explorer, own):
    explorer._case.value = "params/template.yaml"
    assert "Doe v. Example Corp." in explorer._title.value
    before = explorer.session
    own.write_text(own.read_text().replace("inputs:", "inputs:\n  nothing: 5", 1))
    explorer._begin(own, "")
    assert "good.yaml cannot be used" in explorer._status.value
    assert explorer.session is before


@pytest.mark.slow
def test_the_library_loads_no_widget_until_it_is_asked():
    words = "import sys, damages, damages.cli; assert 'ipywidgets' not in sys.modules; damages.explore"
    code = f"{words}; assert 'ipywidgets' in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)


@pytest.mark.slow
def test_a_report_that_fails_says_why(tmp_path):
    from damages.explorer.report_job import ReportJob

    told, ended = [], []
    words = ["damages", "report", "params/nowhere.yaml"]
    job = ReportJob(words, lambda done, of: told.append((done, of)), ended.append)
    job.start()
    job.wait()
    assert ended == [job]
    assert "params/nowhere.yaml  does not exist." in job.error
    assert job.files == []


def test_links_lead_where_the_page_can_follow(monkeypatch):
    from damages.explorer.report_job import links

    file = ROOT / "reports" / "linkedin" / "report.html"
    monkeypatch.chdir(ROOT / "notebooks")
    monkeypatch.delenv("SERVER_SOFTWARE", raising=False)
    assert 'href="../reports/linkedin/report.html"' in links([file])
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5")
    monkeypatch.setenv("VOILA_BASE_URL", "/")
    assert 'href="/voila/files/reports/linkedin/report.html"' in links([file])
