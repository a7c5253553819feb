"""The registry of statutes: each row a second time from its source, its tables, and what it refuses a class."""

from __future__ import annotations

import csv
import datetime
import io
import json

import pytest
from build import number, question, small, theory
from test_cli import run

import damages
from damages.case.load import the_registry
from damages.law.statutes import Provision, chosen
from damages.report.views import statutes

DATE = datetime.date
STATUTES = the_registry()
NEWEST = {name: statute.as_of(None) for name, statute in STATUTES.items()}

# Written from the research on the statutes and not from the file:
# sums, kind, unit, multiplier, class action, years to sue (None: no period), how far it was read.
EXPECTED = {
    # Privacy of communications
    "sca": ([1_000], "floor", "person", None, "allowed", 2, "text"),
    "sca_united_states": ([10_000], "greater_of", "person", None, "allowed", 2, "text"),
    "wiretap": ([10_000], "floor", "person", None, "allowed", 2, "text"),
    "wiretap_satellite": ([50, 500], "greater_of", "person", None, "allowed", 2, "text"),
    "vppa": ([2_500], "greater_of", "person", None, "allowed", 2, "text"),
    "dppa": ([2_500], "greater_of", "person", None, "allowed", 4, "text"),
    "cable_act": ([1_000], "greater_of", "person", None, "allowed", None, "text"),
    "satellite_privacy": ([1_000], "greater_of", "person", None, "allowed", 4, "text"),
    "communications_605": ([1_000, 10_000], "instead_of", "violation", None, "allowed", None, "text"),
    "devices_605": ([10_000, 100_000], "instead_of", "violation", None, "allowed", None, "text"),
    "fisa": ([1_000], "greater_of", "person", None, "allowed", None, "text"),
    "cipa": ([5_000], "greater_of", "violation", None, "allowed", 1, "text"),
    "cipa_pen_register": ([5_000], "greater_of", "violation", None, "allowed", 1, "text"),
    "cdafa": ([], "actual_only", "person", None, "allowed", 3, "secondary"),
    "cfaa": ([], "actual_only", "person", None, "allowed", 2, "text"),
    "wesca": ([1_000], "greater_of", "person", None, "allowed", 2, "text"),
    "fla_wiretap": ([1_000], "greater_of", "person", None, "allowed", 2, "text"),
    "ma_wiretap": ([1_000], "greater_of", "person", None, "allowed", 3, "unverified"),
    "md_wiretap": ([1_000], "greater_of", "person", None, "allowed", 3, "secondary"),
    "md_sca": ([1_000], "floor", "person", None, "allowed", 2, "text"),
    "me_wiretap": ([100], "greater_of", "person", None, "allowed", None, "text"),
    "nj_cable": ([1_000], "greater_of", "person", None, "allowed", None, "text"),
    "wa_wiretap": ([100], "instead_of", "person", None, "allowed", 3, "text"),
    # Calls and messages
    "tcpa": ([500], "greater_of", "violation", 3, "allowed", 4, "text"),
    "tcpa_do_not_call": ([0, 500], "greater_of", "violation", 3, "allowed", 4, "text"),
    "can_spam": ([0, 100], "greater_of", "message", 3, "allowed", 4, "text"),
    "fla_ftsa": ([500], "greater_of", "violation", 3, "allowed", 4, "secondary"),
    "tex_mini_tcpa": ([500, 5_000], "greater_of", "violation", 3, "allowed", None, "secondary"),
    "wa_cema": ([100], "greater_of", "email", None, "allowed", 4, "secondary"),
    "cal_17529_5": ([1_000], "additive", "email", None, "allowed", 1, "text"),
    # Credit, banking, lending
    "fcra": ([100, 1_000], "instead_of", "person", None, "allowed", 2, "text"),
    "fcra_negligent": ([], "actual_only", "person", None, "allowed", 2, "text"),
    "facta": ([100, 1_000], "instead_of", "person", None, "allowed", 2, "text"),
    "efta": ([100, 1_000], "additive", "person", None, "no minimum", 1, "text"),
    "tila": ([500, 5_000], "additive", "person", None, "no minimum", 1, "text"),
    "fdcpa": ([0, 1_000], "additive", "person", None, "no minimum", 1, "text"),
    "fla_fccpa": ([0, 1_000], "additive", "person", None, "no minimum", 2, "text"),
    "ecoa": ([0, 10_000], "additive", "person", None, "allowed", 5, "text"),
    "respa": ([0, 2_000], "additive", "person", None, "allowed", 3, "text"),
    "rfpa": ([100], "additive", "person", None, "allowed", 3, "text"),
    "cal_icraa": ([10_000], "greater_of", "person", None, "actual only", 2, "text"),
    "cal_ccraa": ([100, 5_000], "additive", "violation", None, "allowed", 2, "text"),
    "song_beverly": ([0, 250], "instead_of", "violation", None, "allowed", 1, "unverified"),
    # Records, works, marks
    "privacy_act": ([1_000], "floor", "person", None, "allowed", 2, "text"),
    "tax_records": ([1_000], "greater_of", "violation", None, "allowed", 2, "text"),
    "cal_1799": ([500], "greater_of", "person", None, "allowed", None, "text"),
    "copyright": ([750, 30_000], "instead_of", "work", None, "allowed", 3, "text"),
    "dmca_1202": ([2_500, 25_000], "instead_of", "violation", 3, "allowed", 3, "text"),
    "dmca_1201": ([200, 2_500], "instead_of", "device", 3, "allowed", 3, "text"),
    "lanham": ([1_000, 200_000], "instead_of", "mark", None, "allowed", None, "text"),
    "lanham_domain": ([1_000, 100_000], "instead_of", "domain", None, "allowed", None, "text"),
    "cal_3344": ([750], "greater_of", "person", None, "allowed", 2, "text"),
    # Data and bodies
    "bipa": ([1_000], "greater_of", "person", None, "allowed", 5, "text"),
    "il_gipa": ([2_500], "greater_of", "violation", None, "allowed", 5, "secondary"),
    "cmia": ([1_000], "additive", "person", None, "allowed", None, "text"),
    "ccpa": ([107, 799], "greater_of", "incident", None, "allowed", None, "secondary"),
    "mi_pppa": ([], "actual_only", "person", None, "allowed", 6, "secondary"),
    "nj_daniels_law": ([1_000], "greater_of", "violation", None, "allowed", None, "secondary"),
    "utah_13_37": ([500], "instead_of", "violation", None, "barred", 1, "text"),
    # Consumers
    "clra": ([1_000], "floor", "action", None, "allowed", 3, "text"),
    "cal_arl": ([], "actual_only", "person", None, "allowed", None, "secondary"),
    "cal_unruh": ([4_000], "greater_of", "violation", None, "allowed", 2, "secondary"),
    "ny_gbl_349": ([50], "greater_of", "person", 3, "barred", 3, "unverified"),
    "ny_gbl_350": ([500], "greater_of", "violation", 3, "barred", 3, "secondary"),
    "dc_cppa": ([1_500], "greater_of", "violation", None, "allowed", 3, "secondary"),
    "ma_93a": ([25], "greater_of", "person", 3, "allowed", 4, "secondary"),
    "wa_cpa": ([], "actual_only", "person", 3, "allowed", 4, "text"),
    "haw_480_13": ([1_000], "greater_of", "person", None, "no minimum", 4, "text"),
    "or_utpa": ([200], "greater_of", "person", None, "heightened fault", 1, "text"),
    "pa_utpcpl": ([100], "greater_of", "person", 3, "allowed", 6, "secondary"),
    # Wages
    "flsa": ([], "actual_only", "person", 2, "allowed", 2, "secondary"),
    "ny_lab_198": ([], "actual_only", "person", 2, "actual only", 6, "text"),
    "cal_lab_203": ([], "additive", "person", None, "allowed", None, "secondary"),
    "cal_lab_226": ([50], "greater_of", "pay period", None, "allowed", 1, "secondary"),
    "cal_paga": ([100], "instead_of", "pay period", None, "allowed", 1, "secondary"),
    # No private right of action
    "coppa": ([], "none", "violation", None, "allowed", None, "secondary"),
    "tx_cubi": ([], "none", "violation", None, "allowed", None, "unverified"),
    "tx_traiga": ([], "none", "violation", None, "allowed", None, "unverified"),
    "tx_tdpsa": ([], "none", "violation", None, "allowed", None, "text"),
    "ut_ucpa": ([], "none", "violation", None, "allowed", None, "unverified"),
    "co_cpa": ([], "none", "violation", None, "allowed", None, "unverified"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted({*EXPECTED, *STATUTES}))
def test_every_statute_twice(name):
    p = NEWEST[name]
    multiplier = p.multiplier.most if p.multiplier else None
    rule = p.class_action.rule if p.class_action else "allowed"
    assert (p.sum_usd, p.kind, p.unit, multiplier, rule, p.limitation.years, p.checked) == EXPECTED[name]


@pytest.mark.parametrize(
    ("name", "day", "sums", "unit"),
    [
        ("bipa", DATE(2024, 8, 1), [1_000], "violation"),
        ("bipa", DATE(2024, 8, 2), [1_000], "person"),
        ("ccpa", DATE(2024, 12, 31), [100, 750], "incident"),
        ("ccpa", DATE(2025, 1, 1), [107, 799], "incident"),
        ("cipa", DATE(2016, 12, 31), [], "violation"),
        ("cipa", DATE(2017, 1, 1), [5_000], "violation"),
        ("mi_pppa", DATE(2016, 7, 30), [5_000], "person"),
        ("mi_pppa", DATE(2016, 7, 31), [], "person"),
        ("wa_cema", DATE(2026, 6, 10), [500], "email"),
        ("wa_cema", DATE(2026, 6, 11), [100], "email"),
    ],
)
def test_the_version_in_force(name, day, sums, unit):
    provision = STATUTES[name].as_of(day)
    assert (provision.sum_usd, provision.unit) == (sums, unit)


def test_versions_stand_in_the_order_of_their_dates():
    for statute in STATUTES.values():
        dates = [version.effective_from or DATE.min for version in statute.versions]
        assert dates == sorted(set(dates)), statute.name


def test_who_needs_actual_damages():
    found = {
        answer: {name for name, p in NEWEST.items() if p.needs_actual_damages == answer}
        for answer in ("yes", "disputed")
    }
    assert found["disputed"] == {"sca", "md_sca", "respa", "tex_mini_tcpa"}
    assert found["yes"] == {
        *("privacy_act", "cdafa", "cfaa", "fcra_negligent", "clra", "ny_gbl_349", "ny_gbl_350", "cal_ccraa", "cal_arl"),
        *("mi_pppa", "ma_93a", "wa_cpa", "wa_wiretap", "haw_480_13", "or_utpa", "pa_utpcpl", "flsa", "ny_lab_198"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "usd", "rule"),
    [
        ("efta", 500_000, "no minimum"),
        ("tila", 1_000_000, "no minimum"),
        ("fdcpa", 500_000, "no minimum"),
        ("fla_fccpa", 500_000, "no minimum"),
        ("ecoa", 500_000, None),
        ("respa", 1_000_000, None),
    ],
)
def test_class_caps_say_the_same_as_the_class_rule(name, usd, rule):
    p = NEWEST[name]
    assert (p.class_cap.usd, p.class_cap.share_of_net_worth) == (usd, 0.01)
    assert (p.class_action.rule if p.class_action else None) == rule
    assert p.class_cap.member_minimum == (rule is None)


@pytest.mark.parametrize(
    ("name", "sums"),
    [
        ("bipa", [5_000]),
        ("il_gipa", [15_000]),
        ("copyright", [750, 150_000]),
        ("lanham", [1_000, 2_000_000]),
        ("communications_605", [1_000, 100_000]),
        ("fcra", [1_000]),
        ("cal_lab_226", [100]),
        ("cal_paga", [200]),
        ("song_beverly", [0, 1_000]),
    ],
)
def test_the_sum_that_a_finding_opens(name, sums):
    assert NEWEST[name].enhanced.sum_usd == sums


def test_limits_shares_days_and_profits():
    assert {n: p.multiplier.most_usd for n, p in NEWEST.items() if p.multiplier and p.multiplier.most_usd} == {
        "ny_gbl_349": 1_000,
        "ny_gbl_350": 10_000,
        "wa_cpa": 25_000,
    }
    assert {n for n, p in NEWEST.items() if p.multiplier and p.multiplier.of == "actual damages"} == {
        *("ny_gbl_349", "ny_gbl_350", "wa_cpa", "pa_utpcpl", "flsa", "ny_lab_198")
    }
    assert {n: p.most_usd_per_person for n, p in NEWEST.items() if p.most_usd_per_person} == {
        "cal_lab_226": 4_000,
        "wa_wiretap": 1_000,
    }
    assert {n: p.most_usd_per_incident for n, p in NEWEST.items() if p.most_usd_per_incident} == {
        "cal_17529_5": 1_000_000
    }
    assert [v.state_share for v in STATUTES["cal_paga"].versions] == [0.75, 0.65]
    assert {n for n, p in NEWEST.items() if p.per_day_usd == 100} == {
        *("wiretap", "cable_act", "satellite_privacy", "wesca", "fla_wiretap", "ma_wiretap", "md_wiretap"),
        *("me_wiretap", "nj_cable", "wa_wiretap", "fisa"),
    }  # fmt: skip
    assert {n for n, p in NEWEST.items() if p.actual_times == 3} == {
        *("cipa", "cipa_pen_register", "cal_unruh", "dc_cppa", "haw_480_13")
    }
    assert {n for n, p in NEWEST.items() if p.counts_profits} == {
        *("sca", "md_sca", "wiretap", "communications_605", "devices_605", "copyright"),
        *("dmca_1201", "dmca_1202", "lanham", "lanham_domain"),
    }  # fmt: skip
    assert {n for n, p in NEWEST.items() if p.counts_profits is False} == {"fcra", "facta"}
    assert {n for n, p in NEWEST.items() if p.profits_on_top} == {"cal_3344"}


def test_what_a_claimant_also_needs():
    found = {(need.what, name) for name, p in NEWEST.items() for need in p.also_needs}
    assert found == {
        ("registration", "copyright"),
        ("viewing", "cmia"),
        ("opting in", "flsa"),
        ("request", "nj_daniels_law"),
        *(
            ("notice and cure", name)
            for name in ("sca_united_states", "ccpa", "clra", "fla_ftsa", "ma_93a", "cal_paga")
        ),
    }


def test_every_field_that_is_shown_is_used_by_a_row():
    versions = [version for statute in STATUTES.values() for version in statute.versions]
    unused = [
        field
        for field, info in Provision.model_fields.items()
        if not any(getattr(version, field) != info.get_default(call_default_factory=True) for version in versions)
    ]
    assert unused == []
    for field in ("unit", "kind"):
        allowed = Provision.model_fields[field].annotation.__args__
        assert {getattr(version, field) for version in versions} == set(allowed)
    assert {statute.state is None for statute in STATUTES.values()} == {True, False}


def test_links_go_to_the_section_that_is_cited():
    for name, statute in STATUTES.items():
        if "U.S.C." in statute.cite:
            title, section = statute.link.removeprefix("https://www.govinfo.gov/link/uscode/").split("/")
            assert statute.cite.startswith(f"{title} U.S.C. §")
            assert section in statute.cite, name
            assert statute.state is None
        else:
            assert statute.state, name


# --- Its tables -----------------------------------------------------------------------------------


def test_the_tables_print_every_statute_and_its_mark():
    shown = statutes.registry(STATUTES)
    text = repr(shown)
    for statute in STATUTES.values():
        assert statute.name in text
        assert statute.cite in text
    federal = sum("U.S.C." in statute.cite for statute in STATUTES.values())
    assert shown.words.paragraphs[0].startswith(
        f"{len(EXPECTED)} statutes, {federal} federal and {len(EXPECTED) - federal} of the States"
    )
    assert 'style="overflow-x:auto"' in shown._repr_html_()
    bipa = repr(statutes.one(STATUTES["bipa"], STATUTES["bipa"].as_of(DATE(2023, 1, 1))))
    assert "violation" in bipa
    assert "$5,000 where intentional or reckless" in bipa


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("cal_paga", "To the State                 65% of the sum"),
        ("cal_lab_226", "At most for one person       $4,000"),
        ("cal_17529_5", "At most for one incident     $1,000,000"),
        ("wa_cpa", "up to 3 times actual damages and not the sum, where at the court's discretion, at most $25,000"),
        ("copyright", "registration: Before the infringement began"),
        ("bipa", "Applies to                   pending cases"),
        ("cipa", "Watch                        SB 690"),
        ("coppa", "Private right of action      none"),
        ("ny_gbl_350", "barred: N.Y. CPLR 901(b) forbids"),
        ("ny_gbl_350", "a federal court may differ"),
        ("lanham", "none in the text; courts borrow a State's (secondary)"),
        ("vppa", "no (unverified)"),
        ("or_utpa", "1 year from discovery"),
        ("sca", "beside actual damages"),
        ("tcpa", "allowed: nothing in the statute is against it"),
    ],
)
def test_one_statute_in_full(name, line):
    assert line in repr(statutes.one(STATUTES[name], NEWEST[name]))


