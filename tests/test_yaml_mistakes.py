"""Mistakes people make in YAML: each is answered at its line with what to write, and the rest of the file is checked too."""

from __future__ import annotations

import re

import pytest
from conftest import CASES

import damages
from damages.reader import read

GOOD = (CASES / "good.yaml").read_text(encoding="utf-8")
PEOPLE = "value: {low: 8_000, likely: 10_000, high: 15_000}"
RATE = "{low: 0.02, likely: 0.05, high: 0.2}"
PERIOD = "  source: {kind: assumption, cite: Made up}\ngroups"
TITLE, DOCKET, END = "title: Good v. Example", "docket: Made up for the tests", "end: 2024-12-31"
LIABLE = "unit: answer, chance: 0.4"


def people(text):
    return PEOPLE, f"value: {text}"


def title(text):
    return TITLE, f"title: {text}"


def docket(text):
    return DOCKET, text


def cite(text):
    return PERIOD, f"  source: {{kind: assumption, cite: {text}}}\ngroups"


def rate(text):
    return RATE, text


MISTAKES = [  # what is replaced, by what, the line of the message, its words
    # quotes
    (*docket('docket: "Made up'), 3, 'the quote (") that opens here is not closed. Write docket: "Made up".'),
    (*docket("docket: 'Made up"), 3, "the quote (') that opens here is not closed. Write docket: 'Made up'."),
    (*cite('"Made up'), 10, 'the quote (") that opens here is not closed. Write cite: "Made up".'),
    (*docket("docket: 'The plaintiff's docket'"), 3, 'Write docket: "The plaintiff\'s docket".'),
    (
        *docket('docket: "He said "no" then"'),
        3,
        "the text has quotes inside its quotes. Write docket: 'He said \"no\" then'.",
    ),
    (*title('"Good" v. Example'), 2, "Write title: '\"Good\" v. Example'."),
    (*docket(r'docket: "C:\cases\x"'), 3, r"\ inside double quotes begins a special sign. Write docket: 'C:\cases\x'."),
    # a colon, a comma, a sign inside text
    (
        *title("Good: a case"),
        2,
        'a colon inside text is read as the end of a key. Put the text in quotes. Write title: "Good: a case".',
    ),
    (*cite("Smith: a case"), 10, 'Write cite: "Smith: a case".'),
    (
        *cite("At 248,000 claims"),
        10,
        'class_period.source.cite: a comma ends a value inside { }. Put text with a comma in quotes: cite: "At 248,000 claims".',
    ),
    (*title("*Good* v. Example"), 2, 'text that begins with * is put in quotes. Write title: "*Good* v. Example".'),
    (*title("@Good"), 2, 'text that begins with @ is put in quotes. Write title: "@Good".'),
    (*title("[Good] v. Example"), 2, 'text that begins with [ is put in quotes. Write title: "[Good] v. Example".'),
    (*title("> Good"), 2, 'text after > begins on the next line, indented. On one line: title: "Good".'),
    (*cite("[2024] 1 WLR"), 10, 'text that begins with [ is put in quotes. Write cite: "[2024] 1 WLR".'),
    (*title("!Good"), 2, "title: has the tag !Good, and a case has none."),
    # colons and spaces after keys
    (*docket("docket:Made up"), 3, "a space is missing after the colon. Write docket: Made up."),
    (*docket("docket = Made up"), 3, "a key is followed by a colon. Write docket: Made up."),
    (*docket("docket; Made up"), 3, "a key is followed by a colon. Write docket: Made up."),
    (*docket("docket Made up"), 3, "has no colon. Write docket: Made up."),
    ("class_size:", "class_size", 12, "has no colon. Write class_size:."),
    (*docket("docket:\u00a0Made up"), 3, "has the space U+00A0 (no-break space), which YAML does not read as one."),
    (*docket("docket:\tMade up"), 3, "has a tab. Write spaces instead"),
    ("  mix: mix", "\tmix: mix", 14, "has a tab. Write spaces instead: two for each level."),
    # braces and brackets
    (
        *people("{low: 80,000, likely: 90_000, high: 95_000}"),
        54,
        "inputs.people.value.low: '80,000' has a comma, which ends a value inside { }. Write 80_000.",
    ),
    (*people("{between: [80,000, 120_000]}"), 54, "'80,000' has a comma, which ends a value inside [ ]. Write 80_000."),
    (*people("{between: [80,500, 120_500]}"), 54, "'80,500' has a comma, which ends a value inside [ ]. Write 80_500."),
    (
        *people("{low=8, likely: 9, high: 10}"),
        54,
        "inputs.people.value.low: is written with a colon and a space: low: 8.",
    ),
    (*people("{low:8, likely: 9, high: 10}"), 54, "inputs.people.value.low: needs a space after the colon: low: 8."),
    (
        *people("{low 8, likely: 9, high: 10}"),
        54,
        "inputs.people.value.low: is written with a colon and a space: low: 8.",
    ),
    (*people("{low: 8 likely: 9, high: 10}"), 54, "a comma is missing before `likely`."),
    (*people("{low: 8 likely: 9 high: 10}"), 54, "commas are missing between the parts inside { }."),
    (*people("{low: 8; likely: 9; high: 10}"), 54, "separated by commas, not by ;."),
    (*people("{low: 8,, likely: 9, high: 10}"), 54, "has two commas in a row. Delete one."),
    (*people("{low: 8, likely: 9, high: 10"), 54, "what { or [ opens is not closed. Add } before `source:`."),
    (*people("{low: 8, likely: 9, high: 10}}"), 54, "has a } too many. Delete it."),
    (*people("{low: 8, likely: 9, high: 10]"), 54, "] closes what was opened with {. Write }."),
    (
        "define: [in_scope_share]",
        "define: {in_scope_share}",
        15,
        "class_size.define: a list is written in square brackets: [in_scope_share].",
    ),
    # indentation
    ("  mix: mix", "   mix: mix", 14, "is indented by 3 spaces, and the lines it belongs to by 2."),
    ("  mix: mix", " mix: mix", 14, "is indented by 1 space, and the lines it belongs to by 2."),
    ("  mix: mix", "mix: mix", 14, "is indented by 0 spaces, and the lines it belongs to by 2."),
    ("  mix: {label", "   mix: {label", 55, "is indented by 3 spaces, and the lines it belongs to by 2."),
    (DOCKET, f" {DOCKET}", 3, "is indented by 1 space, and the lines it belongs to by 0."),
    (
        "    measure: subscription_value",
        "   measure: subscription_value",
        29,
        "is indented by 3 spaces, and the lines it belongs to by 4.",
    ),
    # lists and groups of lines
    (
        "  start: 2023-01-01",
        "  - start: 2023-01-01",
        8,
        "begins with -, and the lines of its group do not. Delete the dash.",
    ),
    (
        "  define: [in_scope_share]",
        "  define:\n    -in_scope_share",
        15,
        "class_size.define: must be a list, not text. Write [in_scope_share].",
    ),
    ("  define: [in_scope_share]", "  define: in_scope_share", 15, "must be a list, not text. Write [in_scope_share]."),
    (DOCKET, f"{DOCKET}\ndocket: Again", 4, "docket: is given twice; first on line 3."),
    (*docket("// a note\ndocket: Made up"), 3, "is read as content: a comment begins with #."),
    (TITLE, f"```yaml\n{TITLE}", 2, "is a fence of Markdown, not of YAML. Delete the line."),
    (DOCKET, f"---\n{DOCKET}", 3, "begins a second document. A file holds one case: delete the line."),
    # numbers
    (*people("10,000"), 54, "'10,000' has a comma, which ends a value inside { }. Write 10_000."),
    (*people("1.000.000"), 54, "'1.000.000' is read as text. Write 1_000_000."),
    (*people("10_000."), 54, "Write 10_000."),
    (*people("80_000–120_000"), 54, "Write {between: [80_000, 120_000]}."),
    (*people("10k"), 54, "Write 10_000."),
    (*people("1.5 million"), 54, "Write 1_500_000."),
    (*people('"10000"'), 54, "Write 10_000, without quotes."),
    (
        *people("9" * 400),
        54,
        "inputs.people.value: 999999999999999999999999999999… is larger than any number here can be.",
    ),
    (*people("9" * 5_000), 54, "is larger than any number here can be."),
    (*rate("12 %"), 78, "'12 %' is read as text. Write 0.12."),
    (*rate("1 in 20"), 78, "Write 0.05."),
    # ranges
    (
        *people("{min: 8_000, mode: 9_000, max: 10_000}"),
        54,
        "inputs.people.value: a range is written {low: 8_000, likely: 9_000, high: 10_000}.",
    ),
    (*people("[8_000, 10_000]"), 54, "a range is written {between: [8_000, 10_000]}"),
    (*people("{mean: 8_000, sd: 100}"), 54, "a normal is written {normal: {mean: 8_000, sd: 100}}."),
    # words, answers, days
    (
        "Claims rate, role: uncertain, unit: share",
        "Claims rate, role: uncertain, unit: percent",
        78,
        "'percent' is not a unit. Write share.",
    ),
    (
        "People, role: uncertain, unit: people",
        "People, role: uncertain, unit: persons",
        54,
        "'persons' is not a unit. Write people.",
    ),
    ("Claims rate, role: uncertain", "Claims rate, role: estimate", 78, "Write uncertain."),
    (LIABLE, "unit: answer, chance: 40%", 65, "inputs.liable.chance: '40%' is not a chance. Write 0.4."),
    (LIABLE, "unit: answer, chance: yes", 65, "'yes' is not a chance. Write 1 for yes and 0 for no"),
    (
        LIABLE,
        "unit: answer, chance: {low: 0.2, likely: 0.3, high: 0.4}",
        65,
        "has no range: a chance is one number. Write its mean, such as 0.3.",
    ),
    ('chance: 0.7, favours: "no"', "chance: 0.7, favours: No", 67, "'No' is not one of yes, no. Write no."),
    ('chance: 0.7, favours: "no"', "chance: 0.7, favours: true", 67, "'true' is not one of yes, no. Write yes."),
    ("hypothetical: true", "hypothetical: yes", 4, "hypothetical: must be true or false, not text. Write true."),
    (END, "end: 9/18/2024", 9, "class_period.end: must be a day, not text. Write 2024-09-18."),
    (END, "end: September 18, 2024", 9, "Write 2024-09-18."),
    (END, 'end: "2024-12-31"', 9, "Write 2024-12-31, without quotes."),
    (END, "end: 2024-02-30", 9, "'2024-02-30' is not a day of the calendar."),
    # characters and lengths
    (*title("a\x1b]0;owned\x07b"), 2, "holds the character U+001B (ESC), which is not allowed in a case. Delete it."),
    (*title('"a\\x1bb"'), 2, "title: holds the character U+001B (ESC)"),
    (*title("a\x00b"), 2, "holds the character U+0000 (NUL)"),
    (*title("a\ufffeb"), 2, "holds the character U+FFFE (no character)"),
    (*title("a\u202eb"), 2, "holds the character U+202E (right-to-left override)"),
    (*title("a\u200bb"), 2, "holds the character U+200B (zero width space)"),
    (*title("x" * 301), 2, "title: has 301 characters; at most 300 fit."),
    (
        *title("x" * 5_001),
        2,
        "title: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…' has 5,001 characters; at most 5,000 are allowed.",
    ),
]


