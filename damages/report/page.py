"""An executed notebook → a page that asks nothing of the network."""

from __future__ import annotations

from typing import Any

from damages.report.document import TEMPLATES
from damages.report.kernel import notebook_tools


def html_body(executed: Any, exporter: Any = None) -> str:
    """The body of a page from an executed notebook: no code, no parameters, no prompts."""
    body, _ = (exporter or page_exporter()).from_notebook_node(executed)
    return str(body)


def page_exporter() -> Any:
    """What makes a page of a notebook, with its templates read: half a second's work that need not wait for a notebook."""
    nbformat, _ = notebook_tools()
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    hidden = {"enabled": True, "remove_cell_tags": ["parameters", "injected-parameters", "remove-cell"]}
    exporter = HTMLExporter(
        template_name="basic",
        exclude_input=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
        optimistic_validation=True,
        config=Config(TagRemovePreprocessor=hidden),
    )
    exporter.register_preprocessor("nbconvert.preprocessors.TagRemovePreprocessor", enabled=True)
    exporter.from_notebook_node(nbformat.v4.new_notebook())
    return exporter


def html_page(body: str, title: str) -> str:
    """A whole page that asks nothing of the network."""
    from jinja2 import Environment

    template = Environment(autoescape=True).from_string((TEMPLATES / "page.html").read_text(encoding="utf-8"))
    from markupsafe import Markup

    return template.render(title=title, body=Markup(body))
