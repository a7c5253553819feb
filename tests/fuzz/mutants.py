"""Shipped case files with something wrong or extreme in them, each the same for a seed and a number.

A mutant is a whole file, mutated as a tree (keys, types, values, dates, units, shapes, references, structure, size) or as
text (characters, lines, indentation), or a sound file with one setting of the command line or of Python.
"""

from __future__ import annotations

import copy
import datetime
import decimal
import random
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from damages.reader.read import read_tree
from damages.reader.units import UNITS
from fuzz.sizes import enlarged
from fuzz.trees import inputs_of, is_number, place_in, slots_of

ROOT = Path(__file__).resolve().parents[2]
BASES = (  # in the order in which they are drawn most often: small files are quick
    *sorted(path for path in (ROOT / "params" / "judgments").glob("*.yaml")),
    *(ROOT / "params" / f"{name}.yaml" for name in ("template", "bnsf", "linkedin_2015", "linkedin") for _ in range(3)),
    *sorted((ROOT / "params" / "scenarios").glob("*.yaml")),
    *(ROOT / "tests" / "cases" / f"{name}.yaml" for name in ("good", "decision", "rules") for _ in range(6)),
)
QUICK = tuple(base for base in BASES if "linkedin" not in base.name and base.name != "rules.yaml") + BASES[-1:]
EXTREMES = (
    0,
    -1,
    1,
    2,
    1e-300,
    1e-12,
    1e-6,
    1e6,
    1e12,
    1e15,
    10**18,
    10**19,
    1e200,
    1e308,
    -1e308,
    0.5,
    1 - 1e-16,
    100,
)
WORDS = (
    *("", " ", "yes", "no", "true", "null", "~", "1e6", "5%", "$5", "1,000", "0x10", "010", "=1+1", "nan", ".inf", "#"),
    *(
        "非会員",
        "한국어",
        "ไทย",
        "🙂👩‍👩‍👧",
        "עברית",
        "é" * 40,
        "a" * 5_000,
        "\u202e",
        "\u0000",
        "\x1b]0;x\x07",
        "\ufffe",
        "\ud7ff",
    ),
    *(
        "{",
        "[",
        ": x",
        "- x",
        "'",
        '"',
        "*x",
        "&x",
        "!!python/x",
        "line\nbreak",
        "tab\tx",
        "../../x.csv",
        "~nouser/x",
        "$x$",
    ),
)
DAYS = ("0001-01-01", "9999-12-31", "1899-12-31", "1900-01-01", "2100-12-31", "2101-01-01", "2024-02-29", "2023-06-15")
CODES = {
    "unit": tuple(UNITS),
    "role": ("fact", "uncertain", "question", "choice"),
    "favours": ("yes", "no"),
    "measure": ("statutory", "lump_sum", "per_unit", "profits", "restitution", "subscription_value"),
    "statute": ("tcpa", "sca", "fcra", "vppa"),
    "kind": ("assumption", "simple", "compound", "pro_rata", "claims_made", "revenue", "lists", "opinion"),
}
KEYS = (
    "value",
    "chance",
    "unit",
    "role",
    "low",
    "likely",
    "high",
    "inputs",
    "theories",
    "source",
    "needs",
    "extends",
    "given",
)


class Mutant(NamedTuple):
    """What is done to which file: its new text, or settings; ``extends`` stays beside it, so it is put in the same folder."""

    number: int
    kind: str
    base: Path
    text: str
    settings: Any = ()


def mutant(seed: int, number: int, bases: Sequence[Path] = BASES) -> Mutant:
    """The mutant of a number, of one of several files."""
    rng = random.Random(f"{seed}:{number}")
    base = rng.choice(bases)
    kind = rng.choice([*TREES, *TREES, "raw", "raw", "setting", "python"])
    text = base.read_text(encoding="utf-8")
    if kind == "raw":
        return Mutant(number, kind, base, _raw(rng, text))
    if kind in ("setting", "python"):
        return Mutant(number, kind, base, text, _settings(rng, base, kind))
    content = copy.deepcopy(_content(base))
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        TREES[kind](rng, content)
    return Mutant(number, kind, base, _written(content))


@cache
def _content(base: Path) -> dict[str, Any]:
    return read_tree(base, base.name).content


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Numbers in plain digits and nothing twice, as a case file is written."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(
    float, lambda dumper, x: dumper.represent_scalar("tag:yaml.org,2002:float", format(decimal.Decimal(repr(x)), "f"))
)