def test_the_verb_filters_in_text_json_and_csv():
    asked = ("statutes", "--unit", "person", "--state", "ca", "--as-of", "2026-11-24")
    rows = json.loads(run(*asked, "--format", "json").stdout)
    names = [name for name, statute in STATUTES.items() if statute.state == "CA" and NEWEST[name].unit == "person"]
    assert [row["name"] for row in rows] == names
    assert len(names) > 4
    assert {row["state"] for row in rows} == {"CA"}
    assert [row["name"] for row in csv.DictReader(io.StringIO(run(*asked, "--format", "csv").stdout))] == names
    text = run(*asked).stdout
    assert text.startswith("Statutory damages, as in force on 2026-11-24, for each person, of CA")
    federal = json.loads(run("statutes", "--state", "federal", "--format", "json").stdout)
    assert {row["state"] for row in federal} == {""}
    assert json.loads(run("statutes", "bipa", "--format", "json").stdout)[0] == {
        "what": "Cite",
        "says": "740 ILCS 14/20",
    }


def test_a_statute_that_was_not_in_force_yet_is_left_out():
    assert "tex_mini_tcpa" not in chosen(STATUTES, DATE(2025, 8, 31))
    assert "tex_mini_tcpa" in chosen(STATUTES, DATE(2025, 9, 1))
    said = run("statutes", "tex_mini_tcpa", "--as-of", "2025-08-31", code=1).stderr
    assert "was not in force on 2025-08-31; its first day is 2025-09-01." in said


