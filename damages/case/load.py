"""A case file, what it extends, and what is set on the command line → one checked `Case`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from damages.case.check import checked_case
from damages.case.derived import add_implied_inputs
from damages.case.merge import is_scenario, merged, override_input, override_part, read_settings
from damages.case.schema import Case
from damages.characters import clipped
from damages.errors import CaseError, Problem, did_you_mean
from damages.files import sha256
from damages.law.authorities import Authority, authorities, read_authorities
from damages.law.statutes import Statute, read_registry, registry
from damages.project import files, of_project, shipped
from damages.reader.places import beside, cannot_be, find, outside_allowed, shown
from damages.reader.read import Tree, as_text, read_text, read_tree

__all__ = ["find", "load", "read_settings", "scenario_file", "scenarios"]
NOT_CASES = ("statutes", "authorities")  # the other files of params/


def the_registry() -> dict[str, Statute]:
    """The statutes of the library, and those of the project's own ``params/statutes.yaml``, which win."""
    own = of_project("params", "statutes.yaml")
    return {**registry(shipped("params", "statutes.yaml")), **(read_registry(own) if own else {})}


def of_the_project() -> list[str]:
    """A sentence on the statutes that the project's own file adds or replaces; none where it has no such file."""
    own = of_project("params", "statutes.yaml")
    if own is None:
        return []
    ours, theirs = registry(shipped("params", "statutes.yaml")), read_registry(own)
    said = {
        "added": [name for name in theirs if name not in ours],
        "used instead of the library's": [name for name in theirs if name in ours and theirs[name] != ours[name]],
    }
    words = [f"{', '.join(names)} ({what})" for what, names in said.items() if names]
    return [f"From this project's {shown(own)}: {'; '.join(words)}."] if words else []


def the_authorities() -> tuple[Authority, ...]:
    """The authorities of the library, and those of the project's own ``params/authorities.yaml``, which win."""
    own = of_project("params", "authorities.yaml")
    listed = (*authorities(shipped("params", "authorities.yaml")), *(read_authorities(own) if own else ()))
    return tuple({authority.cite: authority for authority in listed}.values())


def case_files() -> list[Path]:
    """The cases in ``params/`` of the project and of the library."""
    return [path for path in files("params", "*.yaml").values() if path.stem not in NOT_CASES]


def load(
    case: str | Path | Mapping[str, Any],
    scenario: str = "",
    settings: Mapping[str, Any] | Iterable[str] = (),
    outside: bool = False,
) -> Case:
    """The case in a file, under a scenario, with settings, checked: as `damages.engine.sound.load` says, its lines not tried.

    Raises
    ------
    CaseError : with every problem found
    """
    with outside_allowed(outside):
        if isinstance(case, Mapping):
            return _loaded(Path("case.yaml").resolve(), IN_MEMORY, scenario, settings, as_text(case, IN_MEMORY))
        return _loaded(find(case), str(case), scenario, settings)


IN_MEMORY = "case"  # the name of a case given as a dict


def _loaded(
    path: Path, named: str, scenario: str, settings: Mapping[str, Any] | Iterable[str], text: str | None = None
) -> Case:
    if text is None and not path.exists():
        known = {file.stem: shown(file) for file in case_files()}
        near = [f" Did you mean {known[stem]}?" for stem in get_close_matches(path.stem, known, n=1)]
        raise _refusal(named, f"does not exist.{near[0] if near else did_you_mean('', known.values())}")
    problems: list[Problem] = []
    homes = (path.parent,)
    trees = _chain(path, named, (), homes, problems, text)
    if scenario:
        scenario_path = scenario_file(path, scenario)
        problems = []
        added = _chain(scenario_path, shown(scenario_path), (), (*homes, scenario_path.parent), problems)
        if trees[-1].sha256 not in {tree.sha256 for tree in added} or is_scenario(trees[-1]):
            raise _refusal(shown(scenario_path), f"does not extend {shown(path)}.")
        trees = added
    whole = merged(trees, problems)
    whole = replace(whole, defaults=_left_as_offered(trees))
    statutes = the_registry()
    settings = read_settings(settings)
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
        files={Path(tree.file).name: tree.sha256 for tree in trees} | _own_law(),
        settings={name: str(value) for name, value in settings.items()},
        places=whole.lines,
    )


def _is_file(path: Path) -> bool:
    """Whether there is such a file; a name that no file can have is of none."""
    try:
        return path.is_file()
    except OSError:
        return False


def _left_as_offered(trees: list[Tree]) -> frozenset[str]:
    """The inputs of files of defaults that no other file writes too."""
    own = [tree.content.get("inputs") for tree in trees if not tree.defaults]
    written = {str(name) for inputs in own if isinstance(inputs, dict) for name in inputs}
    return frozenset[str]().union(*(tree.defaults for tree in trees)) - written


def _own_law() -> dict[str, str]:
    """The project's own statutes, where it has any, with their SHA-256: figures follow from them too."""
    own = of_project("params", "statutes.yaml")
    return {own.name: sha256(own)} if own else {}


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
    """The short names of a case's scenarios, in order.

    >>> import damages
    >>> damages.scenarios("params/linkedin.yaml")
    ['defence', 'mediator', 'per_message', 'plaintiff']
    """
    path = find(case)
    return sorted(
        file.stem.removeprefix(f"{path.stem}_") for file in (path.parent / "scenarios").glob(f"{path.stem}_*.yaml")
    )


def _refusal(file: str, sentence: str) -> CaseError:
    return CaseError(file, [Problem(file, "", sentence)])


def _chain(
    path: Path,
    shown_as: str,
    behind: tuple[Path, ...],
    homes: tuple[Path, ...],
    problems: list[Problem],
    text: str | None = None,
) -> list[Tree]:
    """The file and all it extends, the first ancestor first; what is wrong with their text is added to ``problems``."""
    if path.resolve() in behind:
        names = " → ".join(shown(step) for step in (*behind, path.resolve()))
        raise _refusal(shown_as, f"extends itself: {names}.")
    found: list[Problem] = []
    tree = read_tree(path, shown_as, found) if text is None else read_text(text, shown_as)
    content = path.read_bytes() if text is None else text.encode()
    inputs = tree.content.get("inputs")
    offered = frozenset(inputs) if path.parent.name == "shared" and isinstance(inputs, dict) else frozenset[str]()
    tree = replace(tree, sha256=sha256(content), defaults=offered)
    if "extends" not in tree.content:
        problems += found
        return [tree]
    base = tree.content["extends"]

    def refuse(key: str, sentence: str) -> CaseError:
        return CaseError(shown_as, [*found, Problem(tree.place((key,)), key, sentence)])

    if not isinstance(base, str):
        raise refuse(
            "extends", "must be the path of a file, beside this one; leave it out of a case that extends none."
        )
    try:
        base_path = beside(base, path.parent, *homes)
    except ValueError as error:
        raise refuse("extends", str(error)) from None
    if not _is_file(base_path):
        raise refuse("extends", f"'{base}' does not exist beside {shown_as}.")
    if is_scenario(tree):
        for key in ("title", "why"):
            if not isinstance(tree.content.get(key), str) or not tree.content[key].strip():
                raise refuse(key, "is missing: a scenario says what it is (title) and why (why).")
    above = _chain(base_path, shown(base_path.resolve()), (*behind, path.resolve()), homes, problems)
    problems += found
    return [*above, tree]
