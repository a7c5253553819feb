"""A second model: the same case in plain slow Python, one group, one stretch of members and one number at a time.

It reads the case file by itself and imports nothing from the library, so that an error in one of the two shows as a
difference. It was written from the rules of law, not from the library.

Members of a group stand on a line from 0 to 1, and whoever is entitled stands at its left end: a share of 0.3 means the
members on [0, 0.3]. A remedy has a stretch of that line, what it gives as compensation, and what it gives beyond.
"""

from __future__ import annotations

import datetime
import itertools
import math
from dataclasses import dataclass

DAYS_IN_A_MONTH = 365.25 / 12


@dataclass
class Remedy:
    """What one theory gives each member on the stretch from ``left`` to ``right`` of one group."""

    theory: str
    left: float
    right: float
    compensation: float  # USD for one member
    excess: float  # USD for one member, beyond compensation

    @property
    def length(self):
        return self.right - self.left


@dataclass
class Taken:
    """The remedy that the members from ``left`` to ``right`` of a group take, and the award left to each of them."""

    group: str
    left: float
    right: float
    remedy: Remedy
    usd: float

    @property
    def theory(self):
        return self.remedy.theory


def ratio(a, b):
    return a / b if b else 0.0


class SecondModel:
    """One case with one set of values and answers.

    ``value(name, group)`` looks an input up. ``dropped`` theories are not pleaded; without ``reviewed`` no court cuts
    the award.
    """

    def __init__(self, case, statutes, value, answers, dropped=(), reviewed=True):
        self.case, self.statutes, self.answers, self.dropped = case, statutes, answers, dropped
        self.groups = list(case.get("groups") or ["all"])
        self.at = value
        self.theories = case["theories"]
        self.terms = case.get("judgment") or {}
        self.cut = self.terms.get("due_process") if reviewed else None
        self.classes = {group: self.count(group) for group in self.groups}
        self.members = sum(able for _, able, _ in self.classes.values())

    def value(self, name, group=None):
        return self.at(name, group or self.groups[0])

    def choice(self, name):
        return {True: "yes", False: "no"}.get(self.case["inputs"][name]["value"], self.case["inputs"][name]["value"])

    def able(self, group):
        return self.classes[group][1]

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
            months = ratio(sold, people)
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
        return ((period["end"] - period["start"]).days + 1) / DAYS_IN_A_MONTH

    # --- The loss of one member ---------------------------------------------------------------

    def loss(self, name, group):
        """What a theory that is not statutory measures for one member, before a contract's cap: (loss, fees paid)."""
        theory, (_, able, months) = self.theories[name], self.classes[group]
        if theory["measure"] in ("subscription_value", "restitution"):
            return self.subscription(theory, group, months)
        counted = theory["units"] if theory["measure"] == "per_unit" else theory["usd"]
        written = self.case["inputs"][counted].get("value")
        by_group = isinstance(written, dict) and set(written) <= set(self.groups)
        among = able if by_group else self.members
        usd = self.value(counted, group) * (
            self.value(theory["rate"], group) if theory["measure"] == "per_unit" else 1.0
        )
        return ratio(usd, among), None

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

    def loss_after_cap(self, name, group):
        """The same after what the contract caps it at, where the cap binds."""
        lost, paid = self.loss(name, group)
        cap = self.theories[name].get("cap")
        if cap and self.answers[cap["binds"]] and not ("unless" in cap and self.answers[cap["unless"]]):
            lost = min(lost, paid if self.choice(cap["arm"]) == "fees_paid" else self.value(cap["usd"], group))
        return lost

    # --- Who is entitled ----------------------------------------------------------------------

    def stands(self, name):
        theory = self.theories[name]
        if name in self.dropped or not theory.get("pleaded", True):
            return False
        return all(self.answers[question] for question in theory.get("needs", []))

    def reach(self, name, group):
        """The members of a group that a theory can speak for at all, whatever the answers."""
        theory = self.theories[name]
        reach = 1.0 if group in theory.get("groups", self.groups) else 0.0
        for step in theory.get("limit", []):
            reach *= self.value(step, group)
        return reach

    def proven(self, name):
        """Whether actual damages are proven, for a theory that counts those of another."""
        gate = self.theories[name].get("gate")
        return not (gate and "proven" in gate) or bool(self.answers[gate["proven"]])

    def profits_each(self, name):
        """The violator's profits, shared by the class, where the theory counts them."""
        theory = self.theories[name]
        return ratio(self.value(theory["profits"]), self.members) if "profits" in theory else 0.0

    def share(self, name, group):
        """The share of a group that is entitled under one theory."""
        theory = self.theories[name]
        share = (1.0 if self.stands(name) else 0.0) * self.reach(name, group)
        if "limitation" in theory:
            share *= self.value(f"{name}_timely_share", group)
        gate = theory.get("gate")
        if gate is None or not self.answers[gate["required"]]:
            return share
        if "profits" in theory and self.value(theory["profits"]) > 0:
            return share  # profits are enough to recover something
        if gate["share"] != "reach":
            return share * (self.value(gate["share"], group) if self.proven(name) else 0.0)
        harmed = 0.0
        if self.proven(name) and self.loss(theory["actual"], group)[0] > 0:
            harmed = self.reach(theory["actual"], group)
        return min(share, harmed)

    # --- Remedies -----------------------------------------------------------------------------

    def provision(self, theory):
        day = theory.get("as_of") or datetime.date.max
        in_force = [
            version
            for version in self.statutes[theory["statute"]]["versions"]
            if version.get("effective_from", datetime.date.min) <= day
        ]
        return in_force[-1]

    def times(self, name):
        """What the award of a theory is multiplied by."""
        theory = self.theories[name]
        multiplied = theory.get("multiplier")
        if not multiplied or ("when" in multiplied and not self.answers[multiplied["when"]]):
            return 1.0
        return (
            self.value(multiplied["times"]) if "times" in multiplied else self.provision(theory)["multiplier"]["most"]
        )

    def remedies(self, name, group):
        """The remedies that one theory gives the members of one group, before the cap for a class."""
        theory, share = self.theories[name], self.share(name, group)
        if theory["measure"] != "statutory":
            loss = self.loss_after_cap(name, group)
            return [Remedy(name, 0.0, share, loss, loss * self.times(name) - loss)]
        if "actual" not in theory:
            return [self.statutory(name, group, 0.0, 0.0, share)]
        actual = self.loss(theory["actual"], group)[0] if self.proven(name) else 0.0
        harmed = min(share, self.reach(theory["actual"], group))
        return [self.statutory(name, group, actual, 0.0, harmed), self.statutory(name, group, 0.0, harmed, share)]

    def statutory(self, name, group, actual, left, right):
        """What a statute gives a member with this much actual damage."""
        theory = self.theories[name]
        says, profits = self.provision(theory), self.profits_each(name)
        kind, on_top = says["kind"], bool(says.get("profits_on_top"))
        counted = actual * says["actual_times"] if says.get("actual_times") else actual
        usd = 0.0 if kind == "actual_only" else self.sum_of(name, theory, says, group)
        if kind in ("floor", "instead_of"):
            award = max(counted + profits, usd)
        elif kind == "greater_of":
            award = max(counted, usd)
        elif kind == "additive":
            award = counted + usd
        else:
            assert kind == "actual_only", kind
            award = counted
        if on_top:
            award += profits
        award *= self.times(name)
        compensates = actual + (profits if kind in ("floor", "instead_of") or on_top else 0.0)
        compensation = min(award, compensates)
        return Remedy(name, left, right, compensation, award - compensation)

    def sum_of(self, name, theory, says, group):
        """The sum that a statute names, for this member."""
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
            return ratio(pot, self.members)
        if "days" in theory:
            usd = max(usd, says["per_day_usd"] * self.value(theory["days"], group))
        if "units" in theory:
            by_person = "counted_by" in theory["units"] and self.choice(theory["units"]["counted_by"]) == "person"
            usd *= 1 if by_person else self.value(theory["units"]["per_member"], group)
        return ratio(usd, self.members) if says["unit"] == "action" else usd

    def all_remedies(self):
        """Every remedy of every group, after the caps for a class: {group: [remedy, …]}."""
        every = {
            group: [remedy for name in self.theories for remedy in self.remedies(name, group)] for group in self.groups
        }
        for name, theory in self.theories.items():
            if "class_cap" not in theory or not self.provision(theory)["class_cap"]["member_minimum"]:
                continue
            says = self.provision(theory)["class_cap"]
            most = min(says["usd"], says["share_of_net_worth"] * self.value(theory["class_cap"]["net_worth"]))
            asked = 0.0
            for group in self.groups:
                for remedy in every[group]:
                    if remedy.theory == name:
                        asked += self.able(group) * remedy.length * remedy.excess
            for group in self.groups:
                for remedy in every[group]:
                    if remedy.theory == name:
                        remedy.excess *= ratio(min(asked, most), asked)
        return every

    # --- What a member elects by --------------------------------------------------------------

    def punitive(self, name, group, award):
        """Punitive damages of one member who takes this award of this theory."""
        terms = self.terms.get("punitive")
        if not terms or name not in terms["theories"]:
            return 0.0
        if "when" in terms and not self.answers[terms["when"]]:
            return 0.0
        wanted = award * self.value(terms["ratio"]) if "ratio" in terms else self.value(terms["usd_per_member"], group)
        if "most_ratio" not in terms and not self.case.get("hypothetical", True):
            return wanted
        most = self.value(terms["most_ratio"]) if "most_ratio" in terms else 9.0
        return min(wanted, most * award)

    def interest_each(self, name, award):
        """Prejudgment interest on one member's award of this theory."""
        return sum(
            award * self.interest(block)
            for block in self.terms.get("interest", [])
            if block.get("base", "awarded") == "awarded" and name in block["theories"]
        )

    def interest(self, block):
        """Interest on a dollar; paid as it was earned, month by month."""
        rate, simple = self.value(block["rate"]), block.get("kind", "simple") == "simple"

        def grown(years):
            return rate * years if simple else (1 + rate) ** years - 1

        start, end, period = block["start"], block.get("end") or self.case["valued_on"], self.case.get("class_period")
        if start == "filed":
            start = self.case["filed"]
        if start == "midpoint":
            start = period["start"] + (period["end"] - period["start"]) / 2
        if start != "as_paid":
            return grown((end - start).days / 365)
        months = self.months()
        whole = round(months)
        growth = (
            self.value(self.case["class_size"]["turnover"]["growth"]) if "turnover" in self.case["class_size"] else 0.0
        )
        years = (end - period["start"]).days / 365
        if abs(months - whole) > 1e-9:  # with a part of a month, the sums' closed forms go on between whole months
            q = 1 + growth
            if simple:
                later = months * q**months / (q**months - 1) - q / (q - 1) if growth else (months - 1) / 2
                return rate * (years - later / 12)
            d = (1 + rate) ** (-1 / 12)
            paid = (q**months - 1) / (q - 1) if growth else months
            left = ((q * d) ** months - 1) / (q * d - 1) if q * d != 1 else months
            return (1 + rate) ** years * left / paid - 1
        weights = [(1 + growth) ** i for i in range(whole)]
        return sum(weight * grown(years - i / 12) for i, weight in enumerate(weights)) / sum(weights)

    # --- Election -----------------------------------------------------------------------------

    def left_of(self, remedy, kept):
        """What is left to a member of a remedy when ``kept`` is left of the excess of the theories reviewed."""
        return remedy.compensation + (kept if remedy.theory in self.in_review() else 1.0) * remedy.excess

    def members_of(self, taken):
        return self.able(taken.group) * (taken.right - taken.left)

    def in_review(self):
        """The theories that due process looks at."""
        if not self.cut:
            return []
        statutory = [name for name, theory in self.theories.items() if theory["measure"] == "statutory"]
        return self.cut.get("theories", statutory)

    def elected(self, every, kept):
        """Walk along the members of each group; on each stretch take, of each item of harm, the remedy worth most."""
        taken = []
        for group in self.groups:
            items = list(dict.fromkeys(theory["item_of_harm"] for theory in self.theories.values()))
            for item in items:
                open_to = [r for r in every[group] if self.theories[r.theory]["item_of_harm"] == item]
                edges = sorted({edge for remedy in open_to for edge in (remedy.left, remedy.right)})
                for left, right in itertools.pairwise(edges):
                    best, best_award, most = None, 0.0, -1.0
                    for remedy in open_to:
                        if remedy.left <= left and right <= remedy.right:
                            award = self.left_of(remedy, kept)
                            worth = award + self.punitive(remedy.theory, group, award)
                            worth += self.interest_each(remedy.theory, award)
                            if worth > most:
                                best, best_award, most = remedy, award, worth
                    if best is not None:
                        taken.append(Taken(group, left, right, best, best_award))
        return taken

    def kept(self, first):
        """What due process leaves of a dollar beyond compensation, from what was elected before it."""
        cut = self.cut
        if not cut or ("asked" in cut and not self.answers[cut["asked"]]):
            return 1.0
        if "share" in cut and not any(key in cut for key in ("usd_per_member", "times_actual", "above")):
            return self.value(cut["share"])
        award = compensation = 0.0
        for taken in first:
            if taken.theory in self.in_review():
                award += self.members_of(taken) * taken.usd
                compensation += self.members_of(taken) * taken.remedy.compensation
        excess = award - compensation
        left = award
        if "share" in cut:
            left = min(left, compensation + self.value(cut["share"]) * excess)
        if "usd_per_member" in cut:
            each = sum(self.able(group) * self.value(cut["usd_per_member"], group) for group in self.groups)
            left = min(left, each)
        if "times_actual" in cut:
            harm = sum(self.able(group) * self.loss(cut["actual"], group)[0] for group in self.groups)
            left = min(left, self.value(cut["times_actual"]) * harm)
        left = max(left, compensation)
        if "above" in cut:
            left = max(left, min(award, self.value(cut["above"])))
        return ratio(left - compensation, excess)

    # --- The judgment -------------------------------------------------------------------------

    def lines(self):
        """Every line: a number, or for a line of each group {group: number}."""
        every = self.all_remedies()
        first = self.elected(every, 1.0)
        kept = self.kept(first)
        second = self.elected(every, kept)
        found = self.people_and_losses(every)
        found |= self.before_review(first)
        found |= self.after_review(first, second)
        found |= self.added(found, second)
        relief = self.relief()
        if "fund" in self.case.get("settlement", {}):
            found |= self.settlement(relief)
        else:
            found |= self.paid_judgment(found, second, relief)
        return found

    def people_and_losses(self, every):
        found = {
            "pleaded_members": {group: self.classes[group][0] for group in self.groups},
            "class_members": {group: self.able(group) for group in self.groups},
            "class_members_total": self.members,
        }
        for name, theory in self.theories.items():
            if theory["measure"] != "statutory":
                found[f"{name}_loss_usd_per_member"] = {group: self.loss(name, group)[0] for group in self.groups}
            found[f"{name}_entitled_share"] = {group: self.share(name, group) for group in self.groups}
            each = {
                group: sum(r.length * (r.compensation + r.excess) for r in every[group] if r.theory == name)
                for group in self.groups
            }
            found[f"{name}_usd_per_member"] = each
            found[f"{name}_usd_per_entitled"] = {
                group: ratio(each[group], self.share(name, group)) for group in self.groups
            }
        return found

    def before_review(self, first):
        """What a verdict would say."""
        found = {}
        for name in self.theories:
            found[f"{name}_credited_usd_per_member"] = dict.fromkeys(self.groups, 0.0)
            found[f"{name}_award_usd"] = 0.0
        found["recovery_usd_per_member"] = dict.fromkeys(self.groups, 0.0)
        for taken in first:
            each = (taken.right - taken.left) * taken.usd
            found[f"{taken.theory}_credited_usd_per_member"][taken.group] += each
            found["recovery_usd_per_member"][taken.group] += each
            found[f"{taken.theory}_award_usd"] += self.members_of(taken) * taken.usd
        found["class_award_usd"] = sum(found[f"{name}_award_usd"] for name in self.theories)
        pleaded = 0.0
        for group in self.groups:
            each = found["recovery_usd_per_member"][group]
            if "pleaded" in self.case:
                each = self.value(self.case["pleaded"]["usd_per_member"], group)
            pleaded += self.classes[group][0] * each
        found["pleaded_usd"] = pleaded
        return found

    def after_review(self, first, second):
        """What due process leaves of it."""
        found = {f"{name}_after_due_process_usd": 0.0 for name in self.theories}
        for taken in second:
            found[f"{taken.theory}_after_due_process_usd"] += self.members_of(taken) * taken.usd
        found["award_after_due_process_usd"] = sum(found.values())
        if self.cut:
            found["statutory_award_usd"] = sum(
                self.members_of(taken) * taken.usd for taken in first if taken.theory in self.in_review()
            )
            found["statutory_after_due_process_usd"] = sum(
                found[f"{name}_after_due_process_usd"] for name in self.in_review()
            )
        return found

    def added(self, found, second):
        """Punitive damages, offsets and interest, up to the judgment."""
        more = {}
        running = found["award_after_due_process_usd"]
        if "punitive" in self.terms:
            more["punitive_usd"] = sum(
                self.members_of(taken) * self.punitive(taken.theory, taken.group, taken.usd) for taken in second
            )
            running += more["punitive_usd"]
        if self.terms.get("offsets"):
            more["offsets_usd"] = sum(self.value(name) for name in self.terms["offsets"])
            running = more["award_after_offsets_usd"] = max(running - more["offsets_usd"], 0.0)
        if self.terms.get("interest"):
            interest = 0.0
            for block in self.terms["interest"]:
                for name in block["theories"]:
                    if block.get("base", "awarded") == "awarded":
                        base = found[f"{name}_after_due_process_usd"]
                    else:
                        each = found[f"{name}_usd_per_member"]
                        base = sum(self.able(group) * each[group] for group in self.groups)
                    interest += base * self.interest(block)
            more["prejudgment_interest_usd"] = interest
            running += interest
        more["judgment_usd"] = running
        if "post_judgment" in self.terms:
            more["post_judgment_interest_usd"] = running * self.until_paid(self.terms["post_judgment"])
        return more

    def until_paid(self, terms):
        """Day by day: simple within a year, added to the principal at each anniversary."""
        rate, owed, accrued, day, anniversary = self.value(terms["rate"]), 1.0, 0.0, terms["start"], 1
        while day < terms["end"]:
            day += datetime.timedelta(days=1)
            accrued += 1
            if day == terms["start"].replace(year=terms["start"].year + anniversary):
                owed, accrued, anniversary = owed * (1 + rate), 0.0, anniversary + 1
        return owed * (1 + rate * accrued / 365) - 1

    # --- Who is paid --------------------------------------------------------------------------

    def relief(self):
        """What relief that is not money costs the defendant."""
        cost = 0.0
        for item in self.case.get("relief", {}).values():
            if "cost" not in item or not all(self.answers[question] for question in item.get("needs", [])):
                continue
            if any(self.stands(name) for name in item.get("theories", self.theories)):
                cost += self.value(item["cost"])
        return cost

    def charges(self, fund, claims):
        """Fee, costs, service awards and administration, each as far as the fund still reaches."""
        terms = self.case.get("settlement", {})
        running = terms.get("administration", {})
        notified = sum(pleaded for pleaded, _, _ in self.classes.values())

        def of(name, where):
            return self.value(where[name]) if name in where else 0.0

        found = {"fund_usd": fund, "people_notified": notified}
        found["shifted_fee_usd"] = of("shifted_fee", terms) if fund > 0 else 0.0
        awards = of("service_award", terms) * (
            self.value(terms["named_plaintiffs"]) if "named_plaintiffs" in terms else 1.0
        )
        administration = of("fixed", running) + of("per_notice", running) * notified + of("per_claim", running) * claims
        net = fund
        for line, wanted in (
            ("attorney_fee_usd", of("fee_share", terms) * fund),
            ("litigation_costs_usd", of("costs", terms)),
            ("service_awards_usd", awards),
            ("administration_usd", administration),
        ):
            found[line] = min(wanted, net)
            net -= found[line]
        found["net_fund_usd"] = net
        return found

    def paid_judgment(self, found, second, relief):
        """A judgment pays those it awards something, from records or on a claim, and nobody more than the award."""
        terms = self.terms.get("payout") or {}
        owed = found["judgment_usd"] + found.get("post_judgment_interest_usd", 0.0)
        awarded = 0.0
        if found["judgment_usd"] > 0:
            for group in self.groups:
                furthest = 0.0
                for taken in second:
                    if taken.group == group and taken.usd > 0:
                        furthest = max(furthest, taken.right)
                awarded += self.able(group) * furthest
        automatic = 0.0 if "claims_rate" in terms else 1.0
        if "automatic" in terms:
            automatic = self.value(terms["automatic"])
        without_claim = awarded * automatic
        claims = awarded * (1 - automatic) * (self.value(terms["claims_rate"]) if "claims_rate" in terms else 0.0)
        claimants = without_claim + claims
        paid = self.charges(owed, claims)
        each = ratio(paid["net_fund_usd"], awarded)
        if terms.get("residue") == "claimants":
            each = min(ratio(paid["net_fund_usd"], claimants), ratio(owed, awarded))
        to_class = each * claimants
        residue = paid["net_fund_usd"] - to_class
        back = residue if terms.get("residue") == "reversion" else 0.0
        return paid | {
            "members_awarded": awarded,
            "paid_without_claim": without_claim,
            "claims": claims,
            "claimants": claimants,
            "usd_per_claimant": each,
            "paid_to_class_usd": to_class,
            "residue_usd": residue,
            "relief_cost_usd": relief,
            "defendant_pays_usd": owed + paid["shifted_fee_usd"] - back + relief,
        }

    def settlement(self, relief):
        """A settlement pays those who claim, and those it knows without a claim, out of the fund agreed."""
        terms = self.case["settlement"]

        def of(name, otherwise, where):
            return self.value(where[name]) if name in where else otherwise

        fund, share = self.value(terms["fund"]), terms.get("distribution", {})
        without_claim = self.members * of("automatic", 0.0, share) if fund > 0 else 0.0
        if fund <= 0:
            claims = 0.0
        elif "claimants" in terms:
            claims = self.value(terms["claimants"])
        elif "channels" in terms:
            claims = (self.members - without_claim) * sum(
                self.value(one["share"]) * self.value(one["claims_rate"]) for one in terms["channels"].values()
            )
        else:
            claims = (self.members - without_claim) * of("claims_rate", 1.0, terms)
        paid = self.charges(fund, claims)
        net, recipients = paid["net_fund_usd"], without_claim + claims
        most = of("most", math.inf, share)
        if share.get("kind") == "claims_made":
            most = min(most, of("per_claim", math.inf, share))
        each = min(ratio(net, recipients), most)
        if each < of("least_cheque", 0.0, share):
            each = 0.0
        cashed = recipients * of("cashed", 1.0, share)
        if share.get("second") and each > 0 and cashed > 0:
            each += min((net - each * cashed) / cashed, most - each)
        to_class = each * cashed
        residue = net - to_class
        back = residue if share.get("residue") == "reversion" else 0.0
        return paid | {
            "paid_without_claim": without_claim,
            "claims": claims,
            "claimants": recipients,
            "usd_per_claimant": each,
            "paid_to_class_usd": to_class,
            "residue_usd": residue,
            "relief_cost_usd": relief,
            "defendant_pays_usd": fund + paid["shifted_fee_usd"] - back + relief,
        }


