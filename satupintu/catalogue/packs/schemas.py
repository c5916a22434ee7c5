"""Holds each file against its JSON Schema and says in Indonesian what is wrong with it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from satupintu.catalogue.packs.problems import Problem, nearest
from satupintu.catalogue.packs.reader import Document, Path_

FOLDER = Path(__file__).resolve().parents[3] / "packs" / "schema"
BASE = "https://satupintu.example/schema/"
TYPES = {
    "string": "teks",
    "integer": "angka bulat",
    "number": "angka",
    "boolean": "true atau false",
    "array": "daftar",
    "object": "susunan kunci dan nilai",
}


def schema_for(key: str) -> str:
    """The schema's name for a file of a pack, by its folder or its own name."""
    folder, _, rest = key.partition("/")
    return (
        folder.removesuffix("s") if rest and folder != "messages" else folder.removesuffix(".yaml")
    )


def schema_problems(document: Document, schema: str) -> list[Problem]:
    """Every way in which the data differ from the schema."""
    validator, source = _load(schema)
    problems: list[Problem] = []
    for error in validator.iter_errors(document.data):
        path = tuple(error.instance_path)
        problems += _explain(document, path, error, source)
    return problems


@cache
def _load(schema: str) -> tuple[Any, dict[str, Any]]:
    source = _read(f"{schema}.schema.json")
    return jsonschema_rs.validator_for(
        source, retriever=lambda uri: _read(uri.removeprefix(BASE))
    ), source


@cache
def _read(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return loaded


def _explain(document: Document, path: Path_, error: Any, source: dict[str, Any]) -> list[Problem]:
    place = document.place(path)
    here = _named(path)
    part = _at(source, error.schema_path[:-1])
    cure = part.get("description", "")
    kind, value = error.kind.name, error.kind.value

    def problem(message: str, cure: str = cure) -> list[Problem]:
        return [Problem(place.file, place.line, message, cure)]

    match kind:
        case "additionalProperties" | "unevaluatedProperties":
            known = part.get("properties", {})
            return [
                Problem(
                    *_spot(document, (*path, key)),
                    f"Kunci {key!r} tidak dikenal di {here}.",
                    nearest(key, known),
                )
                for key in error.kind.unexpected
            ]
        case "required":
            example = _example(part.get("properties", {}).get(error.kind.property, {}))
            return problem(
                f"Kunci {error.kind.property!r} belum ada di {here}.",
                f"Tambahkan `{error.kind.property}: {example}`.",
            )
        case "enum":
            found = _at_data(document.data, path)
            return problem(
                f"{found!r} tidak dikenal di {here}.",
                nearest(str(found), map(str, error.kind.options)) or cure,
            )
        case "type":
            wanted = " atau ".join(TYPES.get(name, name) for name in error.kind.types)
            return problem(f"{_capital(here)} harus berupa {wanted}.", cure)
        case "pattern":
            return problem(f"{_at_data(document.data, path)!r} tidak sesuai bentuknya di {here}.")
        case "minLength" | "minItems" | "minProperties":
            return problem(
                f"{_capital(here)} tidak boleh kosong."
                if value == 1
                else f"{_capital(here)} paling sedikit {value}.",
                cure or "Isi nilainya.",
            )
        case "maxLength" | "maxItems":
            return problem(f"{_capital(here)} terlalu panjang.", f"Paling banyak {value}.")
        case "minimum" | "maximum":
            bound = "kecil" if kind == "minimum" else "besar"
            return problem(f"{_capital(here)} terlalu {bound}.", cure or f"Batasnya {value}.")
        case "uniqueItems":
            return problem(
                f"{_capital(here)} memuat nilai yang sama dua kali.", "Hapus salah satu."
            )
        case "propertyNames":
            return problem(
                f"Ada nama kunci yang tidak sesuai bentuknya di {here}.",
                "Periksa huruf besar-kecil dan tanda baca pada kunci.",
            )
    return problem(f"{_capital(here)}: {error.message}.")


def _spot(document: Document, path: Path_) -> tuple[str, int]:
    place = document.place(path)
    return place.file, place.line


def _named(path: Path_) -> str:
    return " → ".join(str(key + 1) if isinstance(key, int) else key for key in path) or "berkas ini"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:] if text == "berkas ini" else f"'{text}'"


def _example(part: dict[str, Any]) -> str:
    if "enum" in part:
        return str(part["enum"][0])
    return {"boolean": "true", "integer": "1", "array": "[…]", "object": "{…}"}.get(
        part.get("type", ""), "…"
    )


def _at(source: dict[str, Any], path: list[str | int]) -> dict[str, Any]:
    """The part of the schema that spoke; those of common.schema.json have paths of their own."""
    for start in (source, _read("common.schema.json")):
        part: Any = start
        for key in path:
            if isinstance(part, dict) and "$ref" in part and key not in part:
                part = _follow(part["$ref"])
            try:
                part = part[key]
            except (KeyError, IndexError, TypeError):
                break
        else:
            if isinstance(part, dict):
                return _follow(part["$ref"]) if "$ref" in part else part
    return {}


def _follow(reference: str) -> dict[str, Any]:
    part: Any = _read("common.schema.json")
    for key in reference.partition("#/")[2].split("/"):
        part = part[key]
    return dict(part)


def _at_data(data: Any, path: Path_) -> Any:
    for key in path:
        data = data[key]
    return data
