"""The gallery of charts in the README, made by `make gallery`: the sample case, each chart once, its alt text computed."""

from __future__ import annotations

import re

from damages.engine.estimate import estimate
from damages.engine.simulate import simulate
from damages.engine.sound import load
from damages.project import written_to
from damages.report.picture import Picture, picture
from damages.report.views import award, case_file, headlines, outcomes
from damages.report.views.tornado import amounts
from damages.sensitivity.grid import grid, map_axes
from damages.sensitivity.tornado import spider, tornado
from damages.sensitivity.variance_by_source import variance_by_source

CASE = "params/linkedin.yaml"
FOLDER = "reports/sample/gallery"
DRAWS = 16_384
_BLOCK = re.compile(r"(<!-- charts: ([\w ]+) -->\n).*?(<!-- end of charts -->)", re.DOTALL)


def gallery() -> dict[str, Picture]:
    """Each chart under the name of its file."""
    case = load(CASE)
    at_base, sample = estimate(case), simulate(case, draws=DRAWS)
    each = grid(case, inputs=map_axes(case)[0], of="usd_per_claimant", steps=7)
    drawn_on = {
        "waterfall": headlines.steps(at_base).plot(),
        "exceedance": outcomes.chances(sample).plot(),
        "tornado": amounts(tornado(case), most=8).plot(),
        "spider": spider(case).plot(),
        "heat_map": each.plot(),
        "variance_by_source": variance_by_source(case).plot(),
        "per_member": award.per_member(at_base).plot(),
        "timeline": case_file.timeline(case).plot(),
    }
    pictures = {name: picture(axes) for name, axes in drawn_on.items()}
    return {name: shown for name, shown in pictures.items() if shown is not None}


def with_gallery(readme: str, pictures: dict[str, Picture]) -> str:
    """The README with the pictures between its marks; each mark names those that stand there."""

    def shown(found: re.Match[str]) -> str:
        lines = (f"![{pictures[name].alt.translate(_PLAIN)}]({FOLDER}/{name}.svg)" for name in found[2].split())
        return "\n\n".join((found[1], *lines, found[3])).replace("\n\n\n", "\n\n")

    return _BLOCK.sub(shown, readme)


_PLAIN = str.maketrans({"[": "(", "]": ")", "\n": " "})  # what would end a picture's text in Markdown


def main() -> None:
    """Write the pictures and the README's part about them."""
    pictures, root = gallery(), written_to()
    (root / FOLDER).mkdir(parents=True, exist_ok=True)
    for name, shown in pictures.items():
        (root / FOLDER / f"{name}.svg").write_bytes(shown.svg)
    readme = root / "README.md"
    readme.write_text(with_gallery(readme.read_text(encoding="utf-8"), pictures), encoding="utf-8")


if __name__ == "__main__":
    main()
