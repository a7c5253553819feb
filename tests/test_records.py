"""Account records: each rule on a handful of rows, both readers, and a slow count beside the fast one."""

from __future__ import annotations

import csv
import datetime
import gzip
import json
import re
from collections import defaultdict

import pytest
from conftest import ROOT
from typer.testing import CliRunner

import damages
from damages.cli import app
from damages.counting.synthetic import synthetic_accounts, write_accounts
from damages.errors import CaseError
from damages.records import counts as records
from damages.records.counts import count_records
from damages.report.views import records as shown_of

START, END = datetime.date(2023, 1, 1), datetime.date(2023, 12, 31)
HEAD = "account_id,person_id,plan,state,start,end,trial_until,sent,received"


@pytest.fixture(params=["polars", "pandas"])
def count(request, tmp_path):
    """Counts rows written by hand, with each of the two readers."""

    def counted(*rows, head=HEAD, **options):
        path = tmp_path / "accounts.csv"
        path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        return count_records(path, START, END, reader=request.param, **options)

    return counted


def set_aside(counted):
    return {reason: rows for reason, rows in counted.set_aside.items() if rows}


def test_a_row_without_person_and_account_is_set_aside(count):
    found = count(",,career,CA,2023-01-01,,,1,1", "a1,,career,CA,2023-01-01,,,1,1", ",p1,career,CA,2023-01-01,,,1,1")
    assert set_aside(found) == {records.NOBODY: 1}
    assert found.total == 2
    assert found.without_person == 1


def test_without_a_person_the_account_is_the_person(count):
    rows = [f"{account},,career,CA,2023-01-01,,,1,1" for account in ("a1", "a1", "a2")]
    assert count(*rows).total == 2


def test_a_missing_start_and_unreadable_dates_are_set_aside(count):
    bad = ["", "unknown", "2023-02-30", "01/02/2023", "2023-1-5", "20230105", "2023-01-05 00:00"]
    rows = [f"a{i},p{i},career,CA,{day},,,1,1" for i, day in enumerate(bad)]
    rows += ["b1,q1,career,CA,2023-01-01,soon,,1,1", "b2,q2,career,CA,2023-01-01,,soon,1,1"]
    found = count(*rows, "c,c,career,CA, 2023-01-01 ,,,1,1", "d,d,career,CA,2023-01-01,9999-12-31,,1,1")
    assert set_aside(found) == {records.NO_DATE: len(bad) + 2}
    assert found.total == 2


def test_a_spell_that_ends_before_it_starts_is_set_aside(count):
    found = count("a,p,career,CA,2023-05-01,2023-04-30,,1,1", "b,q,career,CA,2023-05-01,2023-05-01,,1,1")
    assert set_aside(found) == {records.BACKWARDS: 1}
    assert found.months["career"] == pytest.approx(1 / (365.25 / 12))


def test_plans_not_asked_for_are_set_aside(count):
    rows = ("a,p,career,CA,2023-05-01,,,1,1", "b,q,learning,CA,2023-05-01,,,1,1")
    assert set_aside(count(*rows, plans=["career"])) == {records.OTHER_PLAN: 1}
    assert count(*rows).people == {"career": 1, "learning": 1}


def test_spells_outside_the_period_are_set_aside_and_the_ends_are_inside(count):
    found = count(
        "a,p1,career,CA,2022-01-01,2022-12-31,,1,1",
        "b,p2,career,CA,2024-01-01,,,1,1",
        "c,p3,career,CA,2022-01-01,2023-01-01,,1,1",
        "d,p4,career,CA,2023-12-31,,,1,1",
    )
    assert set_aside(found) == {records.OUTSIDE: 2}
    assert found.total == 2
    assert found.months["career"] == pytest.approx(2 / (365.25 / 12))
    assert found.at_end == {"career": 1}


def test_a_trial_that_was_never_left_is_set_aside_and_anothers_days_are_free(count):
    found = count(
        "a,p1,career,CA,2023-01-01,2023-01-30,2023-01-30,1,1",
        "b,p2,career,CA,2023-12-15,,2024-01-14,1,1",
        "c,p3,career,CA,2023-01-01,2023-02-09,2023-01-30,1,1",
        "d,p4,career,CA,2023-06-01,2023-06-10,2020-01-30,1,1",
    )
    assert set_aside(found) == {records.TRIAL: 2}
    assert found.months["career"] * 365.25 / 12 == pytest.approx(10 + 10)


