"""What the benchmarks of a run come to, as Markdown: each beside the first of its group, and beside its aim."""

from __future__ import annotations

import sys

import pytest

AIMS = {  # (group, name): at most so many times another of the group
    ("100,000 draws", "damages"): {"whole arrays": 0.6, "in blocks": 1.25},
    ("1,000,000 draws, by the clock", "damages"): {"whole arrays": 0.2},  # threads share the draws
    ("10,000,000 draws, by the clock", "damages, two processes"): {"whole arrays": 0.3},
    ("Expected net fund to 0.1%", "damages"): {"whole arrays": 0.01},
    ("A report, by the clock", "report"): {"papermill on an empty notebook": 2.5},
    ("A report, by the clock", "notebook 05, Run All"): {"papermill on an empty notebook": 5.5},
    ("An estimate, by the clock", "estimate"): {"imports": 2.6},
}
SECONDS = {  # (group, name): at most
    ("Sensitivity of the reference model, uncorrelated", "Sobol' indices at 2^14, with intervals"): 1.0,
    ("Sensitivity of the reference model, uncorrelated", "Shapley effects of 12 groups"): 5.0,
}


@pytest.fixture(scope="session", autouse=True)
def aims(request) -> None:
    """For a module of benchmarks to import: what they come to is printed at the end."""
    plugins, this = request.config.pluginmanager, sys.modules[__name__]
    if not plugins.is_registered(this):
        plugins.register(this)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter, config):
    session = getattr(config, "_benchmarksession", None)
    groups: dict[str, dict[str, tuple[float, str]]] = {}
    for each in session.benchmarks if session else ():
        if each.stats:
            seconds = each.stats.min * each.extra_info.get("times", 1)
            groups.setdefault(each.group, {})[each.name] = seconds, each.extra_info.get("note", "")
    for group, found in groups.items():
        first = next(iter(found.values()))[0]
        terminalreporter.write_line(f"\n| {group} | seconds | beside the first | aim |\n| --- | --- | --- | --- |")
        for name, (seconds, note) in found.items():
            aims = [
                f"{seconds / found[other][0]:.2f} × {other}, aim {most} ×: {'met' if seconds <= most * found[other][0] else 'MISSED'}"
                for other, most in AIMS.get((group, name), {}).items()
            ]
            if most := SECONDS.get((group, name)):
                aims.append(f"aim {most:g} s: {'met' if seconds <= most else 'MISSED'}")
            beside = f"{seconds / first:.3g} ×" if len(found) > 1 and not group.startswith("Sensitivity") else ""
            shown = f"{seconds:.3f} {f'({note})' if note else ''}".strip()
            terminalreporter.write_line(f"| {name} | {shown} | {beside} | {'; '.join(aims)} |")