def test_a_unit_or_a_state_that_is_not_there_is_told():
    said = run("statutes", "--unit", "persn", "--state", "ZZ", code=1).stderr
    assert "no statute has 'persn'. Did you mean person?" in said
    assert "no statute has 'ZZ'. Known here: CA, CO, DC," in said


# --- What a class cannot have ---------------------------------------------------------------------

FEDERAL = {"court": "federal", "place": "2d Cir."}
STATE = {"court": "state", "place": "NY"}
HEIGHTENED = {"statute": "or_utpa"}
CAPPED = {"statute": "fla_fccpa", "class_cap": {"net_worth": "worth"}}
INPUTS = {
    "worth": number("usd", 1_000_000_000),
    "reckless": question(0.5),
    "each": number("count", 2),
    "gain": number("usd", 5),
}


def case(tmp_path, forum=None, statute="tcpa", **more):
    where = {"forum": forum} if forum else {}
    used = {key: INPUTS[key] for key in INPUTS if key in repr(more)}
    return small(tmp_path, theories={"t": theory("statutory", statute=statute, **more)}, inputs=used, **where)


@pytest.mark.parametrize(
    ("forum", "terms", "members_get"),
    [
        (None, {"statute": "cal_unruh"}, 4_000.0),  # allowed
        (STATE, {"statute": "cal_unruh"}, 4_000.0),
        (None, CAPPED, 500.0),  # no minimum: the lesser of $500,000 and 1% of net worth, over 1,000 members
        (None, {"statute": "or_utpa", "needs": ["reckless"]}, 200.0),  # heightened fault, asked
    ],
)
def test_what_a_class_can_have_is_accepted(tmp_path, forum, terms, members_get):
    lines = damages.estimate(case(tmp_path, forum, **terms)).lines
    assert float(lines["t_award_usd"]) / 1_000 == pytest.approx(members_get)