def test_where_messages_are_needed_silent_accounts_are_set_aside(count):
    messages = ["0,0", "0,1", "2.0,", ",", "x,0", "x,1", "inf,", "-1,0", "1e30,0", "-1e30,0"]
    rows = [f"a{i},p{i},career,CA,2023-01-01,,,{sent}" for i, sent in enumerate(messages)]
    assert set_aside(count(*rows, need_messages=True)) == {records.SILENT: 4, records.NO_COUNT: 2}
    assert set_aside(count(*rows)) == {}


def test_a_repeated_row_is_counted_once(count):
    row, other_state = "a,p,career,CA,2023-01-01,2023-01-31,,1,1", "a,p,career,NY,2023-01-01,2023-01-31,,1,1"
    found = count(row, other_state, row, row, "a,p,career,CA,2023-01-01,2023-01-30,,1,1")
    assert set_aside(found) == {records.REPEATED: 2}
    assert found.overlapping_days == 31 + 30
    assert found.total == 1


def test_a_person_is_counted_once_under_the_plan_with_most_days(count):
    found = count(
        "a,p,career,CA,2023-01-01,2023-01-31,,1,1",
        "b,p,business,NY,2023-03-01,2023-03-10,,1,1",
        "c,p,business,TX,2023-04-01,2023-04-10,,1,1",
    )
    assert found.people == {"career": 1, "business": 0}
    assert found.by_state == {"TX": 1}
    assert found.several_accounts == 1
    assert found.months["business"] * 365.25 / 12 == pytest.approx(20)


def test_equal_days_go_to_the_plan_named_first(count):
    rows = ("a,p,career,CA,2023-01-01,2023-01-10,,1,1", "b,p,business,NY,2023-03-01,2023-03-10,,1,1")
    assert count(*rows, plans=["business", "career"]).people == {"business": 1, "career": 0}
    assert count(*rows, plans=["career", "business"]).people == {"career": 1, "business": 0}


def test_equal_days_go_to_the_plan_that_comes_first_in_the_file(count):
    rows = ("a,p,plus,CA,2023-01-01,2023-01-10,,1,1", "b,p,business,NY,2023-03-01,2023-03-10,,1,1")
    assert count(*rows).people == {"plus": 1, "business": 0}


def test_overlapping_days_are_counted_once(count):
    found = count(
        "a,p,career,CA,2023-01-01,2023-01-31,,1,1",
        "b,p,business,CA,2023-01-20,2023-02-10,,1,1",
        "c,p,career,CA,2023-01-05,2023-01-08,,1,1",
    )
    assert {plan: months * 365.25 / 12 for plan, months in found.months.items()} == pytest.approx(
        {"career": 31, "business": 10}
    )
    assert found.overlapping_days == 12 + 4


def test_extra_columns_quotes_accents_and_missing_fields_are_fine(count):
    found = count('Zoë,"p, 1",career,CA,2023-01-01', "b,p2,Début,,2023-01-01,,,,,extra", head=HEAD + ",note")
    assert found.people == {"career": 1, "Début": 1}
    assert found.by_state == {"": 1, "CA": 1}


def test_a_line_that_does_not_fit_the_headings_is_refused(count):
    """An unquoted comma shifts every field after it: reading on would count something else."""
    with pytest.raises(CaseError, match=r"has lines that do not fit its headings: .*\. A field that holds a comma"):
        count("a,p,career,CA,2023-01-01,,,1,1", "a,p,career,Portland, OR,2023-01-01,,,1,1")


def test_a_column_of_something_else_is_refused(count):
    with pytest.raises(CaseError, match=r"more than 1,000 different plans or States\. Are the columns right\?"):
        count(*(f"a{i},p{i},career,street {i},2023-01-01,,,1,1" for i in range(1001)))


def test_no_rows_are_no_records(count):
    with pytest.raises(CaseError, match="has headings and no rows"):
        count(plans=["career"])


def test_columns_between_other_marks(tmp_path):
    path = tmp_path / "accounts.csv"
    path.write_text("account_id;person_id;plan;state;start;end\n1;2;career;CA;2024-01-01;2024-02-01\n")
    with pytest.raises(CaseError, match=r"has semicolons between its columns\. Save it as CSV with commas"):
        count_records(path, datetime.date(2024, 1, 1), datetime.date(2024, 12, 31))


