"""The registry of statutes, the list of authorities, and the judgments that check the model."""

from __future__ import annotations

import csv
import datetime

import pytest
from conftest import ROOT, kept_files

import damages
from damages.case.load import the_authorities, the_registry
from damages.law.authorities import authorities, cited_in, unknown
from damages.precedents.judgments import judgment_files, reproduce
from damages.report.views import precedents

DATE = datetime.date
STATUTES = the_registry()


def test_unverified_is_printed_beside_the_figure(tmp_path):
    """A theory resting on an unverified authority says so on its lines."""
    from build import lines, number, theory

    from damages.case.lines import line

    unverified = {"kind": "opinion", "cite": "An authority nobody read", "checked": "unverified"}
    parts = {
        "theories": {"t": theory("lump_sum", usd="usd") | {"source": unverified}},
        "inputs": {"usd": number("usd", 5)},
    }
    lines(tmp_path, **parts)
    case = damages.load(tmp_path / "small.yaml")
    assert line(case, "t_award_usd").authority == "An authority nobody read (unverified)"


# --- Citations ----------------------------------------------------------------------------------

MADE_UP = ["Doe v. Example Corp.", "Good v. Example", "Small v. Case", "Rules v. Numbers", "Roe v. Wade"]


def allowed_forms():
    forms = [form for authority in the_authorities() for form in authority.forms] + MADE_UP
    forms += [cite for statute in STATUTES.values() for cite in (statute.cite, statute.name)]
    with (ROOT / "params" / "benchmarks" / "settlements.csv").open(encoding="utf-8") as file:
        forms += [row["case"] for row in csv.DictReader(file)]
    return forms


def committed(*endings):
    return [ROOT / name for name in kept_files() if name.endswith(endings)]


def test_no_authority_is_printed_that_is_not_on_the_list():
    forms = allowed_forms()
    files = committed(".py", ".md", ".yaml", ".ipynb", ".cff", ".typ", ".html")
    assert len(files) > 100
    found = {}
    for path in files:
        left = unknown(" ".join(path.read_text(encoding="utf-8", errors="replace").split()), forms)
        if left and path.name != "test_registry.py":  # which makes some up
            found[path.relative_to(ROOT).as_posix()] = left
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "Smith v. Jones",
        "In re Widget Antitrust",
        "123 F.3d 456",
        "42 U.S.C. § 1983",
        "Cal. Penal Code § 999",
        "815 ILCS 505",
        "CACI No. 400",
        "500 U.S. 1",
    ],
)
def test_the_lint_finds_what_is_not_on_the_list(text):
    assert unknown(f"as held in {text}, and so on", allowed_forms())


def test_every_authority_says_how_far_it_was_checked():
    listed = authorities(ROOT / "params" / "authorities.yaml")
    assert len({authority.cite for authority in listed}) == len(listed) > 40
    assert {authority.checked for authority in listed} == {"text", "secondary", "unverified"}


def test_the_authorities_of_a_text():
    found = cited_in("Montera v. Premier Nutrition left 10%", the_authorities())
    assert [authority.cite[:7] for authority in found] == ["Montera"]


# --- Judgments ----------------------------------------------------------------------------------

PUBLISHED = reproduce()


def test_there_is_a_case_for_every_judgment():
    assert len(judgment_files()) >= 20
    assert len({one.case.name for one in PUBLISHED}) == len(judgment_files())


@pytest.mark.parametrize(
    "one", PUBLISHED, ids=lambda one: f"{one.case.name}-{one.published.line}-{one.published.value:g}"
)
def test_a_published_figure(one):
    assert one.holds, (
        f"{one.case.title}: {one.published.what}: published {one.published.value:,.2f}, ours {one.ours:,.2f}"
    )


def test_what_is_not_to_the_cent_says_why():
    loose = {
        (one.case.name, one.published.value): one.published.within for one in PUBLISHED if one.published.within > 0.0051
    }
    assert set(loose) == {
        ("capital_one", 39.66),  # the fee is known as just over 20%
        ("krakauer", 12_958),  # the court rounded the counts
        ("krakauer", 11_000_000),  # about $11 million
        ("sony_cox", 1_000_000_000),  # the rate is printed to the cent
        ("ramirez", 1_853),
        ("white_castle", 0),
    }


def test_a_wrong_figure_is_told(tmp_path):
    text = (ROOT / "params" / "judgments" / "visalus.yaml").read_text()
    (tmp_path / "wrong.yaml").write_text(text.replace("value: 925_220_000", "value: 925_218_000"))
    (one,) = reproduce([tmp_path / "wrong.yaml"])
    assert not one.holds
    assert one.difference == pytest.approx(2_000)
    assert "NO" in repr(precedents.judgments([one]).table)


@pytest.mark.parametrize("name", ["linkedin_2015", "bnsf"])
def test_the_published_figures_of_the_real_cases(name):
    found = reproduce([ROOT / "params" / f"{name}.yaml"])
    assert len(found) >= 2
    assert all(one.holds for one in found)


def test_shared_parts_are_not_copied():
    """What several cases take from the shared file stands only there."""
    for name in ("linkedin", "linkedin_2015", "bnsf"):
        text = (ROOT / "params" / f"{name}.yaml").read_text()
        assert "extends: shared/defaults.yaml" in text
        assert "\n  administration_fixed_usd:\n" not in text
        assert "149 settlements" not in text