@pytest.mark.parametrize(
    ("forum", "terms", "sentence"),
    [
        (None, {"statute": "ny_gbl_349"}, r"ny_gbl_349 cannot be brought as a class action: N\.Y\. CPLR 901\(b\)"),
        (None, {"statute": "ny_gbl_350"}, r"If the case is in a federal court, say so: `forum: \{court: federal,"),
        (
            STATE,
            {"statute": "ny_gbl_350"},
            r"Measure the loss itself instead \(`measure: per_unit`.*or drop the theory\.$",
        ),
        (None, {"statute": "cal_icraa"}, "cal_icraa gives a class its actual damages and not the sum"),
        (STATE, {"statute": "cal_icraa"}, "cal_icraa gives a class its actual damages and not the sum"),
        (
            FEDERAL,
            {"statute": "utah_13_37"},
            "utah_13_37 cannot be brought as a class action: The statute calls the bar",
        ),
        (None, {"statute": "haw_480_13"}, "haw_480_13 gives the members of a class no minimum sum"),
        (None, {"statute": "fla_fccpa"}, "fla_fccpa caps a class award by net worth: add `class_cap"),
        (
            None,
            HEIGHTENED,
            "further finding: The violation must be reckless or knowing. Name that question under `needs`",
        ),
        (None, {"statute": "coppa"}, "coppa gives no private right of action: only a State or an agency enforces it"),
        (FEDERAL, {"statute": "tx_cubi"}, "tx_cubi gives no private right of action"),
        (
            FEDERAL,
            {"statute": "ny_gbl_349", "multiplier": {}},
            "multiplies actual damages and not its sum: drop `multiplier`",
        ),
        (
            None,
            {"statute": "ny_lab_198", "multiplier": {}},
            "ny_lab_198 gives a class its actual damages and not the added part",
        ),
        (None, {"statute": "fcra", "profits": "gain"}, "fcra gives no profits of the violator: drop `profits`"),
        (
            {"court": "state", "place": "9th Cir."},
            {},
            r"9th Cir\. is a federal circuit; a State court's place is two letters",
        ),
        ({"court": "state", "place": "Ohio"}, {}, "forum.place"),
        ({"court": "tribal", "place": "CA"}, {}, "forum.court"),
    ],
)
@pytest.mark.filterwarnings("ignore::damages.DamagesWarning")
def test_what_a_class_cannot_have_is_refused(tmp_path, forum, terms, sentence):
    with pytest.raises(damages.CaseError, match=sentence):
        case(tmp_path, forum, **terms)