# --- Readings ---------------------------------------------------------------------------------


def questions(case):
    return {name: given for name, given in case["inputs"].items() if given["role"] == "question"}


def yes(answer):
    """Plain YAML reads yes and no as true and false."""
    return answer in (True, "yes")


def named_by_theories(case):
    """Liability questions with the answer that helps the class: {question: answer}."""
    sides = {}
    for theory in case["theories"].values():
        for question in theory.get("needs", []):
            sides[question] = True
        gate, cap, multiplied = (theory.get(key) or {} for key in ("gate", "cap", "multiplier"))
        for where, key, helps in (
            (gate, "required", False),
            (gate, "proven", True),
            (cap, "binds", False),
            (cap, "unless", True),
            (theory, "enhanced", True),
            (multiplied, "when", True),
        ):
            if key in where:
                sides[where[key]] = helps
    return sides


def answers_for_class(case):
    """Every question with the answer that helps the class."""
    sides = named_by_theories(case)
    terms = case.get("judgment") or {}
    if "asked" in (terms.get("due_process") or {}):
        sides.setdefault(terms["due_process"]["asked"], False)
    if "when" in (terms.get("punitive") or {}):
        sides.setdefault(terms["punitive"]["when"], True)
    for item in case.get("relief", {}).values():
        for question in item.get("needs", []):
            sides.setdefault(question, True)
    for name, given in questions(case).items():
        if given.get("favours") is not None:
            sides[name] = yes(given["favours"])
    return {name: sides[name] for name in questions(case)}


