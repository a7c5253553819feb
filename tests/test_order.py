"""What the order of application promises, on cases made by chance, through the library.

Where a promise cannot hold for every case, the test says for which it does, and why:

- A review that limits the *total* of the statutory awards (a sum for each member, a multiple of the loss, a threshold)
  leaves one share of all that exceeds compensation. One more theory in the total makes that share smaller, so that it can
  take more from a theory that kept its excess than it brings. With a plain share of the excess it cannot.
- A cap on a class's award with a minimum is shared by all who are entitled. Who is added takes a part of it, and can
  leave it unused by electing another theory's remedy.
- Where offsets consume the whole award, what remains of the judgment is interest, and a member may have elected a greater
  award that bears less.
- Interest as paid and a time to sue both depend on the length of the class period: of a longer period, less is in time,
  and what is lost on average is lost later.
- A chance that depends on another answer may be higher where the class loses.
"""

from __future__ import annotations

import numpy as np
import pytest
import second_model
from build import apart
from generated_cases import MADE_UP, generated
from patterns import answer_patterns

import damages
from damages.engine.paths import base_values, lines_by_path

QUICK, SLOW = range(24), range(24, 300)
PARTS = [QUICK, pytest.param(SLOW, marks=pytest.mark.slow)]
pytestmark = [
    pytest.mark.filterwarnings("ignore::damages.DamagesWarning"),
    pytest.mark.parametrize("seeds", PARTS, ids=["some", "many"]),
]


