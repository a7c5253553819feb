"""Small cases made by chance, with every feature of the grammar: ``generated(seed)`` is always the same dict.

Values are fixed but for a few ranges, so that a case has one answer; what differs between cases is what they plead.
"""

from __future__ import annotations

import datetime
import random

from build import apart

MADE_UP = {"kind": "assumption", "cite": "Made up"}
START, END = datetime.date(2021, 1, 1), datetime.date(2022, 12, 31)
FILED, VALUED, PAID = datetime.date(2023, 3, 15), datetime.date(2026, 6, 30), datetime.date(2027, 9, 15)
MOST_QUESTIONS = 5

# Every kind of statute in the registry, with what its entry allows.
STATUTES = {
    "sca": {"profits"},
    "wiretap": {"profits", "days"},
    "privacy_act": set(),
    "clra": set(),
    "cipa": {"units"},
    "tcpa": {"units", "multiplier"},
    "vppa": set(),
    "bipa": {"units", "enhanced", "as_of"},
    "ccpa": set(),
    "cable_act": {"days"},
    "cal_3344": {"profits"},
    "efta": {"class_cap"},
    "tila": {"class_cap"},
    "fdcpa": {"class_cap", "named"},
    "ecoa": {"class_cap"},
    "respa": {"class_cap"},
    "rfpa": set(),
    "cmia": set(),
    "fcra": set(),
    "facta": {"units"},
    "copyright": {"units", "enhanced"},
    "dmca_1202": {"units", "multiplier", "profits"},
    "cdafa": {"actual"},
    "cfaa": {"actual"},
}
PUNITIVE = ("sca", "wiretap", "vppa", "cable_act", "rfpa", "cal_3344", "cdafa", "fcra", "facta")
LOSSES = ("subscription_value", "subscription_value", "restitution", "lump_sum", "per_unit", "profits")


def generated(seed):
    """One case."""
    return apart(_Maker(random.Random(seed)).case())


