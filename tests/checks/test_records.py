"""The typed records and the published schema say the same: which keys there are, and which of them must be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from checks import records

SCHEMA: dict[str, Any] = json.loads((Path(records.__file__).parent / "claims.schema.json").read_text(encoding="utf-8"))


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """What a reference in the schema stands for."""
    return SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def closed(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object of the schema that says which keys there are."""
    if isinstance(schema, dict):
        if schema.get("additionalProperties") is False:
            yield schema
        for value in schema.values():
            yield from closed(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from closed(value)


def forms(hint: Any) -> Iterator[Any]:
    """The typed dictionaries that an annotation speaks of, itself or as items."""
    if is_typeddict(hint):
        yield hint
    elif get_origin(hint) is not Literal:
        for argument in get_args(hint):
            yield from forms(argument)


def pairs(schema: dict[str, Any], hint: Any) -> Iterator[tuple[dict[str, Any], Any]]:
    """Objects of the schema, each with the class for it."""
    schema = resolved(schema)
    if "items" in schema:
        yield from pairs(schema["items"], hint)
        return
    choices = schema.get("oneOf", schema.get("anyOf", [schema]))
    for inner, form in zip([each for each in choices if each != {"type": "null"}], forms(hint), strict=True):
        found = resolved(inner)
        yield found, form
        for key, annotation in get_type_hints(form).items():
            if any(forms(annotation)):
                yield from pairs(found["properties"][key], annotation)


PAIRS = {form.__name__: (schema, form) for schema, form in pairs(SCHEMA, records.Document)}


@pytest.mark.parametrize("name", PAIRS)
def test_the_keys_are_those_of_the_schema(name: str) -> None:
    schema, form = PAIRS[name]
    assert form.__required_keys__ == set(schema["required"])
    assert form.__required_keys__ | form.__optional_keys__ == set(schema["properties"])


def test_no_object_of_the_schema_is_left_out() -> None:
    typed = [id(schema) for schema, _ in PAIRS.values()]
    assert [schema for schema in closed(SCHEMA) if id(schema) not in typed] == []


def test_fixed_words_are_those_of_the_schema() -> None:
    for schema, form in PAIRS.values():
        for key, hint in get_type_hints(form).items():
            if get_origin(hint) is Literal:
                allowed = schema["properties"][key]
                assert list(get_args(hint)) == allowed.get("enum", [allowed.get("const")]), (form, key)


def test_a_record_travels_with_more_and_arrives_with_what_the_document_says() -> None:
    more = set(get_type_hints(records.TravellingCheck)) - set(get_type_hints(records.Evidence))
    assert more == {"kind", "claim", "place", "test", "built"}
