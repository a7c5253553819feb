"""Plain values → YAML text, and a scenario saved: checked by the reader before it takes its place."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from damages.case.derived import implied_names, names_from_dates
from damages.case.load import find, load, scenario_file
from damages.case.schema import Case
from damages.characters import capital, clipped, refused
from damages.errors import CaseError, Problem
from damages.files import whole
from damages.project import project, shipped
from damages.reader.numerals import plain_number
from damages.reader.places import NAME_OF_FILE


def written(value: Any) -> str:
    """A value on one line, as a case file or ``--set`` writes it.

    >>> written({"low": 0.2, "likely": 0.3, "high": 1_000_000.0}), written("no"), written([1, 2.5]), written(True)
    ('{low: 0.2, likely: 0.3, high: 1_000_000}', '"no"', '[1, 2.5]', 'true')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return plain_number(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)}: {written(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(written(inner) for inner in value) + "]"
    return json.dumps(str(value), ensure_ascii=False)


def _key(key: Any) -> str:
    return str(key) if re.fullmatch(r"[A-Za-z_][\w]*|[0-9][0-9._-]*", str(key)) else json.dumps(str(key))


def scenario_text(
    case: Case, changed: Mapping[str, Any], title: str, why: str, extends: str, schema: str = "../scenario.schema.json"
) -> str:
    """A sparse scenario file: only what ``changed`` says, input by input.

    Parameters
    ----------
    case : the case that is changed, from which an input that follows from its other parts takes its words
    changed : input → its new value, chance or option
    extends : the file it is laid over, beside the scenario
    """
    lines = [f"# yaml-language-server: $schema={schema}", f"extends: {extends}"]
    lines += [f"title: {written(title)}", f"why: {written(why)}"]
    dropped = {name: changed[f"{name}_pleaded"] for name in case.theories if f"{name}_pleaded" in changed}
    if dropped:
        lines += ["theories:", *(f"  {name}: {{pleaded: {written(said == 'yes')}}}" for name, said in dropped.items())]
    numbers = {name: value for name, value in changed.items() if name.removesuffix("_pleaded") not in dropped}
    if numbers:
        lines += ["inputs:"]
    follows = names_from_dates(case) | {name for theory in case.theories for name in implied_names(theory)}
    for name, value in numbers.items():
        given = case.inputs[name]
        lines.append(f"  {name}:")
        if name in follows:  # not in the file that is extended, so it is written out
            source = {"kind": "assumption", "cite": f"{title}: {why}"}
            lines += [f"    label: {written(given.label)}", f"    role: {given.role}", f"    unit: {given.unit}"]
            lines += [f"    source: {written(source)}"]
        lines.append(f"    {'chance' if given.role == 'question' else 'value'}: {written(value)}")
    return "\n".join(lines) + "\n"


def save_scenario(
    case: Case, case_file: str | Path, changed: Mapping[str, Any], name: str, why: str, replace: bool = False
) -> Path:
    """Write ``params/scenarios/<case>_<name>.yaml``, once the reader has accepted it; returns its path.

    Raises
    ------
    CaseError : a name that is not one or is taken, no reason, nothing that differs, or text that does not check
    """
    path = find(case_file)
    name, why = name.strip().removeprefix(f"{path.stem}_"), " ".join(why.split())
    target = path.parent / "scenarios" / f"{path.stem}_{name}.yaml"

    def refuse(sentence: str) -> CaseError:
        return CaseError(clipped(target.name), [Problem("", "", sentence)])

    if not re.fullmatch(NAME_OF_FILE, name):
        raise refuse(
            f"'{clipped(name)}' is not a name: small letters, digits and _, a letter first, "
            "such as fewer_members. At most 60 characters."
        )
    if not why:
        raise refuse("gives no reason. It is the source of every value that the scenario changes: one sentence.")
    if refused(why) or len(why) > 1_000:
        raise refuse("gives a reason that is too long, or holds characters that cannot be printed. One plain sentence.")
    if not changed:
        raise refuse("would change nothing. Change an input first.")
    if target.exists() and not replace:
        raise refuse("already exists. Allow it to be replaced, or choose another name.")
    if path.resolve().is_relative_to(shipped().resolve()) and project() != shipped():
        raise refuse(f"would be written beside {path.name}, which belongs to the library. Copy it into params/ first.")
    if case.scenario == target.stem:
        raise refuse("is the scenario these settings start from, and cannot extend itself. Choose another name.")
    base = scenario_file(path, case.scenario).name if case.scenario else f"../{path.name}"
    target.parent.mkdir(exist_ok=True)
    with whole(target) as part:
        part.write_text(scenario_text(case, changed, _title(name), why, base), encoding="utf-8")
        load(path, str(part))
    return target


def _title(name: str) -> str:
    words = name.replace("_", " ")
    return capital(words)
