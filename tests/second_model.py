"""A second model: the same case in plain slow Python, one group and one number at a time.

It reads the case file by itself and imports nothing from the library, so that an error in one of
the two shows as a difference.
"""

from __future__ import annotations

import itertools
import math


def class_of(case, value, group):
    """People at each stage for one group: pleaded, able to recover, and months paid by each."""
    size = case["class_size"]
    people = value(size["people"], group)
    if "mix" in size:
        people *= value(size["mix"], group)
    months = None
    if "turnover" in size:
        churn, growth = value(size["turnover"]["churn"], group), value(size["turnover"]["growth"], group)
        period = case["class_period"]
        length = round(((period["end"] - period["start"]).days + 1) / (365.25 / 12), 6)
        start = people / (1 + growth) ** length
        sold = start * length if growth == 0 else start * ((1 + growth) ** length - 1) / growth
        people = start + (churn + growth) * sold
        months = sold / people
    for step in size.get("define", []):
        people *= value(step, group)
    pleaded = people
    for step in size.get("limit", []):
        people *= value(step, group)
    return pleaded, people, months


def judgment(case, statutes, value, answers, choices=None, dropped=()):
    """The headline figures and the payout under one set of answers."""
    groups = list(case["groups"])
    classes = {group: class_of(case, value, group) for group in groups}
    members = sum(able for _, able, _ in classes.values())
    pleaded = sum(n for n, _, _ in classes.values()) * value(case["pleaded"]["usd_per_member"], groups[0])

    credited = dict.fromkeys(case["theories"], 0.0)
    for group in groups:
        _, able, months = classes[group]
        loss, entitled = {}, {}
        for name, theory in case["theories"].items():
            if theory["measure"] in ("subscription_value", "restitution"):
                paid = value(theory["price"], group) * (
                    value(theory["months"], group) if "months" in theory else months
                )
                loss[name] = paid * value(theory["share_lost"], group)
                entitled[name] = loss[name]
                cap = theory.get("cap")
                if cap and answers[cap["binds"]]:
                    arm = (choices or {}).get(cap["arm"]) or case["inputs"][cap["arm"]]["value"]
                    entitled[name] = min(loss[name], paid if arm == "fees_paid" else value(cap["usd"], group))
        share = {}
        for name, theory in case["theories"].items():
            alive = (
                name not in dropped and theory.get("pleaded", True) and all(answers[q] for q in theory.get("needs", []))
            )
            share[name] = 1.0 if alive else 0.0
            if theory["measure"] == "statutory":
                actual = loss.get(theory.get("actual"), 0.0)
                profits = value(theory["profits"], group) / members if "profits" in theory else 0.0
                statute = statutes[theory["statute"]]
                assert statute["kind"] == "floor"
                entitled[name] = max(actual + profits, statute["sum_usd"][0])
                gate = theory.get("gate")
                if gate and answers[gate["required"]]:
                    share[name] *= value(gate["share"], group) * (1.0 if answers[gate["proven"]] else 0.0)
        for item in {theory["item_of_harm"] for theory in case["theories"].values()}:
            inside = [name for name, theory in case["theories"].items() if theory["item_of_harm"] == item]
            for name, part in one_recovery({name: (entitled[name], share[name]) for name in inside}).items():
                credited[name] += able * part

    award = sum(credited.values())
    statutory = [name for name, theory in case["theories"].items() if theory["measure"] == "statutory"]
    reviewed = sum(credited[name] for name in statutory)
    terms = case.get("judgment", {})
    kept = value(terms["due_process"]["share"], groups[0]) if "due_process" in terms else 1.0
    after = award - reviewed + reviewed * kept
    interest = 0.0
    if "interest" in terms:
        start = terms["interest"]["start"]
        if start == "as_paid":
            period = case["class_period"]
            start = period["start"] + (period["end"] - period["start"]) / 2
        years = round((terms["interest"]["end"] - start).days / 365.25, 6)
        interest = (
            sum(credited[name] for name in terms["interest"]["theories"])
            * value(terms["interest"]["rate"], groups[0])
            * years
        )
    fund = after + interest
    return {
        "pleaded_usd": pleaded,
        "class_award_usd": award,
        "award_after_due_process_usd": after,
        "prejudgment_interest_usd": interest,
        "judgment_usd": fund,
        **payout(case["settlement"], lambda name: value(name, groups[0]), fund, members),
    }


def one_recovery(theories):
    """Give every member the most that is due, one thousandth of the class at a time would do; here exactly.

    Members are put in order of how widely they are entitled: a theory that reaches a share s reaches
    the first s of them. Walk along that order and pay each stretch the best theory that reaches it.
    """
    edges = sorted({0.0, *(share for _, share in theories.values())})
    paid = dict.fromkeys(theories, 0.0)
    for left, right in itertools.pairwise(edges):
        best, most = None, -math.inf
        for name, (usd, share) in theories.items():
            if share >= right and usd > most:
                best, most = name, usd
        if best is not None:
            paid[best] += (right - left) * most
    return paid


def payout(terms, value, fund, members):
    if fund <= 0:
        names = ("attorney_fee_usd", "litigation_costs_usd", "service_awards_usd", "claimants", "administration_usd")
        return dict.fromkeys((*names, "net_fund_usd", "usd_per_claimant", "defendant_pays_usd"), 0.0)
    fee = fund * value(terms["fee_share"])
    costs = value(terms["costs"])
    awards = value(terms["service_award"]) * value(terms["named_plaintiffs"])
    filed = members * value(terms["claims_rate"])
    running = terms["administration"]
    administration = (
        value(running["fixed"]) + value(running["per_notice"]) * members + value(running["per_claim"]) * filed
    )
    net = max(fund - fee - costs - awards - administration, 0.0)
    return {
        "attorney_fee_usd": fee,
        "litigation_costs_usd": costs,
        "service_awards_usd": awards,
        "claimants": filed,
        "administration_usd": administration,
        "net_fund_usd": net,
        "usd_per_claimant": net / filed if filed else 0.0,
        "defendant_pays_usd": fund,
    }


def expected(case, statutes, value, line="judgment_usd", dropped=()):
    """A line averaged over every pattern of answers."""
    questions = {name: given["chance"] for name, given in case["inputs"].items() if given["role"] == "question"}
    total = 0.0
    for bits in itertools.product((True, False), repeat=len(questions)):
        answers = dict(zip(questions, bits, strict=True))
        chance = 1.0
        for name, tree in questions.items():
            while isinstance(tree, dict):
                tree = tree[answers[tree["given"]]]  # plain YAML reads yes and no as true and false
            chance *= tree if answers[name] else 1 - tree
        if chance:
            total += chance * judgment(case, statutes, value, answers, dropped=dropped)[line]
    return total