def refused(write_case, *replaced):
    with pytest.raises(damages.CaseError) as caught:
        damages.load(write_case(*replaced))
    return caught.value


@pytest.mark.parametrize(("old", "new", "line", "words"), MISTAKES, ids=[f"{m[2]} {m[3][:40]}" for m in MISTAKES])
def test_a_mistake_is_answered_at_its_line_with_what_to_write(write_case, old, new, line, words):
    error = refused(write_case, (old, new))
    assert len(error.problems) == 1, str(error)
    assert error.problems[0].place.endswith(f"case.yaml:{line}"), str(error)
    assert words in str(error.problems[0])


def test_mistakes_of_every_kind_come_in_one_round(write_case):
    error = refused(
        write_case,
        docket('docket: "Made up'),  # a quote
        ("  mix: mix", "   mix: mix"),  # an indentation
        (END, "end: 9/18/2024"),  # a type
        people("{low: 80,000, likely: 90_000, high: 95_000}"),  # a comma
        ("Cap, role: fact", "Cap: on all, role: fact"),  # a colon
        (RATE, "12"),  # a bound
        ("fee_share: fee_share", "fee_share: fee_shore"),  # a name
    )
    found = [(int(re.search(r":(\d+)$", problem.place)[1]), problem.sentence) for problem in error.problems]
    assert [line for line, _ in found] == [3, 9, 14, 48, 54, 63, 78], str(error)


