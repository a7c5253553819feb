"""The reference of the library, from its docstrings, as pages that need no network: `python tests/reference.py FOLDER`.

The first page holds the public names. The modules among them, and those whose classes the public functions return,
have pages of their own. pdoc finds a name only where it is set, and the public names load on first use; so they are
loaded first.
"""

from __future__ import annotations

import inspect
import re
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pdoc

import damages


def classes(annotation: object) -> Iterator[type]:
    """The library's own classes in an annotation such as ``dict[str, Estimate] | None``."""
    if inspect.isclass(annotation) and annotation.__module__.startswith("damages."):
        yield annotation
    for part in typing.get_args(annotation):
        yield from classes(part)


def pages(public: pdoc.doc.Module) -> list[str]:
    """The modules that have a page."""
    own = {thing.__name__ for name in damages.__all__ if isinstance(thing := getattr(damages, name), ModuleType)}
    functions = [member for member in public.members.values() if isinstance(member, pdoc.doc.Function)]
    returned = {each for made in functions for each in classes(made.signature.return_annotation)}
    return ["damages", *sorted(own | {each.__module__ for each in returned})]


NUMPY = pdoc.docstrings.numpy


def numpy_sections(docstring: str) -> str:
    """Markdown of a docstring. Where it says ``name : words``, the words are what the name means; pdoc takes them for its type."""
    return NUMPY(re.sub(r"^(\w[\w, ]*) : (?=.)", r"\1\n    ", docstring, flags=re.MULTILINE))


def write(folder: Path) -> None:
    """Write the pages into a folder."""
    for name in damages.__all__:
        setattr(damages, name, getattr(damages, name))
    public, *others = pages(pdoc.doc.Module(damages))
    listed = [f"- `{name}`: {(sys.modules[name].__doc__ or '').strip().splitlines()[0]}" for name in others]
    damages.__doc__ = "\n".join([damages.__doc__ or "", "## Pages", "", *listed])
    pdoc.docstrings.numpy = numpy_sections
    pdoc.render.configure(docformat="numpy", show_source=False, footer_text=f"damages {damages.__version__}")
    pdoc.pdoc(public, *others, output_directory=folder)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