def slow_count(path, start, end, plans, need_messages):
    """The same rules, one row and one day at a time."""
    spells, reasons, several = defaultdict(list), defaultdict(int), defaultdict(set)
    seen = set()
    with path.open(newline="") as lines:
        for row in csv.DictReader(lines):
            try:
                begin = datetime.date.fromisoformat(row["start"])
                finish = datetime.date.fromisoformat(row["end"]) if row["end"] else datetime.date.max
                trial = datetime.date.fromisoformat(row["trial_until"]) if row["trial_until"] else None
            except ValueError:
                begin = None
            paid = max(begin, trial + datetime.timedelta(days=1)) if begin and trial else begin
            person = row["person_id"] or ("account", row["account_id"])
            key = (person, row["account_id"], row["plan"], row["state"], paid, begin and finish)
            if not row["person_id"] and not row["account_id"]:
                reasons[records.NOBODY] += 1
            elif begin is None:
                reasons[records.NO_DATE] += 1
            elif finish < begin:
                reasons[records.BACKWARDS] += 1
            elif row["plan"] not in plans:
                reasons[records.OTHER_PLAN] += 1
            elif begin > end or finish < start:
                reasons[records.OUTSIDE] += 1
            elif paid > min(finish, end):
                reasons[records.TRIAL] += 1
            elif need_messages and int(row["sent"]) + int(row["received"]) == 0:
                reasons[records.SILENT] += 1
            elif key in seen:
                reasons[records.REPEATED] += 1
            else:
                seen.add(key)
                spells[person].append((paid, finish, row["plan"], row["state"]))
                several[person].add(row["account_id"])
    people, at_end, days, states = (defaultdict(int) for _ in range(4))
    for own in spells.values():
        own.sort(key=lambda spell: spell[0])
        plan_of_day = {}
        for paid, finish, plan, _ in own:
            day = max(paid, start)
            while day <= min(finish, end):
                plan_of_day.setdefault(day, plan)
                day += datetime.timedelta(days=1)
        own_days = [list(plan_of_day.values()).count(plan) for plan in plans]
        plan = plans[own_days.index(max(own_days))]
        people[plan] += 1
        at_end[plan] += end in plan_of_day
        states[own[-1][3]] += 1
        for name, number in zip(plans, own_days, strict=True):
            days[name] += number
    return people, at_end, days, states, reasons, sum(len(accounts) > 1 for accounts in several.values())


@pytest.mark.parametrize("reader", ["polars", "pandas"])
@pytest.mark.parametrize("need_messages", [False, True])
def test_the_slow_count_agrees_on_synthetic_accounts(tmp_path, monkeypatch, reader, need_messages):
    monkeypatch.setattr("damages.records.lines.PIECE_ROWS", 97)
    path, plans = write_accounts(tmp_path / "a.csv", people=400, seed=5), ["business", "career"]
    found = count_records(path, START, END, plans, need_messages, reader)
    people, at_end, days, states, reasons, several = slow_count(path, START, END, plans, need_messages)
    assert found.people == people
    assert found.at_end == at_end
    assert {plan: round(months * 365.25 / 12) for plan, months in found.months.items()} == days
    assert found.by_state == states
    assert set_aside(found) == reasons
    assert found.several_accounts == several
    assert found.rows == len(path.read_text().splitlines()) - 1


def test_both_readers_and_a_gzipped_file_say_the_same(tmp_path):
    plain = write_accounts(tmp_path / "a.csv", people=3_000, seed=1)
    zipped = tmp_path / "a.csv.gz"
    zipped.write_bytes(gzip.compress(plain.read_bytes()))
    first = count_records(plain, START, END, reader="polars")
    assert first.total > 1_000
    assert len(set_aside(first)) == 6
    assert first == count_records(plain, START, END, reader="pandas") == count_records(plain, START, END)
    assert first == count_records(zipped, START, END, reader="polars")
    assert first == count_records(zipped, START, END, reader="pandas")


def test_without_polars_pandas_reads(tmp_path, monkeypatch):
    path = write_accounts(tmp_path / "a.csv", people=50)
    monkeypatch.setattr("damages.records.files.importlib.util.find_spec", lambda name: None)
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    assert count_records(path, START, END).total > 0


def test_one_seed_writes_the_same_bytes(tmp_path):
    first, second, other = (write_accounts(tmp_path / f"{i}.csv", 200, seed) for i, seed in enumerate((0, 0, 1)))
    assert first.read_bytes() == second.read_bytes() != other.read_bytes()
    assert len(synthetic_accounts(200, 0)) == len(first.read_text().splitlines()) - 1


