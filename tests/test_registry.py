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
from damages.report.views import precedents, statutes

DATE = datetime.date
STATUTES = the_registry()

# Sum, kind, unit: as the research on the statutes has them, written down here a second time.
EXPECTED = {
    "sca": ([1_000], "floor", "person"),
    "sca_united_states": ([10_000], "greater_of", "person"),
    "wiretap": ([10_000], "floor", "person"),
    "wiretap_satellite": ([50, 500], "greater_of", "person"),
    "vppa": ([2_500], "greater_of", "person"),
    "dppa": ([2_500], "greater_of", "person"),
    "tcpa": ([500], "greater_of", "violation"),
    "tcpa_do_not_call": ([0, 500], "greater_of", "violation"),
    "fcra": ([100, 1_000], "instead_of", "person"),
    "fcra_negligent": ([], "actual_only", "person"),
    "facta": ([100, 1_000], "instead_of", "receipt"),
    "efta": ([100, 1_000], "additive", "person"),
    "tila": ([500, 5_000], "additive", "person"),
    "fdcpa": ([0, 1_000], "additive", "person"),
    "ecoa": ([0, 10_000], "additive", "person"),
    "respa": ([0, 2_000], "additive", "person"),
    "rfpa": ([100], "additive", "person"),
    "cable_act": ([1_000], "greater_of", "person"),
    "satellite_privacy": ([1_000], "greater_of", "person"),
    "communications_605": ([1_000, 10_000], "instead_of", "violation"),
    "tax_records": ([1_000], "greater_of", "violation"),
    "privacy_act": ([1_000], "floor", "person"),
    "can_spam": ([0, 100], "greater_of", "message"),
    "cfaa": ([], "actual_only", "person"),
    "copyright": ([750, 30_000], "instead_of", "work"),
    "dmca_1202": ([2_500, 25_000], "instead_of", "violation"),
    "dmca_1201": ([200, 2_500], "instead_of", "device"),
    "lanham": ([1_000, 200_000], "instead_of", "mark"),
    "lanham_domain": ([1_000, 100_000], "instead_of", "domain"),
    "bipa": ([1_000], "greater_of", "person"),
    "cipa": ([5_000], "greater_of", "violation"),
    "cmia": ([1_000], "additive", "person"),
    "ccpa": ([107, 799], "greater_of", "person"),
    "cdafa": ([], "actual_only", "person"),
    "cal_3344": ([750], "greater_of", "person"),
    "clra": ([1_000], "floor", "action"),
    "ny_gbl_349": ([50], "greater_of", "violation"),
    "ny_gbl_350": ([500], "greater_of", "violation"),
    "wesca": ([1_000], "greater_of", "person"),
}


def test_every_statute_twice():
    found = {}
    for name, statute in STATUTES.items():
        provision = statute.as_of(None)
        found[name] = (provision.sum_usd, provision.kind, provision.unit)
    assert found == EXPECTED
    assert len(found) >= 34


@pytest.mark.parametrize(
    ("name", "day", "sums", "unit"),
    [
        ("bipa", DATE(2024, 8, 1), [1_000], "violation"),
        ("bipa", DATE(2024, 8, 2), [1_000], "person"),
        ("ccpa", DATE(2024, 12, 31), [100, 750], "person"),
        ("ccpa", DATE(2025, 1, 1), [107, 799], "person"),
        ("cipa", DATE(2016, 12, 31), [], "violation"),
        ("cipa", DATE(2017, 1, 1), [5_000], "violation"),
    ],
)
def test_the_version_in_force(name, day, sums, unit):
    provision = STATUTES[name].as_of(day)
    assert (provision.sum_usd, provision.unit) == (sums, unit)


def test_versions_stand_in_the_order_of_their_dates():
    for statute in STATUTES.values():
        dates = [version.effective_from or DATE.min for version in statute.versions]
        assert dates == sorted(set(dates)), statute.name


@pytest.mark.parametrize(
    ("name", "usd", "member_minimum"),
    [
        ("efta", 500_000, False),
        ("tila", 1_000_000, False),
        ("fdcpa", 500_000, False),
        ("ecoa", 500_000, True),
        ("respa", 1_000_000, True),
    ],
)
def test_class_caps(name, usd, member_minimum):
    cap = STATUTES[name].as_of(None).class_cap
    assert (cap.usd, cap.share_of_net_worth, cap.member_minimum) == (usd, 0.01, member_minimum)


@pytest.mark.parametrize(
    ("name", "sums"),
    [
        ("bipa", [5_000]),
        ("copyright", [750, 150_000]),
        ("lanham", [1_000, 2_000_000]),
        ("communications_605", [10_000, 100_000]),
    ],
)
def test_the_sum_that_a_finding_opens(name, sums):
    assert STATUTES[name].as_of(None).enhanced.sum_usd == sums


def test_multipliers_days_and_actual_damages():
    newest = {name: statute.as_of(None) for name, statute in STATUTES.items()}
    assert {name for name, p in newest.items() if p.multiplier and p.multiplier.most == 3} == {
        "tcpa",
        "tcpa_do_not_call",
        "can_spam",
        "dmca_1201",
        "dmca_1202",
    }
    assert {name: p.per_day_usd for name, p in newest.items() if p.per_day_usd} == dict.fromkeys(
        ("wiretap", "cable_act", "satellite_privacy", "wesca"), 100
    )
    assert newest["cipa"].actual_times == 3
    assert newest["privacy_act"].needs_actual_damages == "yes"
    assert newest["sca"].needs_actual_damages == "disputed"
    assert {name for name, p in newest.items() if p.profits_on_top} == {"cal_3344"}


def test_links_go_to_the_section_that_is_cited():
    for name, statute in STATUTES.items():
        if "U.S.C." in statute.cite:
            title, section = statute.link.removeprefix("https://www.govinfo.gov/link/uscode/").split("/")
            assert statute.cite.startswith(f"{title} U.S.C. §")
            assert section in statute.cite, name


def test_the_tables_print_every_statute_and_its_mark():
    text = repr(statutes.registry(STATUTES))
    for statute in STATUTES.values():
        assert statute.name in text
        assert statute.cite in text
    assert "secondary" in text
    bipa = repr(statutes.one(STATUTES["bipa"], STATUTES["bipa"].as_of(DATE(2023, 1, 1))))
    assert "violation" in bipa
    assert "$5,000 where intentional or reckless" in bipa


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