class _Maker:
    def __init__(self, rng):
        self.rng = rng
        self.inputs = {}
        self.helps, self.harms = [], []
        self.groups = [f"g{i + 1}" for i in range(rng.choice((1, 1, 2, 2, 3, 4)))]
        self.turnover = self.maybe(0.25)
        self.theories = {}

    # --- Inputs -------------------------------------------------------------------------------

    def maybe(self, chance):
        return self.rng.random() < chance

    def number(self, name, unit, low, high, by_group=0.0, ranged=0.1, digits=3):
        """An input of this unit between two numbers; a few are ranges, a few differ by group."""
        several = len(self.groups) > 1 and self.maybe(by_group)
        role = "fact"
        if several:
            value = {group: round(self.rng.uniform(low, high), digits) for group in self.groups}
        elif self.maybe(ranged):
            a, b, c = sorted(self.rng.uniform(low, high) for _ in range(3))
            value, role = {"low": a, "likely": b, "high": c}, "uncertain"
        else:
            value = round(self.rng.uniform(low, high), digits)
        return self.add(name, {"label": name.replace("_", " "), "role": role, "unit": unit, "value": value})

    def share(self, name, low=0.05, high=1.0, by_group=0.2):
        if self.maybe(0.05):
            return self.add(
                name, {"label": name, "role": "fact", "unit": "share", "value": self.rng.choice((0.0, 1.0))}
            )
        return self.number(name, "share", low, high, by_group)

    def add(self, name, given):
        self.inputs[name] = given | {"source": MADE_UP}
        return name

    def choice(self, name, *options):
        labels = {option: option.replace("_", " ") for option in options}
        given = {"label": name, "role": "choice", "unit": "choice", "value": self.rng.choice(options)}
        return self.add(name, given | {"options": labels})

    def question(self, helps=True):
        """A question that helps the class when it is answered yes, or no; an old one or a new one."""
        pool = self.helps if helps else self.harms
        asked = self.helps + self.harms
        if pool and (len(asked) >= MOST_QUESTIONS or self.maybe(0.4)):
            return self.rng.choice(pool)
        name = f"{'helps' if helps else 'harms'}_{len(pool) + 1}"
        chance = round(self.rng.uniform(0.05, 0.95), 2)
        if asked and self.maybe(0.3):
            other = round(self.rng.uniform(0.0, 1.0), 2)
            chance = {"given": self.rng.choice(asked), "yes": chance, "no": other}
        given = {"label": name, "role": "question", "unit": "answer", "chance": chance}
        if self.maybe(0.2):
            given["favours"] = "yes" if helps else "no"
        pool.append(name)
        return self.add(name, given)

    def some(self, names, least=1):
        names = list(names)
        chosen = set(self.rng.sample(names, self.rng.randint(min(least, len(names)), len(names))))
        return [name for name in names if name in chosen]

    # --- The case -----------------------------------------------------------------------------

    def case(self):
        made = {
            "title": "A case made by chance",
            "docket": "Made up for a test",
            "hypothetical": True,
            "disposition": "Never filed",
            "filed": FILED,
            "valued_on": VALUED,
            "class_period": {"start": START, "end": END, "source": MADE_UP},
            "groups": {group: group.upper() for group in self.groups},
            "class_size": self.class_size(),
        }
        if self.maybe(0.3):
            self.number("class_period_months", "months", 12, 40, digits=self.rng.choice((0, 1)))
        for i in range(self.rng.choice((1, 2, 2, 3, 3, 4, 5))):
            self.theory(f"t{i + 1}", first=i == 0)
        made["theories"] = self.theories
        if self.maybe(0.5):
            made["pleaded"] = {"usd_per_member": self.number("pleaded_usd", "usd_per_member", 50, 3_000, 0.3)}
        made["judgment"] = self.judgment()
        if self.maybe(0.7):
            made["settlement"] = self.settlement()
        if self.maybe(0.35):
            made["relief"] = self.relief()
        if "fund" not in made.get("settlement", {}) and self.maybe(0.6):
            made["judgment"]["payout"] = self.payout()
        if not made["judgment"]:
            del made["judgment"]
        made["inputs"] = self.inputs
        return made

    def class_size(self):
        rng, size = self.rng, {}
        if self.maybe(0.2):
            size |= self.methods()
        else:
            size["people"] = self.number("people", "people", 100, 5_000, 0.4, digits=0)
        people = self.inputs.get("people", {"value": 0})["value"]
        if len(self.groups) > 1 and (not isinstance(people, dict) or "low" in people):
            cuts = sorted(rng.sample(range(1, 100), len(self.groups) - 1))
            parts = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
            value = {group: part / 100 for group, part in zip(self.groups, parts, strict=True)}
            size["mix"] = self.add("mix", {"label": "Mix", "role": "fact", "unit": "share", "value": value})
        if self.turnover:
            size["turnover"] = {
                "churn": self.number("churn", "per_month", 0.01, 0.08),
                "growth": self.number("growth", "per_month", 0.002, 0.03, digits=4),
            }
        if self.maybe(0.4):
            size["define"] = [self.share("in_scope", 0.3)]
        if self.maybe(0.4):
            size["limit"] = [self.share("standing", 0.2)]
        return size

    def methods(self):
        made = {
            "stated": {
                "kind": "stated",
                "label": "Stated",
                "people": self.number("stated_people", "people", 500, 5_000),
            },
            "members": {
                "kind": "members",
                "label": "Members",
                "members": self.number("members_count", "count", 2_000, 9_000),
                "exclude": [self.number("abroad", "share", 0.1, 0.3), self.number("free", "share", 0.1, 0.3)],
                "shares": [self.number("paying", "share", 0.1, 0.9)],
            },
        }
        if self.maybe(0.5):
            made["lists"] = {
                "kind": "lists",
                "label": "Two lists",
                "first": self.number("first_list", "people", 400, 900, digits=0),
                "second": self.number("second_list", "people", 400, 900, digits=0),
                "both": self.number("both_lists", "people", 100, 300, digits=0),
            }
        size = {"methods": made}
        options = list(made)
        if self.maybe(0.5):
            options.append("combined")
            size["weights"] = {name: self.number(f"weight_{name}", "share", 0.1, 0.9) for name in made}
            total = sum(self.mean(f"weight_{name}") for name in made)
            for name in made:
                self.inputs[f"weight_{name}"] |= {"role": "fact", "value": self.mean(f"weight_{name}") / total}
        size["use"] = self.choice("method", *options)
        return size

    def mean(self, name):
        value = self.inputs[name]["value"]
        return value["likely"] if isinstance(value, dict) else value

    # --- Theories -----------------------------------------------------------------------------

    def theory(self, name, first):
        losses = [n for n, t in self.theories.items() if t["measure"] != "statutory"]
        measure = self.rng.choice(LOSSES) if self.maybe(0.7 if first else 0.35) else "statutory"
        made = {"label": f"Theory {name}", "measure": measure}
        if measure in ("subscription_value", "restitution"):
            made |= self.subscription(name)
        elif measure == "lump_sum":
            made["usd"] = self.number(f"{name}_usd", "usd", 10_000, 900_000, 0.3, digits=0)
        elif measure == "per_unit":
            made["units"] = self.number(f"{name}_units", "count", 1_000, 50_000, 0.3, digits=0)
            made["rate"] = self.number(f"{name}_rate", "usd_per_unit", 1, 20)
        elif measure == "profits":
            made["usd"] = self.number(f"{name}_profits", "usd", 10_000, 900_000, digits=0)
        else:
            made |= self.statutory(name, losses)
        if measure != "statutory" and self.maybe(0.2):
            made["multiplier"] = {"times": self.number(f"{name}_times", "times", 1, 3)}
            if self.maybe(0.6):
                made["multiplier"]["when"] = self.question()
        made["needs"] = [self.question() for _ in range(self.rng.choice((0, 1, 1, 2)))]
        made["needs"] = list(dict.fromkeys(made["needs"]))
        made["item_of_harm"] = self.rng.choice(("overpayment", "overpayment", "overpayment", "disclosure", "calls"))
        if len(self.groups) > 1 and self.maybe(0.2):
            made["groups"] = self.some(self.groups)
        if self.maybe(0.35):
            made["limit"] = [self.share(f"{name}_reach", 0.1)]
            if self.maybe(0.2):
                made["limit"].append(self.share(f"{name}_reach_too", 0.4))
        if self.maybe(0.2):
            made["limitation"] = {"years": self.rng.choice((1.0, 1.5, 2.0, 4.0)), "source": MADE_UP}
            if self.maybe(0.3):
                made["limitation"]["filed"] = datetime.date(2023, 9, 1)
        if self.maybe(0.08):
            made["pleaded"] = False
        self.theories[name] = made | {"source": MADE_UP}

    def subscription(self, name):
        price = self.number(f"{name}_price", "usd_per_month", 8, 90, 0.4)
        made = {"price": price}
        if not self.turnover or self.maybe(0.3):
            made["months"] = self.number(f"{name}_months", "months", 3, 24, 0.2)
        if self.maybe(0.2):
            made["billing"] = {
                "annual_share": self.share(f"{name}_annual"),
                "discount": self.share(f"{name}_discount", 0.05, 0.3),
            }
        if self.maybe(0.2):
            made["free_months"] = self.number(f"{name}_free", "months", 0, 4)
        if self.maybe(0.2):
            made["tax"] = {
                "rate": self.share(f"{name}_tax", 0.02, 0.1),
                "counted": self.choice(f"{name}_taxed", "yes", "no"),
            }
        if self.maybe(0.2):
            made["refunds"] = self.number(f"{name}_refunds", "usd_per_member", 0, 60)
        if self.maybe(0.6):
            made["share_lost"] = self.share(f"{name}_lost", 0.0, 0.6)
        else:
            made["lost"] = {
                "premium": {"label": "premium", "share": self.share(f"{name}_lost", 0.0, 0.6)},
                "later": {"label": "later", "comparator": self.number(f"{name}_later", "usd_per_month", 5, 60)},
                "bargain": {"label": "bargain", "usd_per_month": self.number(f"{name}_worth", "usd_per_month", 1, 60)},
                "outlay": {
                    "label": "outlay",
                    "usd_per_member": self.number(f"{name}_outlay", "usd_per_member", 0, 400),
                },
                "refund": {"label": "refund", "whole": True},
            }
            made["use"] = self.choice(f"{name}_method", *made["lost"])
        if made.get("measure") != "restitution" and self.maybe(0.3):
            made["cap"] = {
                "binds": self.question(helps=False),
                "arm": self.choice(f"{name}_arm", "fees_paid", "fixed_sum"),
                "usd": self.number(f"{name}_cap", "usd_per_member", 10, 300),
            }
            if self.maybe(0.3):
                made["cap"]["unless"] = self.question()
        return made

    def statutory(self, name, losses):
        statute = self.rng.choice([s for s, allows in STATUTES.items() if losses or "actual" not in allows])
        allows, made = STATUTES[statute], {"statute": statute}
        if losses and ("actual" in allows or self.maybe(0.6)):
            made["actual"] = self.rng.choice(losses)
        if "profits" in allows and self.maybe(0.5):
            made["profits"] = self.number(f"{name}_profits", "usd", 0, 600_000, digits=0)
            if self.maybe(0.3):
                self.inputs[made["profits"]] |= {"role": "fact", "value": 0.0}
        if "units" in allows:
            made["units"] = {"per_member": self.number(f"{name}_each", "count", 1, 6, 0.3)}
            if self.maybe(0.3):
                made["units"]["counted_by"] = self.choice(f"{name}_counted", "person", "event")
        if "days" in allows and self.maybe(0.7):
            made["days"] = self.number(f"{name}_days", "days", 1, 200, 0.2)
        if "enhanced" in allows and self.maybe(0.6):
            made["enhanced"] = self.question()
        if "as_of" in allows and self.maybe(0.5):
            made["as_of"] = self.rng.choice((datetime.date(2022, 6, 1), datetime.date(2025, 6, 1)))
        if "multiplier" in allows and self.maybe(0.7):
            made["multiplier"] = {"when": self.question()}
        elif self.maybe(0.1):
            made["multiplier"] = {"times": self.number(f"{name}_times", "times", 1, 3)}
        if "class_cap" in allows:
            made["class_cap"] = {"net_worth": self.number(f"{name}_worth_usd", "usd", 1_000_000, 60_000_000, digits=0)}
            if "named" in allows:
                made["class_cap"] |= {
                    "awarded": self.share(f"{name}_of_cap", 0.2, by_group=0.0),
                    "named_plaintiffs": self.number(f"{name}_named", "count", 1, 4, digits=0),
                }
        if self.maybe(0.35):
            made["gate"] = {"required": self.question(helps=False)}
            if self.maybe(0.6):
                made["gate"]["proven"] = self.question()
            made["gate"]["share"] = "reach" if "actual" in made else self.share(f"{name}_harmed")
        return made

    # --- Judgment, payout, relief -------------------------------------------------------------

    def judgment(self):
        terms, rng = {}, self.rng
        statutory = [n for n, t in self.theories.items() if t["measure"] == "statutory"]
        losses = [n for n, t in self.theories.items() if t["measure"] != "statutory"]
        if statutory and self.maybe(0.6):
            kinds = rng.choice(
                (
                    ["share"],
                    ["share"],
                    ["share", "above"],
                    ["usd_per_member"],
                    ["times"],
                    ["share", "usd_per_member", "times", "above"],
                )
            )
            cut = {}
            if self.maybe(0.5):
                cut["asked"] = self.question(helps=False)
            if "share" in kinds:
                cut["share"] = self.share("left_share", 0.0, 0.9, by_group=0.0)
            if "usd_per_member" in kinds:
                cut["usd_per_member"] = self.number("left_usd", "usd_per_member", 10, 900, 0.3)
            if "times" in kinds and losses:
                cut |= {"times_actual": self.number("left_times", "times", 1, 9), "actual": rng.choice(losses)}
            if "above" in kinds:
                cut["above"] = self.number("above_usd", "usd", 10_000, 2_000_000)
            if self.maybe(0.2):
                cut["theories"] = self.some(self.theories)
            if set(cut) & {"share", "usd_per_member", "times_actual"}:
                terms["due_process"] = cut
            elif "asked" in cut:
                terms["due_process"] = cut | {"share": self.share("left_share", 0.0, 0.9, by_group=0.0)}
        open_to = [n for n, t in self.theories.items() if t.get("statute") in PUNITIVE]
        if open_to and self.maybe(0.6):
            terms["punitive"] = {"theories": self.some(open_to)}
            if self.maybe(0.6):
                terms["punitive"]["ratio"] = self.number("ratio", "times", 0.2, 4)
            else:
                terms["punitive"]["usd_per_member"] = self.number("punitive_each", "usd_per_member", 10, 900, 0.3)
            if self.maybe(0.4):
                terms["punitive"]["most_ratio"] = self.number("most_ratio", "times", 0.5, 4)
            if self.maybe(0.5):
                terms["punitive"]["when"] = self.question()
        if self.maybe(0.3):
            terms["offsets"] = [self.number("offset_usd", "usd", 0, 400_000)]
            if self.maybe(0.3):
                terms["offsets"].append(self.number("credit_usd", "usd", 0, 90_000))
        if self.maybe(0.4):
            terms["interest"] = [self.interest(i + 1) for i in range(rng.choice((1, 1, 2, 3)))]
        if self.maybe(0.2):
            terms["post_judgment"] = {
                "rate": self.number("treasury_rate", "per_year", 0.01, 0.06),
                "start": VALUED,
                "end": PAID,
                "source": MADE_UP,
            }
        return terms

    def interest(self, i):
        start = self.rng.choice(("filed", "filed", "as_paid", "midpoint", datetime.date(2023, 1, 1)))
        block = {"rate": self.number(f"rate_{i}", "per_year", 0.01, 0.12), "start": start}
        if self.maybe(0.5):
            block["kind"] = self.rng.choice(("simple", "compound"))
        if self.maybe(0.4):
            block["end"] = datetime.date(2025, 11, 30)
        block["theories"] = self.some(self.theories)
        if self.maybe(0.5):
            block["base"] = self.rng.choice(("awarded", "loss"))
        return block | {"source": MADE_UP}

    def payout(self):
        terms = {}
        if self.maybe(0.6):
            terms["automatic"] = self.share("automatic", 0.1, by_group=0.0)
        if self.maybe(0.6):
            terms["claims_rate"] = self.share("judgment_claims", 0.05, 0.6, by_group=0.0)
        if self.maybe(0.8):
            terms["residue"] = self.rng.choice(("cy_pres", "reversion", "claimants"))
        return terms or {"residue": "cy_pres"}

    def settlement(self):
        terms, rng = {}, self.rng
        if self.maybe(0.5):
            terms["fund"] = self.number("fund", "usd", 0, 3_000_000, digits=0)
            how = rng.choice(("claims_rate", "claimants", "channels", None))
            if how == "claims_rate":
                terms["claims_rate"] = self.share("claims_rate", 0.02, 0.5, by_group=0.0)
            elif how == "claimants":
                terms["claimants"] = self.number("claimants_count", "people", 5, 90, digits=0)
            elif how == "channels":
                terms["channels"] = {
                    "post": {
                        "share": self.number("by_post", "share", 0.1, 0.5),
                        "claims_rate": self.share("post_rate", 0.02, 0.5, by_group=0.0),
                    },
                    "mail": {
                        "share": self.number("by_mail", "share", 0.1, 0.5),
                        "claims_rate": self.share("mail_rate", 0.02, 0.5, by_group=0.0),
                    },
                }
            if self.maybe(0.6):
                terms["distribution"] = self.distribution(how)
        if self.maybe(0.7):
            terms["fee_share"] = self.share("fee_share", 0.1, 0.4, by_group=0.0)
        if self.maybe(0.25):
            terms["shifted_fee"] = self.number("shifted_fee", "usd", 10_000, 400_000)
        if self.maybe(0.6):
            terms["costs"] = self.number("costs", "usd", 0, 60_000)
        if self.maybe(0.6):
            terms["administration"] = {"fixed": self.number("fixed", "usd", 1_000, 30_000)}
            if self.maybe(0.7):
                terms["administration"]["per_notice"] = self.number("per_notice", "usd_per_member", 0.1, 3)
            if self.maybe(0.7):
                terms["administration"]["per_claim"] = self.number("per_claim", "usd_per_member", 1, 9)
        if self.maybe(0.5):
            terms["service_award"] = self.number("service_award", "usd", 500, 9_000)
            if self.maybe(0.5):
                terms["named_plaintiffs"] = self.number("named_plaintiffs", "count", 1, 4, digits=0)
        return terms

    def distribution(self, how):
        terms = {"kind": self.rng.choice(("pro_rata", "pro_rata", "claims_made"))}
        if terms["kind"] == "claims_made":
            terms["per_claim"] = self.number("paid_each", "usd_per_member", 20, 900)
        if how != "claimants" and self.maybe(0.3):
            terms["automatic"] = self.share("known_share", 0.05, 0.9, by_group=0.0)
        if self.maybe(0.4):
            terms["most"] = self.number("most_usd", "usd_per_member", 50, 900)
        if self.maybe(0.3):
            terms["least_cheque"] = self.number("least_usd", "usd_per_member", 1, 60)
        if self.maybe(0.4):
            terms["cashed"] = self.number("cashed", "share", 0.4, 1.0)
            terms["second"] = self.maybe(0.5)
        terms["residue"] = self.rng.choice(("cy_pres", "reversion"))
        return terms

    def relief(self):
        made = {"deletion": {"label": "Deletion", "source": MADE_UP}}
        if self.maybe(0.6):
            made["deletion"]["needs"] = [self.question()]
        if self.maybe(0.8):
            made["deletion"]["cost"] = self.number("deletion_usd", "usd", 1_000, 90_000)
        if self.maybe(0.4):
            made["deletion"]["theories"] = self.some(self.theories)
        return made