def test_what_is_wrong_with_a_file_is_told_at_once(tmp_path):
    path = tmp_path / "accounts.csv"
    with pytest.raises(CaseError, match=r"accounts\.csv has 1 problem\.\n    does not exist\."):
        count_records(path, START, END)
    path.write_text("account_id,person_id,plan,State,begin,end\n")
    with pytest.raises(CaseError) as caught:
        count_records(path, START, END, need_messages=True)
    assert [problem.sentence for problem in caught.value.problems][:2] == [
        "has no column state. Did you mean State?",
        "has no column start. Did you mean State?",
    ]
    assert len(caught.value.problems) == 4
    path.write_text("")
    with pytest.raises(CaseError, match="is not a CSV with a line of headings"):
        count_records(path, START, END)
    with pytest.raises(CaseError, match="the period ends before it starts"):
        count_records(path, END, START)


# in a case

METHODS = """class_size:
  methods:
    accounts:
      kind: records
      label: Accounts
      file: accounts.csv
      source: {kind: record, cite: Made up}"""
PEOPLE = "  people: {label: People, role: uncertain, unit: people, value: {low: 8_000, likely: 10_000, high: 15_000}, source: {kind: study, cite: Made up}}\n"
REPLACED = (("class_size:\n  people: people", METHODS), (PEOPLE, ""))


@pytest.fixture
def records_case(write_case, tmp_path):
    def write(*replaced, accounts="basic"):
        (tmp_path / "accounts.csv").write_text(
            f"{HEAD}\na,p1,{accounts},CA,2023-05-01,,,0,0\nb,p2,plus,CA,2023-05-01,2023-06-01,,1,0\nc,p3,other,CA,2023-05-01,,,1,1\n"
        )
        return write_case(*REPLACED, *replaced)

    return write


def test_records_enter_a_case(records_case):
    path = records_case()
    case = damages.load(path)
    assert case.inputs["accounts_people"].value == 2
    assert case.inputs["accounts_people"].source.kind == "record"
    assert case.inputs["accounts_people"].source.cite == (
        "accounts.csv: 3 rows, 1 set aside, 2 different people from 2023-01-01 to 2024-12-31"
    )
    assert float(sum(damages.estimate(case).lines["people_at_end"])) == 2
    assert re.fullmatch("[0-9a-f]{64}", case.files["accounts.csv"])


def test_records_are_counted_again_when_the_file_changes(records_case):
    assert damages.load(records_case()).inputs["accounts_people"].value == 2
    assert damages.load(records_case(accounts="elsewhere")).inputs["accounts_people"].value == 1


def test_a_case_may_need_messages_or_state_the_number_itself(records_case):
    needing = ("file: accounts.csv", "file: accounts.csv\n      need_messages: true")
    assert damages.load(records_case(needing)).inputs["accounts_people"].value == 1
    own = PEOPLE.replace("  people:", "  accounts_people:")
    path = records_case(("  pleaded_usd:", own + "  pleaded_usd:"), ("file: accounts.csv", "file: nowhere.csv"))
    assert damages.load(path).shapes["accounts_people"][""].base == 10_500  # the mean


def test_with_turnover_the_last_day_counts(records_case):
    inputs = "".join(
        f"  {name}: {{label: {name}, role: fact, unit: per_month, value: 0.01, source: {{kind: assumption, cite: Made up}}}}\n"
        for name in ("churn", "growth")
    )
    path = records_case(
        ("  define: [in_scope_share]", "  turnover: {churn: churn, growth: growth}\n  define: [in_scope_share]"),
        ("  pleaded_usd:", inputs + "  pleaded_usd:"),
    )
    given = damages.load(path).inputs["accounts_people"]
    assert given.value == 1
    assert given.source.cite.endswith("1 different people on 2024-12-31")