def chance_of(case, name, answers):
    """The chance of one answer, given the answers to other questions."""
    tree = case["inputs"][name]["chance"]
    while isinstance(tree, dict):
        given = answers[tree["given"]]
        tree = tree[given] if given in tree else tree["yes" if given else "no"]
    return tree if answers[name] else 1 - tree


def patterns(case, settled=None):
    """Every pattern of answers and its chance; a settled answer has chance 1, whatever was asked before it."""
    settled = settled or {}
    asked = list(questions(case))
    every = []
    for answers_ in itertools.product(*([settled[name]] if name in settled else (True, False) for name in asked)):
        answers = dict(zip(asked, answers_, strict=True))
        chance = math.prod(chance_of(case, name, answers) for name in asked if name not in settled)
        every.append((answers, chance))
    return every


def judgment(case, statutes, value, answers, dropped=()):
    """Every line under one set of answers."""
    return SecondModel(case, statutes, value, answers, dropped).lines()


def averaged(case, statutes, value, settled=None, dropped=()):
    """Every line averaged over the patterns of answers; a sum for an entitled member over those in which there is one."""
    total, weight = {}, {}
    for answers, chance in patterns(case, settled):
        if not chance:
            continue
        found = judgment(case, statutes, value, answers, dropped)
        for line, figure in found.items():
            for group, usd in (figure if isinstance(figure, dict) else {"": figure}).items():
                counts = chance
                if line.endswith("_usd_per_entitled"):
                    share = found[line.replace("_usd_per_entitled", "_entitled_share")][group]
                    counts = chance if share > 0 else 0.0
                total[line, group] = total.get((line, group), 0.0) + counts * usd
                weight[line, group] = weight.get((line, group), 0.0) + counts
    found = {}
    for (line, group), usd in total.items():
        mean = ratio(usd, weight[line, group]) if line.endswith("_usd_per_entitled") else usd
        if group:
            found.setdefault(line, {})[group] = mean
        else:
            found[line] = mean
    return found


