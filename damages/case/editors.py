"""The schema of a case file for editors: completion and red underlines while typing."""

from __future__ import annotations

from typing import Any

from damages.case.schema import CaseFile
from damages.reader.units import UNITS

_NUMBER = {"type": "number"}
_SHAPE: dict[str, Any] = {
    "anyOf": [
        _NUMBER,
        {"type": "string", "description": "For a choice: one of its options"},
        {
            "type": "object",
            "properties": {"low": _NUMBER, "likely": _NUMBER, "high": _NUMBER},
            "required": ["low", "likely", "high"],
            "additionalProperties": False,
            "description": "A range: PERT",
        },
        {
            "type": "object",
            "properties": {"between": {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2}},
            "required": ["between"],
        },
        {"type": "object", "description": "Another shape, or one value for each group; params/README.md shows them"},
    ]
}
_CHANCE: dict[str, Any] = {
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": 1},
        {
            "type": "object",
            "properties": {"given": {"type": "string"}, "yes": {}, "no": {}},
            "required": ["given", "yes", "no"],
            "additionalProperties": False,
        },
    ]
}


def case_schema() -> dict[str, Any]:
    """The JSON Schema of a case file."""
    schema = CaseFile.model_json_schema()
    given = schema["$defs"]["Input"]["properties"]
    given["value"] = {**_SHAPE, "description": given["value"]["description"]}
    given["chance"] = {**_CHANCE, "description": given["chance"]["description"]}
    given["unit"] = {"enum": sorted(UNITS), "description": "The unit; it sets what values are allowed"}
    schema["properties"]["extends"] = {
        "type": "string",
        "description": "A file beside this one that this one builds on",
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "A case of damages"}


def scenario_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario: the same words, none of them required but its own three."""
    schema = _loosened(case_schema())
    schema["properties"]["why"] = {
        "type": "string",
        "minLength": 1,
        "description": "Why this scenario is there; the source of the values it changes",
    }
    schema["properties"]["title"]["description"] = "What this scenario is"
    return {**schema, "title": "A scenario of a case", "required": ["extends", "title", "why"]}


def _loosened(part: Any) -> Any:
    """Nothing is required, and a theory of which only the switch is named may be of any kind."""
    if isinstance(part, dict):
        kept = {key: _loosened(value) for key, value in part.items() if key not in ("required", "discriminator")}
        return {"anyOf" if key == "oneOf" else key: value for key, value in kept.items()}
    if isinstance(part, list):
        return [_loosened(value) for value in part]
    return part