def test_what_cannot_be_read_is_left_out_and_the_rest_is_searched(write_case):
    error = refused(
        write_case, docket("%YAML 9\ndocket: Made up"), ("  mix: mix", "   mix: mix"), title("Good: a case")
    )
    assert [problem.place.rpartition(":")[2] for problem in error.problems] == ["2", "3", "15"]
    assert "Line 3 was left out. What the rest means is checked once this is mended." in error.problems[1].sentence


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_endings_of_other_systems(tmp_path, ending):
    path = tmp_path / "case.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", ending).encode())
    assert damages.load(path).title == "Good v. Example"
    path.write_bytes(GOOD.replace(DOCKET, "docket: a: b").replace("\n", ending).encode())
    with pytest.raises(damages.CaseError, match=r"case\.yaml:3  a colon inside text"):
        damages.load(path)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (GOOD.encode("utf-16"), "is UTF-16 text. Save it as UTF-8."),
        (b"PK\x03\x04\x99\xff", "is not text but a document of another program"),
        (GOOD.replace("Made up for", "M\u00fcller").encode("latin-1"), "case.yaml:3  is not UTF-8 text"),
        (b"[" * 400_000, "is nested far too deeply"),
        (b"a: " + b"[" * 200_000 + b"]" * 200_000, "is nested far too deeply"),
        (b"- " * 200_000, "is nested far too deeply"),
    ],
)
def test_a_file_that_is_no_text_of_a_case(tmp_path, data, words):
    path = tmp_path / "case.yaml"
    path.write_bytes(data)
    with pytest.raises(damages.CaseError) as caught:
        damages.load(path)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1\nb: &x 2\n",
        "a: &x [*x]\n",
        "a: *x\n",
        "a: 1\n---\nb: 2\n",
        "a: 1\n... x\n",
        "--- >\n",
        "}\n}\n",
        "a:\n  }\n b\n",
    ],
)
def test_odd_yaml_is_refused_and_not_a_traceback(text):
    assert read.parsed(text, "x").problems


