"""A second model: the same case in plain slow Python, one group, one month and one number at a time.

It reads the case file by itself and imports nothing from the library, so that an error in one of
the two shows as a difference.
"""

from __future__ import annotations

import datetime
import itertools
import math


class SecondModel:
    """One case with one set of values and answers."""

    def __init__(self, case, statutes, value, answers, dropped=()):
        self.case, self.statutes, self.answers, self.dropped = case, statutes, answers, dropped
        self.groups = list(case["groups"])
        self.at = value
        self.theories = case["theories"]

    def value(self, name, group=None):
        return self.at(name, group or self.groups[0])

    def choice(self, name):
        return self.case["inputs"][name]["value"]

    # --- People -------------------------------------------------------------------------------

    def count(self, group):
        """Pleaded, able to recover, and months paid by each, for one group."""
        size = self.case["class_size"]
        people = self.value(size["people"], group) if "people" in size else self.by_method(size)
        if "mix" in size:
            people *= self.value(size["mix"], group)
        months = None
        if "turnover" in size:
            churn, growth = (self.value(size["turnover"][key], group) for key in ("churn", "growth"))
            length = self.months()
            start = people / (1 + growth) ** length
            sold = start * length if growth == 0 else start * ((1 + growth) ** length - 1) / growth
            people = start + (churn + growth) * sold
            months = sold / people
        for step in size.get("define", []):
            people *= self.value(step, group)
        pleaded = people
        for step in size.get("limit", []):
            people *= self.value(step, group)
        return pleaded, people, months

    def by_method(self, size):
        """People by each method, and the one that is used."""
        found = {}
        for name, method in size["methods"].items():
            if method["kind"] == "revenue":
                payer = 0.0
                for group in self.groups:
                    if group in method.get("covers", self.groups):
                        share = self.value(size["mix"], group) if "mix" in size else 1.0
                        payer += share * self.value(method["net_price"], group) * self.value(method["net_share"])
                found[name] = self.value(method["revenue"]) / 12 / payer
            elif method["kind"] == "members":
                found[name] = self.value(method["members"])
            elif method["kind"] == "lists":
                first, second, both = (self.value(method[key]) for key in ("first", "second", "both"))
                found[name] = (first + 1) * (second + 1) / (both + 1) - 1
            else:
                found[name] = self.value(method["people"] if method["kind"] == "stated" else f"{name}_people")
            found[name] -= sum(found[name] * self.value(share) for share in method.get("exclude", []))
            found[name] *= math.prod(self.value(share) for share in method.get("shares", []))
        if "weights" in size:
            weights = {name: self.value(weight) for name, weight in size["weights"].items()}
            found["combined"] = sum(weights[name] * found[name] for name in weights) / sum(weights.values())
        return found[self.choice(size["use"])] if "use" in size else next(iter(found.values()))

    def months(self):
        if "class_period_months" in self.case["inputs"]:
            return self.value("class_period_months")
        period = self.case["class_period"]
        return ((period["end"] - period["start"]).days + 1) / (365.25 / 12)

    # --- One member ---------------------------------------------------------------------------

    def provision(self, theory):
        day = theory.get("as_of", datetime.date.max)
        in_force = [
            v for v in self.statutes[theory["statute"]]["versions"] if v.get("effective_from", datetime.date.min) <= day
        ]
        return in_force[-1]

    def loss(self, name, group):
        """What a theory measures for one member of a group, before its cap: (loss, fees)."""
        theory, (_, able, months) = self.theories[name], self.classes[group]
        if theory["measure"] in ("subscription_value", "restitution"):
            return self.subscription(theory, group, months)
        by_group = isinstance(self.case["inputs"][theory.get("usd", theory.get("units"))]["value"], dict) and set(
            self.case["inputs"][theory.get("usd", theory.get("units"))]["value"]
        ) <= set(self.groups)
        among = able if by_group else self.members
        if theory["measure"] == "per_unit":
            return self.value(theory["units"], group) * self.value(theory["rate"], group) / among, None
        return self.value(theory["usd"], group) / among, None

    def subscription(self, theory, group, months):
        """What was lost of a subscription, and what was paid for it."""
        price = self.value(theory["price"], group)
        if "billing" in theory:
            yearly = self.value(theory["billing"]["annual_share"], group)
            price = (1 - yearly) * price + yearly * price * (1 - self.value(theory["billing"]["discount"], group))
        months = self.value(theory["months"], group) if "months" in theory else months
        if "free_months" in theory:
            months = max(months - self.value(theory["free_months"], group), 0.0)
        paid = price * months
        if "tax" in theory and self.choice(theory["tax"]["counted"]) == "yes":
            paid *= 1 + self.value(theory["tax"]["rate"], group)
        if "lost" in theory:
            method = (
                theory["lost"][self.choice(theory["use"])] if "use" in theory else next(iter(theory["lost"].values()))
            )
        else:
            method = {"share": theory["share_lost"]}
        if "share" in method:
            lost = paid * self.value(method["share"], group)
        elif "comparator" in method:
            listed = self.value(theory["price"], group)
            lost = paid * max(listed - self.value(method["comparator"], group), 0.0) / listed
        elif "usd_per_month" in method:
            lost = paid * min(self.value(method["usd_per_month"], group), price) / price
        elif "usd_per_member" in method:
            lost = self.value(method["usd_per_member"], group)
        else:
            lost = paid
        if "refunds" in theory:
            lost = max(lost - self.value(theory["refunds"], group), 0.0)
        return lost, paid

    def entitled(self, name, group):
        """What an entitled member of a group gets under one theory alone."""
        theory = self.theories[name]
        if theory["measure"] == "statutory":
            award = self.statutory(name, theory, group)
        else:
            award, paid = self.loss(name, group)
            cap = theory.get("cap")
            if cap and self.answers[cap["binds"]] and not ("unless" in cap and self.answers[cap["unless"]]):
                award = min(award, paid if self.choice(cap["arm"]) == "fees_paid" else self.value(cap["usd"]))
        multiplied = theory.get("multiplier")
        if multiplied and ("when" not in multiplied or self.answers[multiplied["when"]]):
            award *= (
                self.value(multiplied["times"])
                if "times" in multiplied
                else self.provision(theory)["multiplier"]["most"]
            )
        return award

    def statutory(self, name, theory, group):
        says = self.provision(theory)
        actual = self.loss(theory["actual"], group)[0] if "actual" in theory else 0.0
        if says.get("actual_times"):
            actual *= says["actual_times"]
        profits = self.value(theory["profits"]) / self.members if "profits" in theory else 0.0
        usd = 0.0 if says["kind"] == "actual_only" else self.sum_of(name, theory, says, group)
        award = {
            "floor": max(actual + profits, usd),
            "greater_of": max(actual, usd),
            "additive": actual + usd,
            "instead_of": max(actual + profits, usd),
            "actual_only": actual,
        }[says["kind"]]
        return award + profits if says.get("profits_on_top") else award

    def sum_of(self, name, theory, says, group):
        sums = says["sum_usd"]
        usd = sums[0] if len(sums) == 1 else self.value(f"{name}_statutory_usd")
        if "enhanced" in theory and self.answers[theory["enhanced"]]:
            sums = says["enhanced"]["sum_usd"]
            usd = sums[0] if len(sums) == 1 else self.value(f"{name}_enhanced_usd")
        cap = theory.get("class_cap")
        if cap and not says["class_cap"]["member_minimum"]:
            pot = min(says["class_cap"]["usd"], says["class_cap"]["share_of_net_worth"] * self.value(cap["net_worth"]))
            pot *= self.value(cap["awarded"]) if "awarded" in cap else 1.0
            pot += usd * (self.value(cap["named_plaintiffs"]) if "named_plaintiffs" in cap else 0)
            return pot / self.members
        if "days" in theory:
            usd = max(usd, says["per_day_usd"] * self.value(theory["days"], group))
        if "units" in theory:
            by_person = "counted_by" in theory["units"] and self.choice(theory["units"]["counted_by"]) == "person"
            usd *= 1 if by_person else self.value(theory["units"]["per_member"], group)
        return usd / self.members if says["unit"] == "action" else usd

    def share(self, name, group):
        theory = self.theories[name]
        alive = (
            name not in self.dropped
            and theory.get("pleaded", True)
            and all(self.answers[q] for q in theory.get("needs", []))
        )
        share = 1.0 if alive else 0.0
        gate = theory.get("gate")
        if gate and self.answers[gate["required"]]:
            share *= self.value(gate["share"], group) * (
                1.0 if "proven" not in gate or self.answers[gate["proven"]] else 0.0
            )
        if "groups" in theory and group not in theory["groups"]:
            share = 0.0
        if "limitation" in theory:
            share *= self.value(f"{name}_timely_share")
        return share

    # --- The class ----------------------------------------------------------------------------

    def lines(self):
        self.classes = {group: self.count(group) for group in self.groups}
        self.members = sum(able for _, able, _ in self.classes.values())
        credited = dict.fromkeys(self.theories, 0.0)
        whole_loss = dict.fromkeys(self.theories, 0.0)
        pleaded = 0.0
        for group in self.groups:
            as_pleaded, able, _ = self.classes[group]
            each = 0.0
            shares = {name: self.share(name, group) for name in self.theories}
            widest = max((shares[n] for n, t in self.theories.items() if t["measure"] != "restitution"), default=0.0)
            for name, theory in self.theories.items():
                if "adds" in theory and not self.answers[theory["adds"]]:
                    shares[name] = max(shares[name] - widest, 0.0)
            for item in {theory["item_of_harm"] for theory in self.theories.values()}:
                inside = {
                    name: (self.entitled(name, group), shares[name])
                    for name, theory in self.theories.items()
                    if theory["item_of_harm"] == item
                }
                for name, part in one_recovery(inside).items():
                    credited[name] += able * part
                    each += part
                for name, (usd, share) in inside.items():
                    whole_loss[name] += able * usd * share
            pleaded += as_pleaded * (
                self.value(self.case["pleaded"]["usd_per_member"], group) if "pleaded" in self.case else each
            )
        found = {"pleaded_usd": pleaded, "class_award_usd": sum(credited.values())}
        found |= self.judgment(credited, whole_loss)
        return found | self.payout(found)

    def judgment(self, credited, whole_loss):
        terms = self.case.get("judgment", {})
        parts = dict(credited)
        for name, theory in self.theories.items():
            if "class_cap" in theory and self.provision(theory)["class_cap"]["member_minimum"]:
                says = self.provision(theory)["class_cap"]
                parts[name] = min(
                    parts[name], says["usd"], says["share_of_net_worth"] * self.value(theory["class_cap"]["net_worth"])
                )
        found = {"award_after_caps_usd": sum(parts.values())}
        cut = terms.get("due_process")
        if cut:
            chosen = cut.get(
                "theories", [name for name, theory in self.theories.items() if theory["measure"] == "statutory"]
            )
            reviewed = sum(parts[name] for name in chosen)
            left = [reviewed]
            if "share" in cut:
                left.append(reviewed * self.value(cut["share"]))
            if "usd_per_member" in cut:
                left.append(
                    sum(self.classes[group][1] * self.value(cut["usd_per_member"], group) for group in self.groups)
                )
            if "times_actual" in cut:
                harm = sum(self.classes[group][1] * self.loss(cut["actual"], group)[0] for group in self.groups)
                left.append(self.value(cut["times_actual"]) * harm)
            kept = min(left) if reviewed > (self.value(cut["above"]) if "above" in cut else 0.0) else reviewed
            for name in chosen:
                parts[name] *= kept / reviewed if reviewed else 0.0
        running = found["award_after_due_process_usd"] = sum(parts.values())
        punitive = terms.get("punitive")
        if punitive:
            base = sum(parts[name] for name in punitive["theories"])
            if "ratio" in punitive:
                wanted = base * self.value(punitive["ratio"])
            else:
                wanted = sum(
                    self.classes[group][1] * self.value(punitive["usd_per_member"], group) for group in self.groups
                )
            most = (self.value(punitive["most_ratio"]) if "most_ratio" in punitive else 9.0) * base
            found["punitive_usd"] = (
                min(wanted, most) if "when" not in punitive or self.answers[punitive["when"]] else 0.0
            )
            running += found["punitive_usd"]
        if terms.get("offsets"):
            running = found["award_after_offsets_usd"] = max(
                running - sum(self.value(name) for name in terms["offsets"]), 0.0
            )
        if "interest" in terms:
            wanted = terms["interest"]
            principal = credited if wanted.get("base", "awarded") == "awarded" else whole_loss
            found["prejudgment_interest_usd"] = sum(principal[name] for name in wanted["theories"]) * self.interest(
                wanted
            )
            running += found["prejudgment_interest_usd"]
        found["judgment_usd"] = running
        if "post_judgment" in terms:
            found["post_judgment_interest_usd"] = running * self.until_paid(terms["post_judgment"])
        return found

    def interest(self, terms):
        """Interest on a dollar; paid as it was earned, month by month."""
        rate, simple = self.value(terms["rate"]), terms.get("kind", "simple") == "simple"

        def grown(years):
            return rate * years if simple else (1 + rate) ** years - 1

        start, end, period = terms["start"], terms["end"], self.case.get("class_period")
        if start != "as_paid":
            if start == "midpoint":
                start = period["start"] + (period["end"] - period["start"]) / 2
            return grown((end - start).days / 365)
        months = self.months()
        whole = round(months)
        growth = (
            self.value(self.case["class_size"]["turnover"]["growth"]) if "turnover" in self.case["class_size"] else 0.0
        )
        years = (end - period["start"]).days / 365
        if abs(months - whole) > 1e-9:  # with a part of a month, the sums' closed forms go on between whole months
            q = 1 + growth
            assert simple
            return rate * (years - (months * q**months / (q**months - 1) - q / (q - 1)) / 12)
        weights = [(1 + growth) ** i for i in range(whole)]
        return sum(weight * grown(years - i / 12) for i, weight in enumerate(weights)) / sum(weights)

    def until_paid(self, terms):
        """Day by day: simple within a year, added to the principal at each anniversary."""
        rate, owed, accrued, day, anniversary = self.value(terms["rate"]), 1.0, 0.0, terms["start"], 1
        while day < terms["end"]:
            day += datetime.timedelta(days=1)
            accrued += 1
            if day == terms["start"].replace(year=terms["start"].year + anniversary):
                owed, accrued, anniversary = owed * (1 + rate), 0.0, anniversary + 1
        return owed * (1 + rate * accrued / 365) - 1

    # --- The fund -----------------------------------------------------------------------------

    def payout(self, found):
        terms = self.case.get("settlement", {})

        def of(name, otherwise=0.0, where=None):
            where = terms if where is None else where
            return self.value(where[name]) if name in where else otherwise

        fund = of("fund", found["judgment_usd"] + found.get("post_judgment_interest_usd", 0.0))
        paid = fund > 0
        fee = (of("shifted_fee") if paid else 0.0) if "shifted_fee" in terms else fund * of("fee_share")
        share = terms.get("distribution", {})
        automatic = self.members * of("automatic", 0.0, share) if paid else 0.0
        if "claimants" in terms:
            claims = self.value(terms["claimants"]) if paid else 0.0
        else:
            if "channels" in terms:
                rate = sum(
                    self.value(one["share"]) * self.value(one["claims_rate"]) for one in terms["channels"].values()
                )
            else:
                rate = of("claims_rate", 1.0)
            claims = (self.members - automatic) * rate if paid else 0.0
        running = terms.get("administration", {})
        wanted = [
            of("costs"),
            of("service_award") * of("named_plaintiffs", 1.0),
            of("fixed", 0.0, running)
            + of("per_notice", 0.0, running) * self.members
            + of("per_claim", 0.0, running) * claims,
        ]
        net, got = fund - (0.0 if "shifted_fee" in terms else fee), []
        for charge in wanted:
            got.append(min(charge, net))
            net -= got[-1]
        costs, awards, administration = got
        recipients = automatic + claims
        each = net / recipients if recipients > 0 else 0.0
        most = min(
            of("most", math.inf, share),
            of("per_claim", math.inf, share) if share.get("kind") == "claims_made" else math.inf,
        )
        each = min(each, most)
        if each < of("least_cheque", 0.0, share):
            each = 0.0
        cashed = recipients * of("cashed", 1.0, share)
        if share.get("second") and each > 0:
            each += min((net - each * cashed) / cashed, most - each)
        to_class = each * cashed
        residue = net - to_class
        pays = (
            fund + (fee if "shifted_fee" in terms else 0.0) - (residue if share.get("residue") == "reversion" else 0.0)
        )
        for item in self.case.get("relief", {}).values():
            if "cost" in item and all(self.answers[q] for q in item.get("needs", [])):
                pays += self.value(item["cost"])
        return {
            "attorney_fee_usd": fee,
            "litigation_costs_usd": costs,
            "service_awards_usd": awards,
            "claimants": recipients,
            "administration_usd": administration,
            "net_fund_usd": net,
            "usd_per_claimant": each,
            "paid_to_class_usd": to_class,
            "residue_usd": residue,
            "defendant_pays_usd": pays,
        }


def one_recovery(theories):
    """Give every member the most that is due, once.

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


def judgment(case, statutes, value, answers, dropped=()):
    """Every line under one set of answers."""
    return SecondModel(case, statutes, value, answers, dropped).lines()


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
