"""What does not fit in a call, in the language of the caller, for the library speaks English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from satupintu.lib.errors import Text, both

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT = ("Tulis sebagai teks", "Give it as a text")
NUMBER = ("Tulis sebagai bilangan bulat", "Give it as a whole number")
YES_OR_NO = ("Tulis true atau false", "Give true or false")
OBJECT = ("Tulis sebagai objek JSON", "Give it as a JSON object")
# By the kind of mistake (pydantic.dev names them); in braces what the library tells of it.
SENTENCES = {
    "missing": ("Isi bagian ini", "Give this"),
    "extra_forbidden": ("Bagian ini tidak dikenal. Hapus", "This is not known. Leave it out"),
    "string_type": TEXT,
    "string_too_short": (
        "Paling pendek {min_length} huruf",
        "It must have at least {min_length} characters",
    ),
    "string_too_long": (
        "Paling panjang {max_length} huruf",
        "It may have at most {max_length} characters",
    ),
    "string_pattern_mismatch": (
        "Ada huruf atau tanda yang tidak bisa diterima di sini",
        "It has characters that are not accepted here",
    ),
    "int_type": NUMBER,
    "int_parsing": NUMBER,
    "int_parsing_size": NUMBER,
    "int_from_float": NUMBER,
    "greater_than_equal": ("Paling kecil {ge}", "It must be {ge} or more"),
    "less_than_equal": ("Paling besar {le}", "It must be {le} or less"),
    "bool_type": YES_OR_NO,
    "bool_parsing": YES_OR_NO,
    "dict_type": OBJECT,
    "model_type": OBJECT,
    "model_attributes_type": OBJECT,
    "list_type": ("Tulis sebagai daftar JSON", "Give it as a JSON list"),
    "too_short": ("Isi paling sedikit {min_length}", "Give at least {min_length}"),
    "too_long": ("Isi paling banyak {max_length}", "Give at most {max_length}"),
    "literal_error": ("Pilih salah satu: {expected}", "Choose one of these: {expected}"),
}
OTHER = (
    "Isi ini tidak sesuai dengan bentuk yang ada di /api/v1/openapi.json",
    "This does not fit the form given in /api/v1/openapi.json",
)


def sentence(mistake: Mapping[str, Any]) -> Text:
    told = mistake.get("ctx") or {}
    values = {
        **told,
        "expected": str(told.get("expected", "")).replace("'", "").replace(" or ", ", "),
    }
    return both(*SENTENCES.get(mistake["type"], OTHER), **values)