def test_letters_of_every_script_are_text(write_case):
    written = "김철수 v. 株式会社 (عربي, עברית, ไทย) 😀 👨‍👩‍👧 18 U.S.C.\u00a0§\u00a02707"
    assert damages.load(write_case(title(written))).title == written


def test_two_numbers_without_a_space_are_two_numbers(write_case):
    shape = damages.load(write_case(people("{between: [10,200]}"))).inputs["people"].value
    assert shape == {"between": [10, 200]}


@pytest.mark.slow
def test_without_libyaml_the_answers_are_the_same(monkeypatch):
    texts = [GOOD.replace(old, new) for old, new, _, _ in MISTAKES[::6]]
    fast = [read.parsed(text, "x") for text in texts]
    monkeypatch.setattr(read, "_FAST", read._PLAIN)
    read.parsed.cache_clear()
    for text, before in zip(texts, fast, strict=True):
        assert read.parsed(text, "x") == before


def test_without_libyaml_the_values_and_lines_are_the_same(monkeypatch):
    texts = [path.read_text(encoding="utf-8") for path in sorted(CASES.glob("*.yaml"))]
    assert read._FAST is not read._PLAIN
    fast = [read.parsed(text, "x") for text in texts]
    monkeypatch.setattr(read, "_FAST", read._PLAIN)
    read.parsed.cache_clear()
    assert [read.parsed(text, "x") for text in texts] == fast


def test_settings_are_read_like_the_file_and_all_at_once():
    with pytest.raises(damages.CaseError) as caught:
        damages.load("params/linkedin.yaml", settings=["claims_rate=5%\x1b", 'fee_share="a', "certified_sca={a: 1"])
    assert [problem.place for problem in caught.value.problems] == [
        "--set claims_rate",
        "--set fee_share",
        "--set certified_sca",
    ]
    assert "U+001B (ESC)" in str(caught.value)
    assert "\x1b" not in str(caught.value)
    with pytest.raises(
        damages.CaseError, match=r"'true' is not a chance\. Write 1 for yes and 0 for no; `--set` also takes yes"
    ):
        damages.load("params/linkedin.yaml", settings=["certified_sca=true"])


@pytest.mark.parametrize(
    "value",
    [10**400, 10**5_000, object(), {"low": 10**400}, "a\x1bb", {1: {2: object()}}],
    ids=["400 digits", "5000 digits", "object", "within", "ESC", "deep"],
)
def test_a_setting_of_python_that_no_file_could_hold(value):
    with pytest.raises(damages.CaseError, match="--set claims_rate"):
        damages.load("params/linkedin.yaml", settings={"claims_rate": value})


def test_a_thousand_problems_are_counted_and_fifty_are_printed(write_case):
    extra = "".join(
        f"  extra_{i}: {{label: x, role: fact, unit: share, value: 2, source: {{kind: press, cite: x}}}}\n"
        for i in range(400)
    )
    error = refused(write_case, ("inputs:\n", f"inputs:\n{extra}"))
    assert len(error.problems) == 800
    assert str(error).startswith(f"{error.file} has 800 problems.\n")
    assert str(error).endswith("\n  … and 750 more.")
    assert len(str(error).splitlines()) == 52


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("extends:", f"extends: {'🙂' * 80}.yaml\nx_extends:", "extends: '"),
        ("theories:", "theories: true\nx_theories:", "theories"),
    ],
)
def test_what_no_file_can_be_called_and_what_is_no_list_are_mistakes(tmp_path, old, new, words):
    text = "extends: good.yaml\ntheories:\n  a: {label: A}\n".replace(old, new)
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "good.yaml").write_text((CASES / "good.yaml").read_text(), encoding="utf-8")
    with pytest.raises(damages.CaseError) as caught:
        damages.load(tmp_path / "mine.yaml")
    assert words in str(caught.value)