def _written(content: Any) -> str:
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=200)


# --- What is done to a tree -------------------------------------------------------------------


def _key(rng: random.Random, content: Any) -> None:
    part, key = place_in(rng, content, lambda key, _: isinstance(key, str))
    if not isinstance(part, dict):
        return
    value = part.pop(key)
    new = rng.choice(
        [None, key[:-1], key + "s", key.upper(), key * 30, rng.choice(KEYS), rng.choice(WORDS), rng.randrange(99)]
    )
    if new is not None:
        part[new] = value


def _type(rng: random.Random, content: Any) -> None:
    part, key = place_in(rng, content, lambda *_: True)
    value = part[key]
    part[key] = rng.choice(
        [None, True, 3, 0.25, "text", [], {}, [value], {"x": value}, [value, value], datetime.date(2024, 1, 1), [[[]]]]
    )


def _value(rng: random.Random, content: Any) -> None:
    part, key = place_in(rng, content, lambda _, value: is_number(value))
    part[key] = _number(rng, part[key] if is_number(part[key]) else 1.0)


def _number(rng: random.Random, near: float) -> float:
    """A number near another, or far from everything."""
    if rng.random() < 0.2:
        return rng.choice(EXTREMES)
    found = near * rng.choice((-1.0, 0.0, 0.1, 0.5, 0.999999, 2.0, 10.0, 100.0, 1e4, 1e-4)) + rng.choice(
        (0.0, 0.0, 1e-9, 1.0)
    )
    return int(found) if rng.random() < 0.3 and abs(found) < 1e18 else float(found)


def _text(rng: random.Random, content: Any) -> None:
    part, key = place_in(rng, content, lambda _, value: isinstance(value, str))
    part[key] = rng.choice([rng.choice(WORDS), f"{part[key]}{rng.choice(WORDS)}", rng.choice(WORDS) * 20])


def _date(rng: random.Random, content: Any) -> None:
    part, key = place_in(rng, content, lambda _, value: isinstance(value, datetime.date))
    if not isinstance(part[key], datetime.date):
        _value(rng, content)
        return
    day = rng.choice(DAYS)
    odd = rng.random() < 0.2
    part[key] = rng.choice([day, 2024, "2024-13-01", [day]]) if odd else datetime.date.fromisoformat(day)


def _unit(rng: random.Random, content: Any) -> None:
    part, key = place_in(rng, content, lambda key, _: key in CODES)
    part[key] = rng.choice(CODES.get(key, ("x",)) if rng.random() < 0.9 else ("x", *UNITS))


def _shape(rng: random.Random, content: Any) -> None:
    numbers = [given for given in inputs_of(content).values() if given.get("role") in ("fact", "uncertain")]
    given = rng.choice(numbers or [{}])
    given["value"] = _spec(rng, given.get("value"))
    if rng.random() < 0.8:
        given["role"] = "uncertain"


def _spec(rng: random.Random, value: Any, depth: int = 0) -> Any:
    """A shape around a value, well written most of the time."""
    numbers = [part[key] for part, key in slots_of([value]) if is_number(part[key])] or [0.3]
    a, b, c = sorted(_number(rng, rng.choice(numbers)) for _ in range(3))
    chance = rng.choice((0.0, 1e-300, 1e-9, 0.3, 1.0))
    form = rng.choice(("pert", "uniform", "triangular", "between", "beta", "normal", "lognormal", "logit_normal", "gamma",
                       "mixture", "zero_or", "choices", "sampled", "dated", "sample", "fit", "by group"))  # fmt: skip
    inner: Any = {
        "pert": {"low": a, "likely": b, "high": c},
        "triangular": {"low": a, "likely": b, "high": c},
        "beta": [_number(rng, 2.0), _number(rng, 5.0)],
        "normal": {"mean": b, "sd": _number(rng, c - a)},
        "lognormal": {"median": b, "sd_log": _number(rng, 0.5)},
        "logit_normal": {"median": b, "sd_logit": _number(rng, 0.5)},
        "gamma": {"mean": b, "sd": _number(rng, abs(b) / 2)},
        "choices": {str(a): 0.25, str(b): 0.25, str(c): 0.5},
        "sampled": {"yes": _number(rng, 30), "of": _number(rng, 100)},
        "dated": {rng.choice(DAYS): a, rng.choice(DAYS): b, "2000-01-01": c},
        "sample": rng.choice(("rates.csv", "/etc/passwd", "", "../x.csv")),
        "fit": {"file": "rates.csv", "shape": rng.choice(("normal", "lognormal", "gamma", "beta", "x"))},
    }.get(form, [a, c])
    if form in ("mixture", "zero_or") and depth < 2:
        parts = [_spec(rng, value, depth + 1) for _ in range(rng.choice((2, 2, 3, 30)))]
        if form == "zero_or":
            return {form: {"chance_of_zero": chance, "value": parts[0]}}
        return {form: [{"weight": 1.0 / len(parts), "value": part} for part in parts]}
    if form == "by group":
        return {"all": b, "basic": a, "plus": c}
    return inner if form == "pert" else {form: inner}