@pytest.mark.parametrize(
    ("replaced", "words"),
    [
        (
            [("file: accounts.csv", "file: nowhere.csv")],
            r"case\.yaml:17  class_size\.methods\.accounts\.file: nowhere\.csv does not exist\.",
        ),
        (
            [("file: accounts.csv", "file: case.yaml")],
            r"case\.yaml:17  class_size\.methods\.accounts\.file: case\.yaml (has no column account_id|is not a CSV)",
        ),
        (
            [
                (
                    "class_period:\n  start: 2023-01-01\n  end: 2024-12-31\n  source: {kind: assumption, cite: Made up}\n",
                    "",
                )
            ],
            r"class_size\.methods\.accounts: needs a class_period: people are counted between two days\.",
        ),
        (
            [
                (
                    "  pleaded_usd:",
                    PEOPLE.replace("  people:", "  accounts_people:").replace("unit: people", "unit: count")
                    + "  pleaded_usd:",
                )
            ],
            r"inputs\.accounts_people\.unit: of people counted from records is `people`\.",
        ),
        (
            [("  pleaded_usd:", PEOPLE.replace("  people:", "  accounts_covers:") + "  pleaded_usd:")],
            r"inputs\.accounts_covers: is not used by any part of this case\.",
        ),
        (
            [("kind: records", "kind: record")],
            r"class_size\.methods\.accounts\.kind: 'record' is not one of .*Did you mean records\?",
        ),
    ],
)
def test_what_is_wrong_with_records_is_a_problem_of_the_case(records_case, replaced, words):
    with pytest.raises(CaseError, match=words):
        damages.load(records_case(*replaced))


# on the command line and in tables


def run(*words, code=0):
    done = CliRunner().invoke(app, ["records", *map(str, words)])
    assert done.exit_code == code, done.output
    return done.output


def test_the_command_prints_the_count_and_what_was_set_aside(tmp_path):
    path = write_accounts(tmp_path / "accounts.csv", people=300, seed=2)
    period = ("--start", "2023-01-01", "--end", "2023-12-31")
    text = run(path, *period)
    for words in ("People in accounts.csv", "People by State in accounts.csv", "Rows excluded from accounts.csv"):
        assert words in text
    assert "outside the class period" in text
    found = json.loads(run(path, *period, "--plans", "career, sales", "--need-messages", "--format", "json"))
    counted = count_records(path, START, END, ["career", "sales"], True)
    assert (found["file"], found["start"]) == ("accounts.csv", "2023-01-01")
    assert found["people"] == counted.people
    assert found["set_aside"] == counted.set_aside
    assert run(path, *period, "--format", "csv").startswith("plan,people,at_end,months\n")


def test_a_wrong_day_is_wrong_usage(tmp_path):
    path = write_accounts(tmp_path / "accounts.csv", people=10)
    assert "'soon' does not match the format" in run(path, "--start", "soon", "--end", "2023-12-31", code=2)


def test_the_tables_account_for_every_row(tmp_path):
    path = write_accounts(tmp_path / "simulated.csv", people=500, seed=3)
    counted = count_records(path, START, END)
    shown = shown_of.set_aside(counted, path.name)
    aside = shown.table
    assert sum(aside["rows"]) == counted.rows
    assert sum(aside["share"]) == pytest.approx(1)
    people = shown_of.people(counted, path.name).table
    assert people["people"][-1] == counted.total == sum(people["people"][:-1])
    assert sum(shown_of.states(counted, path.name).table["people"]) == counted.total
    alt = shown.chart.alt
    assert alt.startswith("Rows excluded from simulated.csv. ")
    assert f"outside the class period: {counted.set_aside[records.OUTSIDE]:,}." in alt


def test_the_readme_names_every_column():
    text = (ROOT / "params" / "README.md").read_text(encoding="utf-8")
    section = text[text.index("## Records of accounts") :]
    for column in HEAD.split(","):
        assert f"`{column}`" in section


@pytest.mark.parametrize("reader", ["polars", "pandas"])
def test_a_file_that_is_not_utf8_is_refused_and_nobody_merged(tmp_path, reader):
    from damages.records.files import batches

    path = tmp_path / "latin.csv"
    rows = "account_id,person_id,plan,state,start,end\n1,Ren\xe9,a,CA,2024-01-01,\n2,Ren\xe8,a,CA,2024-01-01,\n"
    path.write_bytes(rows.encode("latin-1"))
    with pytest.raises(damages.CaseError, match="is not UTF-8 text"):
        list(batches(path, False, reader))


def test_a_plan_named_twice_is_one_plan(tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("account_id,person_id,plan,state,start,end\n1,p,a,CA,2024-01-01,\n")
    days = (datetime.date(2024, 1, 1), datetime.date(2024, 12, 31))
    assert count_records(path, *days, ["a", "a"]).people == {"a": 1}
