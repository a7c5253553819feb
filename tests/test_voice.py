"""The worst phrases stay out of what people read: documents, notebooks, messages, docstrings, cases."""

import ast
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# (pattern, what to write instead, a sentence that must be caught)
PHRASES = (
    (r"\bhangs? on\b", "depends on", "The judgment hangs on the answers."),
    (r"\bsays? not\b", "does not say", "The term says not what is left."),
    (r"\bstands here\b", "is given here", "It stands here a second time."),
    (r"\bconda road\b|\bfast road\b", "the conda environment; the fast way", "The conda road to the lock."),
    (r"\bweigh(?:ed|s) by\b|\bweigh by\b", "averaged over, weighted by", "Weighed by how likely each answer is."),
    (r"\bgo(?:es)? on (?:where|from)\b", "resumes", "The same command goes on where it was."),
    (r"\b(?:costs? of|what|from|or|and) going on\b", "litigating, litigation costs", "It names no costs of going on."),
    (r"\bis told in words\b", "prints text only", "--replicate is told in words."),
    (r"\bleave out --", "drop --", "Please leave out --format."),
    (r"\bacts? together with\b|\bacting together\b", "interactions", "The input with all it acts together with."),
    (r"\bheld still\b", "held fixed", "With the other inputs held still."),
    (r"\bmoves? (?:\w+ ){0,2}one way only\b", "monotone", "It does not move the figure one way only."),
    (r"\btell how far\b", "understate", "The ends do not tell how far it goes."),
    (r"\bfairly between\b|\bsplit fairly\b|\bfair part\b", "shared out evenly (Shapley effects)", "A fair part of it."),
    (r"\bbox of inputs tells\b", "range of inputs separates", "No box of inputs tells the draws apart."),
    (r"\bdraws that pay\b", "draws with a recovery", "Where the draws that pay lie."),
    (r"\bdamages along\b", "its damages go with it", "A theory takes its damages along."),
    (r"\bdid not manage\b", "failed", "uv did not manage."),
    (r"\broom to settle\b", "settlement range", "Room to settle."),
    (r"\bhow sure (?:we are|that is|it is)\b", "uncertainty", "This shows how sure we are."),
    (r"\bwhat drives it\b", "sensitivity", "What drives it."),
    (r"\bcheques?\b(?!\()", "check", "A smaller cheque is not sent."),
    (r"\bcolours?\b", "color", "Bars in other colours."),
    (r"\b(?:MIT|software) licence\b", "license", "MIT licence."),
    (r"\bmodelled\b|\brealised\b", "modeled, realized", "The modelled class."),
    (r"\bjudgement\b", "judgment", "A matter of judgement."),
)
# What is allowed although it matches, with the reason.
ALLOWED = (
    "expert judgement made_up",  # words that a user may type and that the reader recognizes
)


def texts():
    """(file, text) of everything that people read."""
    for path in (*ROOT.glob("*.md"), *ROOT.glob("params/*.md"), ROOT / "reports" / "README.md"):
        if path.name != "CHANGELOG.md":  # history keeps its words
            yield path.name, path.read_text(encoding="utf-8")
    for path in ROOT.glob("params/**/*.yaml"):
        yield path.name, path.read_text(encoding="utf-8")
    for path in ROOT.glob("notebooks/*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            yield path.name, "".join(cell["source"])
    for path in (*ROOT.glob("damages/**/*.py"), ROOT / "run.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node.value


def matches(pattern, text):
    """Every place where a text uses a phrase, across line ends."""
    plain = re.sub(r"https?://\S+", "", " ".join(text.split()))  # an address is what it is
    for allowed in ALLOWED:
        plain = plain.replace(allowed, "")
    return [plain[max(one.start() - 40, 0) : one.end() + 40] for one in re.finditer(pattern, plain, re.IGNORECASE)]


@pytest.mark.parametrize(("pattern", "instead", "planted"), PHRASES, ids=[one[2] for one in PHRASES])
def test_a_planted_sentence_is_caught(pattern, instead, planted):
    assert matches(pattern, planted)
    assert matches(pattern, planted.replace(" ", "\n"))
    assert not matches(pattern, instead)


def test_no_shipped_text_uses_them():
    shipped = list(texts())
    assert len(shipped) > 1000
    seen = [
        f"{where}: …{place}… Write: {instead}."
        for pattern, instead, _ in PHRASES
        for where, text in shipped
        for place in matches(pattern, text)
    ]
    assert not seen, "\n".join(seen)