def test_no_private_right_is_one_problem_and_asks_for_no_sum(tmp_path):
    with pytest.raises(damages.CaseError) as refused:
        case(tmp_path, statute="coppa")
    assert [problem.name for problem in refused.value.problems] == ["theories.t.statute"]


@pytest.mark.parametrize(
    ("statute", "told"), [("ny_gbl_349", "cannot be brought"), ("cal_icraa", "gives a class its actual")]
)
def test_a_federal_court_may_differ_so_a_case_there_is_warned(tmp_path, statute, told):
    with pytest.warns(
        damages.DamagesWarning, match=rf"t: {statute} {told}.*In a federal court \(2d Cir\.\) that may differ"
    ):
        made = case(tmp_path, FEDERAL, statute=statute)
    assert made.forum.place == "2d Cir."
    decided = small(tmp_path, theories={"t": theory("statutory", statute=statute)}, forum=FEDERAL, hypothetical=False)
    assert decided.forum.court == "federal"  # and no warning: there the court has answered


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        (
            {"statute": "cal_lab_226", "units": {"per_member": "each"}},
            r"at most \$4,000 for one person; the model does not apply",
        ),
        ({"statute": "cal_17529_5"}, r"at most \$1,000,000 for one incident"),
        ({"statute": "wa_cpa", "multiplier": {}}, r"at most \$25,000 as a multiple for one person"),
        ({"statute": "cal_paga"}, "65% of what cal_paga gives goes to the State"),
    ],
)
def test_what_the_model_leaves_to_the_case_is_told(tmp_path, terms, told):
    with pytest.warns(damages.DamagesWarning, match=told):
        case(tmp_path, **terms)
