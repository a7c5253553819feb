"""A case file, what it extends, and what is set on the command line → one checked `Case`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from damages.case.authorities import Authority, authorities
from damages.case.characters import clipped
from damages.case.check import checked_case
from damages.case.implied import add_implied_inputs
from damages.case.merge import is_scenario, merged, override_input, override_part, read_settings
from damages.case.places import NAME_OF_FILE, ROOT, beside, cannot_be, find, outside_allowed, shown
from damages.case.problems import CaseError, Problem, did_you_mean
from damages.case.read import Tree, read_tree
from damages.case.schema import Case
from damages.case.statutes import Statute, registry

__all__ = ["ROOT", "find", "load", "read_settings", "scenario_file", "scenarios", "start_case"]
NOT_CASES = ("statutes", "authorities")  # the other files of params/


def the_registry() -> dict[str, Statute]:
    """The registry of statutory damages that comes with the project."""
    return registry(ROOT / "params" / "statutes.yaml")


def the_authorities() -> tuple[Authority, ...]:
    """The list of authorities that comes with the project."""
    return authorities(ROOT / "params" / "authorities.yaml")


def load(
    case: str | Path,
    scenario: str = "",
    overrides: Mapping[str, Any] | Iterable[str] = (),
    outside: bool = False,
) -> Case:
    """The case in a file, under a scenario, with overrides, checked.

    Parameters
    ----------
    case : path of a case file or of a scenario file
    scenario : name or path of a scenario: ``plaintiff`` means ``params/scenarios/<case>_plaintiff.yaml``
    overrides : ``{"claims_rate": 0.08}`` or ``["claims_rate=0.08", "certified=yes"]``
    outside : whether the case may name files outside its own folder and the project

    Raises
    ------
    CaseError, with every problem found
    """
    with outside_allowed(outside):
        return _loaded(find(case), str(case), scenario, overrides)


def _loaded(path: Path, named: str, scenario: str, overrides: Mapping[str, Any] | Iterable[str]) -> Case:
    if not path.exists():
        known = {file.stem: shown(file) for file in (ROOT / "params").glob("*.yaml") if file.stem not in NOT_CASES}
        near = [f" Did you mean {known[stem]}?" for stem in get_close_matches(path.stem, known, n=1)]
        raise _refusal(named, f"does not exist.{near[0] if near else did_you_mean('', known.values())}")
    problems: list[Problem] = []
    homes = (path.parent,)
    trees = _chain(path, named, (), homes, problems)
    if scenario:
        scenario_path = scenario_file(path, scenario)
        problems = []
        added = _chain(scenario_path, shown(scenario_path), (), (*homes, scenario_path.parent), problems)
        if trees[-1].sha256 not in {tree.sha256 for tree in added} or is_scenario(trees[-1]):
            raise _refusal(shown(scenario_path), f"does not extend {shown(path)}.")
        trees = added
    whole = merged(trees, problems)
    statutes = the_registry()
    settings = read_settings(overrides)
    for name, value in settings.items():
        if "." in name:  # a part of the case, from which inputs may follow
            override_part(whole, name, value)
    problems += add_implied_inputs(whole, statutes, path.parent)
    for name, value in settings.items():
        if "." not in name:
            override_input(whole, name, value)

    last = trees[-1]
    own = last.content if is_scenario(last) else {}
    case_tree = next(tree for tree in reversed(trees) if not is_scenario(tree))
    return checked_case(
        whole,
        folder=path.parent,
        statutes=statutes,
        problems=problems,
        name=Path(case_tree.file).stem,
        scenario=Path(last.file).stem if own else "",
        scenario_title=str(own.get("title", "")),
        scenario_why=str(own.get("why", "")),
        files={Path(tree.file).name: tree.sha256 for tree in trees},
        overrides={name: str(value) for name, value in settings.items()},
        places=whole.lines,
    )


def scenario_file(case_path: Path, scenario: str) -> Path:
    """The file of a scenario given by name or by path."""
    if scenario.endswith((".yaml", ".yml")):
        return find(scenario)
    wrong = cannot_be(f"{case_path.stem}_{scenario}")
    if wrong:
        raise _refusal(shown(case_path), f"has no scenario '{clipped(scenario)}': it {wrong}")
    folder = case_path.parent / "scenarios"
    for stem in (f"{case_path.stem}_{scenario}", scenario):
        if (folder / f"{stem}.yaml").is_file():
            return folder / f"{stem}.yaml"
    new = f" Write one as {shown(folder / f'{case_path.stem}_{scenario}.yaml')}; params/README.md shows how."
    near = did_you_mean(scenario, scenarios(case_path)) or new
    raise _refusal(shown(case_path), f"has no scenario '{scenario}'.{near}")


def scenarios(case: str | Path) -> list[str]:
    """The short names of a case's scenarios, in order."""
    path = find(case)
    return sorted(
        file.stem.removeprefix(f"{path.stem}_") for file in (path.parent / "scenarios").glob(f"{path.stem}_*.yaml")
    )


def start_case(name: str) -> Path:
    """A new case file from the template; its path.

    Raises
    ------
    CaseError : a name that is not one, or that is taken
    """
    if not re.fullmatch(NAME_OF_FILE, name):
        raise _refusal(
            clipped(name),
            "is not a name for a case: small letters, digits and _, a letter first, such as acme_2026; at most 60.",
        )
    path = ROOT / "params" / f"{name}.yaml"
    if path.exists():
        raise _refusal(shown(path), "already exists. Choose another name.")
    path.write_bytes((ROOT / "params" / "template.yaml").read_bytes())
    return path


def _refusal(file: str, sentence: str) -> CaseError:
    return CaseError(file, [Problem(file, "", sentence)])


def _chain(
    path: Path, shown_as: str, behind: tuple[Path, ...], homes: tuple[Path, ...], problems: list[Problem]
) -> list[Tree]:
    """The file and all it extends, the first ancestor first; what is wrong with their text is added to ``problems``."""
    if path.resolve() in behind:
        names = " → ".join(shown(step) for step in (*behind, path.resolve()))
        raise _refusal(shown_as, f"extends itself: {names}.")
    found: list[Problem] = []
    tree = read_tree(path, shown_as, found)
    tree = replace(tree, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    base = tree.content.get("extends")
    if base is None:
        problems += found
        return [tree]

    def refuse(key: str, sentence: str) -> CaseError:
        return CaseError(shown_as, [*found, Problem(tree.place((key,)), key, sentence)])

    if not isinstance(base, str):
        raise refuse("extends", "must be the path of a file, beside this one.")
    try:
        base_path = beside(base, path.parent, *homes)
    except ValueError as error:
        raise refuse("extends", str(error)) from None
    if not base_path.is_file():
        raise refuse("extends", f"'{base}' does not exist beside {shown_as}.")
    if is_scenario(tree):
        for key in ("title", "why"):
            if not isinstance(tree.content.get(key), str) or not tree.content[key].strip():
                raise refuse(key, "is missing: a scenario says what it is (title) and why (why).")
    above = _chain(base_path, shown(base_path.resolve()), (*behind, path.resolve()), homes, problems)
    problems += found
    return [*above, tree]