def made(seeds):
    """Each case with its values and six patterns of answers, the answers for the class among them."""
    for seed in seeds:
        content = generated(seed)
        case = damages.load(content)
        every = [answers for answers, _ in answer_patterns(case)]
        for_class = {name: float(answer) for name, answer in second_model.answers_for_class(content).items()}
        yield seed, content, case, [*every[:: max(1, len(every) // 5)], for_class]


def judgments(case, values, patterns, line="judgment_usd"):
    return np.array([float(np.ravel(lines[line])[0]) for lines in lines_by_path(case, values, patterns)])


def scaled(values, name, times=1.5):
    return values | {name: np.asarray(values[name]) * times}


def never_lower(before, after):
    return bool(np.all(after >= before * (1 - 1e-9) - 1e-6))


def terms(content):
    return content.get("judgment", {})


def limits_the_total(content):
    return bool(set(terms(content).get("due_process", {})) & {"usd_per_member", "times_actual", "above"})


def caps_the_class(content):
    return any(theory.get("statute") in ("ecoa", "respa") for theory in content["theories"].values())


def offsets_before_interest(content):
    bears = any(block.get("base", "awarded") == "awarded" for block in terms(content).get("interest", []))
    return bears and bool(terms(content).get("offsets"))


def depends_on_length(content):
    as_paid = any(block["start"] == "as_paid" for block in terms(content).get("interest", []))
    return as_paid or any("limitation" in theory for theory in content["theories"].values())


def test_one_more_theory_never_lowers_the_judgment(seeds):
    """For each pattern of answers; but not under a limit on the total or where offsets leave interest alone."""
    tried = 0
    for seed, content, case, patterns in made(seeds):
        if limits_the_total(content) or offsets_before_interest(content):
            continue
        values = base_values(case)
        whole = judgments(case, values, patterns)
        for name, theory in content["theories"].items():
            if theory.get("pleaded", True):
                without = judgments(case, values | {f"{name}_pleaded": 0.0}, patterns)
                tried += 1
                assert never_lower(without, whole), (seed, name)
    assert tried > 20


def test_a_larger_class_a_higher_price_and_more_months_never_lower_it(seeds):
    """A class larger by half in every group; a price or a number of months that nothing but the theory uses."""
    tried = 0
    for seed, content, case, patterns in made(seeds):
        if limits_the_total(content) or caps_the_class(content) or offsets_before_interest(content):
            continue
        values = base_values(case)
        whole = judgments(case, values, patterns)
        names = [theory[key] for theory in content["theories"].values() for key in ("price", "months") if key in theory]
        names += ["people"] if "people" in values else []
        if "class_period_months" in content["inputs"] and not depends_on_length(content):
            names.append("class_period_months")
        for name in names:
            tried += 1
            assert never_lower(whole, judgments(case, scaled(values, name), patterns)), (seed, name)
    assert tried > 20


def test_a_cut_lowers_and_never_below_compensation(seeds):
    """No cut never lowers a judgment, and a cut to nothing beyond compensation never raises it: for every kind of cut."""
    tried = 0
    for seed, content, case, patterns in made(seeds):
        cut = terms(content).get("due_process")
        if not cut or offsets_before_interest(content):
            continue
        found = []
        for share in (0.0, 1.0):
            kept = {
                "label": "Left",
                "role": "fact",
                "unit": "share",
                "value": share,
                "source": MADE_UP,
            }
            judged = terms(content) | {
                "due_process": {"share": "left_here"} | {k: cut[k] for k in ("theories",) if k in cut}
            }
            used = str(judged) + str({key: part for key, part in content.items() if key not in ("judgment", "inputs")})
            asked = second_model.questions(content)
            inputs = {
                k: v
                for k, v in content["inputs"].items()
                if k in asked or f"'{k}'" in used or k == "class_period_months"
            }
            if "asked" in cut:
                judged["due_process"]["asked"] = cut["asked"]
            other = damages.load(apart(content | {"judgment": judged, "inputs": inputs | {"left_here": kept}}))
            found.append(
                judgments(other, base_values(other), [p | dict.fromkeys(asked_of(cut), 1.0) for p in patterns])
            )
        asked_for = [p | dict.fromkeys(asked_of(cut), 1.0) for p in patterns]
        here = judgments(case, base_values(case), asked_for)
        tried += 1
        assert never_lower(found[0], here), seed
        assert never_lower(here, found[1]), seed
    assert tried > 5


def asked_of(cut):
    return [cut["asked"]] if "asked" in cut else []


def test_nobody_is_paid_more_than_the_award_and_parts_sum_to_the_fund(seeds):
    """Of every case: fee, charges, payments and residue are the fund; of a judgment, no payment exceeds what is owed."""
    judged = 0
    for seed, _, case, patterns in made(seeds):
        for found in lines_by_path(case, base_values(case), patterns):
            lines = {line: float(np.ravel(figure)[0]) for line, figure in found.items()}
            fund = lines["fund_usd"]
            parts = (
                "attorney_fee_usd",
                "litigation_costs_usd",
                "service_awards_usd",
                "administration_usd",
                "net_fund_usd",
            )
            near = pytest.approx(fund, rel=1e-9, abs=1e-6)
            assert sum(lines.get(part, 0.0) for part in parts) == near, seed
            paid = lines["paid_to_class_usd"] + lines["residue_usd"]
            assert paid == pytest.approx(lines["net_fund_usd"], rel=1e-9, abs=1e-6), seed
            if "members_awarded" in lines:
                judged += 1
                assert lines["claimants"] <= lines["members_awarded"] * (1 + 1e-9)
                assert lines["usd_per_claimant"] * lines["members_awarded"] <= fund * (1 + 1e-9) + 1e-6, seed
    assert judged > 20


def test_expected_is_at_most_exposure_and_exposure_at_most_full_recovery(seeds):
    """At base values, and over draws of every tenth; expected may exceed exposure in the cases said above."""
    tried = 0
    for seed, content, case, _ in made(seeds):
        if offsets_before_interest(content):
            continue
        unsure = any(isinstance(given["chance"], dict) for given in second_model.questions(content).values())
        at_most = limits_the_total(content) or caps_the_class(content) or unsure
        estimate = damages.estimate(case)
        for headlines in (estimate.at_base, estimate.headlines) if seed % 10 == 0 else (estimate.at_base,):
            full, exposure, expected = (headlines[f"{name}_usd"] for name in ("full_recovery", "exposure", "expected"))
            assert exposure <= full * (1 + 1e-9) + 1e-6, seed
            assert at_most or expected <= exposure * (1 + 1e-9) + 1e-6, seed
        tried += not at_most
    assert tried > 3