def _chance(rng: random.Random, content: Any) -> None:
    asked = {name: given for name, given in inputs_of(content).items() if given.get("role") == "question"}
    given = rng.choice(list(asked.values())) if asked else {}
    other = rng.choice([*asked, "x"])
    given["chance"] = rng.choice([_number(rng, 0.5), 0, 1, {"given": other, "yes": _number(rng, 0.5), "no": 0.5},
                                  {"given": other, "yes": {"given": other, "yes": 1, "no": 0}, "no": 0.5}])  # fmt: skip


def _reference(rng: random.Random, content: Any) -> None:
    names = [*inputs_of(content), *content.get("theories", ())] if isinstance(content.get("theories"), dict) else []
    part, key = place_in(rng, content, lambda _, value: isinstance(value, str) and value in names)
    part[key] = rng.choice([*names, "x"])


def _structure(rng: random.Random, content: Any) -> None:
    part, key = place_in(rng, content, lambda _, value: isinstance(value, dict | list))
    other, place = place_in(rng, content, lambda _, value: isinstance(value, dict | list))
    moved = copy.deepcopy(other[place])
    what = rng.random()
    if what < 0.35:
        del part[key]
    elif what < 0.7:
        part[key] = moved
    elif isinstance(part, dict):
        part[f"{key}_2"] = moved
    else:
        part.append(moved)


TREES: dict[str, Callable[[random.Random, Any], None]] = {
    "key": _key,
    "type": _type,
    "value": _value,
    "text": _text,
    "date": _date,
    "unit": _unit,
    "shape": _shape,
    "chance": _chance,
    "reference": _reference,
    "structure": _structure,
    "size": enlarged,
}


# --- Text and settings ------------------------------------------------------------------------


def _raw(rng: random.Random, text: str) -> str:
    """The text of a file with characters, lines or indentation changed."""
    lines = text.split("\n")
    for _ in range(rng.choice((1, 1, 2, 5))):
        at = rng.randrange(len(lines))
        line, place = lines[at], rng.randrange(len(lines[at]) + 1)
        lines[at] = rng.choice([
            line[:place] + rng.choice(WORDS) + line[place:],
            line[:place] + line[place + 1 :],
            line[:place],
            " " * rng.randrange(1, 4) + line,
            line.lstrip(),
            "\t" + line,
            line.replace(":", "", 1),
            line.replace(" ", "", 1),
            line + "\n" + line,
            rng.choice(lines),
            "",
        ])  # fmt: skip
    return "\n".join(lines)[: rng.choice((None, None, None, len(text) // 2))]


def _settings(rng: random.Random, base: Path, kind: str) -> Any:
    """Settings as the command line writes them, or as Python hands them over."""
    inputs = inputs_of(_content(base))
    name = rng.choice(
        [
            *inputs,
            *inputs,
            *inputs,
            "x",
            "settlement.fund",
            "judgment",
            "theories.x",
            "class_period.end",
            "theories",
            "inputs",
        ]
    )
    value = inputs.get(name, {}).get("value")
    if kind == "setting":
        spec = _spec(rng, value)
        written = yaml.dump(spec, Dumper=_Dumper, default_flow_style=True, width=10_000).removesuffix("\n...\n").strip()
        plain = format(decimal.Decimal(repr(_number(rng, value if is_number(value) else 0.5))), "f")
        return [f"{name}={rng.choice([written, written, plain, plain, rng.choice(WORDS), 'yes', 'no'])}"]
    return {
        name: rng.choice([float("nan"), float("inf"), 10**400, -1, None, [], {}, object(), b"x", 1j, _spec(rng, value)])
    }
