"""What a notebook shows, as HTML that every front end leaves as it is.

JupyterLab, Voila and the pages of nbconvert hand what a cell shows to MathJax, which typesets whatever
lies between two dollar signs. MathJax 2 skips elements of the class ``tex2jax_ignore``, MathJax 3
those of ``mathjax_ignore``. Their style sheets for tables win over a page's own, and untrusted notebooks
lose ``<style>`` elements; so what a block needs to be readable is written on its elements.
"""

from __future__ import annotations

import html
from abc import ABC, abstractmethod

NO_MATH = ("tex2jax_ignore", "mathjax_ignore")
LONGEST_WORD, LONGEST_WORDS = 24, 12  # characters that stay in one line


class HtmlBlock(ABC):
    """Something that shows itself in a notebook and in every page made from it; a dollar sign is a dollar sign."""

    @abstractmethod
    def _html(self) -> str:
        """Its elements."""

    def _repr_html_(self) -> str:
        return f'<div class="{" ".join(NO_MATH)}">{self._html()}</div>'


def unset(text: str) -> str:
    """Plain text as HTML for the label of a widget, which JupyterLab typesets by itself.

    >>> unset("$1 to $2")
    '<span class="tex2jax_ignore mathjax_ignore">&#36;1 to &#36;2</span>'
    """
    return f'<span class="{" ".join(NO_MATH)}">{html.escape(text).replace("$", "&#36;")}</span>'


def cell(text: str, number: bool = False, scope: str = "") -> str:
    """A cell of a table, or with a scope a heading: numbers to the right, text to the left, a date in one line.

    ``text`` is HTML already.

    >>> cell("2025-01-21")
    '<td style="text-align:left;vertical-align:top;white-space:nowrap">2025-01-21</td>'
    """
    tag = f'th scope="{scope}"' if scope else "td"
    style = f"text-align:{'right' if number else 'left'};vertical-align:top"
    if len(text) <= (LONGEST_WORDS if " " in text else LONGEST_WORD):
        style += ";white-space:nowrap"
    if scope == "row":
        style += ";font-weight:normal"
    kind = ' class="number"' if number else ""
    return f'<{tag}{kind} style="{style}">{text}</{tag[:2]}>'