def expected(case, statutes, value, line="judgment_usd", dropped=()):
    """A line averaged over every pattern of answers."""
    return averaged(case, statutes, value, dropped=dropped)[line]


def exposure(case, statutes, value, dropped=()):
    """The judgment if the class wins: what the theories ask is answered for it, what the judgment asks stays open."""
    for_class = answers_for_class(case)
    settled = {name: for_class[name] for name in named_by_theories(case)}
    return averaged(case, statutes, value, settled, dropped)["judgment_usd"]


def at_top(case, statutes, value):
    """The same values with every sum that a statute gives as a range at the top of it."""
    tops = {}
    for name, theory in case["theories"].items():
        if theory["measure"] != "statutory":
            continue
        for version in statutes[theory["statute"]]["versions"]:
            if version.get("effective_from", datetime.date.min) <= (theory.get("as_of") or datetime.date.max):
                tops[f"{name}_statutory_usd"] = version["sum_usd"][-1] if version["sum_usd"] else None
                tops[f"{name}_enhanced_usd"] = version["enhanced"]["sum_usd"][-1] if "enhanced" in version else None
    tops = {name: usd for name, usd in tops.items() if name not in case["inputs"]}
    return lambda name, group: tops[name] if name in tops else value(name, group)


def full_recovery(case, statutes, value, dropped=()):
    """What the class gets if it wins everything: {line: USD}, with ``<theory>_full_recovery_usd`` of each claim alone."""
    model = SecondModel(case, statutes, at_top(case, statutes, value), answers_for_class(case), dropped, reviewed=False)
    found = model.lines()
    each = {"full_recovery_usd": found["judgment_usd"]}
    for name in case["theories"]:
        per_member = found[f"{name}_usd_per_member"]
        each[f"{name}_full_recovery_usd"] = sum(model.able(group) * per_member[group] for group in model.groups)
    return each


def plain(case, **more):
    """How a case with fixed values is read: the number written, or that of the group."""

    def value(name, group):
        written = more[name] if name in more else case["inputs"][name]["value"]
        return written[group] if isinstance(written, dict) else written

    return value
