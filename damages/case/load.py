"""A case file, what it extends, and what is set on the command line → one checked `Case`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from damages.case.authorities import Authority, authorities
from damages.case.check import checked_case
from damages.case.implied import add_implied_inputs
from damages.case.problems import CaseError, Problem, did_you_mean
from damages.case.read import Place, Tree, read_tree, read_value
from damages.case.schema import Case
from damages.case.statutes import Statute, registry

ROOT = Path(__file__).resolve().parents[2]
NOT_CASES = ("statutes", "authorities")  # the other files of params/
REPLACED_WHOLE = {"value", "chance", "source", "options"}  # an override of these never mixes with what it overrides


def the_registry() -> dict[str, Statute]:
    """The registry of statutory damages that comes with the project."""
    return registry(ROOT / "params" / "statutes.yaml")


def the_authorities() -> tuple[Authority, ...]:
    """The list of authorities that comes with the project."""
    return authorities(ROOT / "params" / "authorities.yaml")


def find(name: str | Path) -> Path:
    """The file or folder of that name, looked for from here upwards and then in the project.

    So ``params/linkedin.yaml`` means the same from the project's root, from ``notebooks/`` and
    from a test's temporary folder.
    """
    path = Path(name).expanduser()
    if path.is_absolute():
        return path
    for folder in (Path.cwd(), *Path.cwd().parents, ROOT):
        if (folder / path).exists():
            return folder / path
    return path


def load(case: str | Path, scenario: str = "", overrides: Mapping[str, Any] | Iterable[str] = ()) -> Case:
    """The case in a file, under a scenario, with overrides, checked.

    Parameters
    ----------
    case : path of a case file or of a scenario file
    scenario : name or path of a scenario: ``plaintiff`` means ``params/scenarios/<case>_plaintiff.yaml``
    overrides : ``{"claims_rate": 0.08}`` or ``["claims_rate=0.08", "certified=yes"]``

    Raises
    ------
    CaseError, with every problem found
    """
    path = find(case)
    if not path.exists():
        known = {file.stem: _shown(file) for file in (ROOT / "params").glob("*.yaml") if file.stem not in NOT_CASES}
        near = [f" Did you mean {known[stem]}?" for stem in get_close_matches(path.stem, known, n=1)]
        raise _refusal(str(case), f"does not exist.{near[0] if near else did_you_mean('', known.values())}")
    trees = _chain(path, str(case), ())
    if scenario:
        scenario_path = scenario_file(path, scenario)
        added = _chain(scenario_path, _shown(scenario_path), ())
        if trees[-1].sha256 not in {tree.sha256 for tree in added} or _is_scenario(trees[-1]):
            raise _refusal(_shown(scenario_path), f"does not extend {_shown(path)}.")
        trees = added
    merged = _merge(trees)
    statutes = the_registry()
    settings = read_settings(overrides)
    for name, value in settings.items():
        if "." in name:  # a part of the case, from which inputs may follow
            _override_part(merged, name, value)
    problems = add_implied_inputs(merged, statutes, path.parent)
    for name, value in settings.items():
        if "." not in name:
            _override_input(merged, name, value)

    last = trees[-1]
    own = last.content if _is_scenario(last) else {}
    case_tree = next(tree for tree in reversed(trees) if not _is_scenario(tree))
    return checked_case(
        merged,
        folder=path.parent,
        statutes=statutes,
        problems=problems,
        name=Path(case_tree.file).stem,
        scenario=Path(last.file).stem if own else "",
        scenario_title=str(own.get("title", "")),
        scenario_why=str(own.get("why", "")),
        files={Path(tree.file).name: tree.sha256 for tree in trees},
        overrides={name: str(value) for name, value in settings.items()},
        places=merged.lines,
    )


def scenario_file(case_path: Path, scenario: str) -> Path:
    """The file of a scenario given by name or by path."""
    if scenario.endswith((".yaml", ".yml")):
        return find(scenario)
    folder = case_path.parent / "scenarios"
    for stem in (f"{case_path.stem}_{scenario}", scenario):
        if (folder / f"{stem}.yaml").is_file():
            return folder / f"{stem}.yaml"
    new = f" Write one as {_shown(folder / f'{case_path.stem}_{scenario}.yaml')}; params/README.md shows how."
    near = did_you_mean(scenario, scenarios(case_path)) or new
    raise _refusal(_shown(case_path), f"has no scenario '{scenario}'.{near}")


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
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise _refusal(
            name, "is not a name for a case: small letters, digits and _, a letter first, such as acme_2026."
        )
    path = ROOT / "params" / f"{name}.yaml"
    if path.exists():
        raise _refusal(_shown(path), "is there already. Choose another name.")
    path.write_bytes((ROOT / "params" / "template.yaml").read_bytes())
    return path


def _refusal(file: str, sentence: str) -> CaseError:
    return CaseError(file, [Problem(file, "", sentence)])


def _shown(path: Path) -> str:
    for folder in (Path.cwd(), ROOT):
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return path.name


def _is_scenario(tree: Tree) -> bool:
    return "extends" in tree.content and "why" in tree.content


def _chain(path: Path, shown_as: str, behind: tuple[Path, ...]) -> list[Tree]:
    """The file and all it extends, the first ancestor first."""
    if path.resolve() in behind:
        names = " → ".join(_shown(step) for step in (*behind, path.resolve()))
        raise _refusal(shown_as, f"extends itself: {names}.")
    tree = read_tree(path, shown_as)
    tree.sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    base = tree.content.get("extends")
    if base is None:
        return [tree]
    if not isinstance(base, str):
        raise CaseError(
            shown_as, [Problem(tree.place(("extends",)), "extends", "must be the path of a file, beside this one.")]
        )
    base_path = path.parent / base
    if not base_path.is_file():
        raise CaseError(
            shown_as, [Problem(tree.place(("extends",)), "extends", f"'{base}' does not exist beside {shown_as}.")]
        )
    if _is_scenario(tree) and not tree.content.get("title"):
        raise CaseError(
            shown_as,
            [Problem(tree.place(()), "title", "is missing: a scenario says what it is (title) and why (why).")],
        )
    return [*_chain(base_path, _shown(base_path.resolve()), (*behind, path.resolve())), tree]


def _merge(trees: list[Tree]) -> Tree:
    """One tree: each file laid over the one that it extends."""
    merged = Tree(trees[-1].file, {})
    problems: list[Problem] = []
    for tree in trees:
        content = {key: value for key, value in tree.content.items() if key != "extends"}
        if _is_scenario(tree):
            content = {key: value for key, value in content.items() if key not in ("title", "why")}
            content = _honest(content, merged, tree, problems)
        _lay(content, (), merged, tree)
    if problems:
        raise CaseError(trees[-1].file, problems)
    return merged


def _honest(content: dict[str, Any], merged: Tree, tree: Tree, problems: list[Problem]) -> dict[str, Any]:
    """A scenario's new values without the old values' sources: its reason is their source."""
    inputs = content.get("inputs")
    if not isinstance(inputs, dict):
        return content
    known = merged.content.get("inputs", {})
    honest = {}
    for name, given in inputs.items():
        if isinstance(given, dict) and name not in known and "label" not in given:
            place = tree.place(("inputs", name))
            problems.append(
                Problem(place, f"inputs.{name}", f"is not an input of the case it extends.{did_you_mean(name, known)}")
            )
        elif isinstance(given, dict) and given.keys() & {"value", "chance"} and "source" not in given and name in known:
            cite = f"{tree.content['title']}: {tree.content['why']}"
            honest[name] = {**given, "source": {"kind": "assumption", "cite": " ".join(cite.split())}}
        else:
            honest[name] = given
    return {**content, "inputs": honest}


def _lay(content: dict[str, Any], keys: Place, merged: Tree, tree: Tree) -> None:
    target = merged.content
    for key in keys:
        target = target[key]
    for key, value in content.items():
        here = (*keys, key)
        if isinstance(value, dict) and isinstance(target.get(key), dict) and key not in REPLACED_WHOLE:
            _lay(value, here, merged, tree)
        else:
            if key in target:
                merged.lines = {place: line for place, line in merged.lines.items() if place[: len(here)] != here}
            target[key] = _copy(value)
            merged.lines.update({place: line for place, line in tree.lines.items() if place[: len(here)] == here})
            merged.lines.setdefault(here, tree.place(here))


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_copy(inner) for inner in value]
    return value


def read_settings(overrides: Mapping[str, Any] | Iterable[str]) -> dict[str, Any]:
    """Overrides as name → value, each value as a case file would read it."""
    if isinstance(overrides, Mapping):
        return dict(overrides)
    settings = {}
    for text in overrides:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise _refusal("--set", f"'{text}' is written NAME=VALUE, such as claims_rate=0.08 or certified=yes.")
        settings[name.strip()] = read_value(value.strip())
    return settings


def _override_input(merged: Tree, name: str, value: Any) -> None:
    """Set one input as if the case file said so; its source is then the person who set it."""
    inputs = merged.content.get("inputs", {})
    given = inputs.get(name)
    if not isinstance(given, dict):
        raise _refusal("--set", f"{name} is not an input of this case.{did_you_mean(name, inputs)}")
    if given.get("role") == "question":
        given["chance"] = {"yes": 1.0, "no": 0.0}.get(value, value) if isinstance(value, str) else value
    else:
        given["value"] = value
    given["source"] = {"kind": "assumption", "cite": "Set by hand for this run"}
    for place in [place for place in merged.lines if place[:2] == ("inputs", name)]:
        del merged.lines[place]
    merged.lines[("inputs", name)] = f"--set {name}"


def _override_part(merged: Tree, name: str, value: Any) -> None:
    """Set a part of the case that is not an input by its dotted path, such as theories.ucl.pleaded."""
    keys = tuple(name.split("."))
    target: Any = merged.content
    for key in keys[:-1]:
        target = target.get(key) if isinstance(target, dict) else None
    if not isinstance(target, dict):
        raise _refusal("--set", f"{name} is not a part of this case.{did_you_mean(keys[0], merged.content)}")
    target[keys[-1]] = value
    merged.lines[keys] = f"--set {name}"
