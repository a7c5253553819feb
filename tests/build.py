"""Small cases built in a test: a dict of parts, written as a case file and read back."""

from __future__ import annotations

import datetime

import yaml

import damages


class _Plain(yaml.SafeDumper):
    """Writes everything out: a case file has no aliases."""

    def ignore_aliases(self, data):
        return True


MADE_UP = {"kind": "assumption", "cite": "Made up"}
PERIOD = {"start": datetime.date(2023, 1, 1), "end": datetime.date(2024, 12, 31), "source": MADE_UP}


def number(unit, value, **more):
    """An input in one line."""
    role = "uncertain" if isinstance(value, dict) and not more.pop("by_group", False) else "fact"
    return {"label": unit, "role": role, "unit": unit, "value": value, "source": MADE_UP, **more}


def question(chance, **more):
    """A question; which answer helps the class follows from where it is asked."""
    return {"label": "A question", "role": "question", "unit": "answer", "chance": chance, "source": MADE_UP, **more}


def choice(value, *options):
    return {
        "label": "A choice",
        "role": "choice",
        "unit": "choice",
        "value": value,
        "options": {o: o for o in options},
        "source": MADE_UP,
    }


def theory(measure, item="harm", **more):
    return {"label": f"A {measure} theory", "measure": measure, "item_of_harm": item, "source": MADE_UP, **more}


def content(people=1_000, theories=None, inputs=None, **parts):
    """A whole case as a dict: ``people`` members unless it is None and ``class_size`` says how many."""
    made = {
        "title": "Small v. Case",
        "docket": "Made up for a test",
        "hypothetical": True,
        "disposition": "Never filed",
        "class_size": {"people": "people"},
        "theories": theories,
        "inputs": {**({"people": number("people", people)} if people is not None else {}), **(inputs or {})},
    }
    return {**made, **parts}


def written(path, **parts):
    """The path of a file that such a case is written to."""
    path.write_text(yaml.dump(content(**parts), Dumper=_Plain, sort_keys=False), encoding="utf-8")
    return path


def small(tmp_path, **parts):
    """The same, written to a file and loaded."""
    return damages.load(written(tmp_path / "small.yaml", **parts))


def lines(tmp_path, settings=None, **parts):
    """The lines of such a case at base values when the class wins, with some settings."""
    path = written(tmp_path / "small.yaml", **parts)
    return damages.estimate(damages.load(path, settings=settings or {})).lines


def judgments(tmp_path, **parts):
    """The distinct judgments of such a case at base values, each with its chance: {USD: chance}."""
    estimate, found = damages.estimate(small(tmp_path, **parts)), {}
    for path, usd in zip(estimate.paths, estimate.path_judgments, strict=True):
        found[round(usd, 6)] = found.get(round(usd, 6), 0.0) + path.chance
    return found


def lognormals(tmp_path, **inputs):
    """People × months × price, all of it lost."""
    made = {
        "people": number("people", {"lognormal": {"median": 10_000, "sd_log": 0.3}}),
        "months": number("months", {"lognormal": {"median": 10, "sd_log": 0.4}}),
        "price": number("usd_per_month", {"lognormal": {"median": 20, "sd_log": 0.5}}),
        "lost": number("share", 1.0),
    }
    contract = theory(
        "subscription_value",
        price="price",
        months="months",
        share_lost="lost",
        needs=["won"] if "won" in inputs else [],
    )
    return small(tmp_path, theories={"contract": contract}, inputs=made | inputs)


def apart(tree):
    """The same dict with nothing in it twice: a case file writes every source out."""
    if isinstance(tree, dict):
        return {key: apart(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [apart(value) for value in tree]
    return datetime.date.fromordinal(tree.toordinal()) if isinstance(tree, datetime.date) else tree
