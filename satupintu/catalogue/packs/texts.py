"""Texts in two languages, placeholders in them, and what people call a service."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# {code}, or of a date also {code.hari}: its day of the week.
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*(?:\.hari)?)\}")
BRACE = re.compile(r"[{}]")

# The basic set and the extension table of GSM 03.38; the latter count twice.
GSM7 = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_TWICE = "^{}\\[~]|€\f"
SMS_LENGTH = 160


def localized(value: Any, language: str) -> str:
    """A text of the pack in a language, or in Indonesian where it has no other."""
    if isinstance(value, Mapping):
        return str(value.get(language) or value.get("id", ""))
    return "" if value is None else str(value)


def languages(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, Mapping) else ("id",)


def placeholders(text: str) -> tuple[str, ...]:
    return tuple(PLACEHOLDER.findall(text))


def stray_braces(text: str) -> bool:
    return bool(BRACE.search(PLACEHOLDER.sub("", text)))


def fill(text: str, values: Mapping[str, Any]) -> str:
    """Put the values where their names stand; a name without a value leaves nothing."""
    return PLACEHOLDER.sub(lambda found: str(values.get(found[1], "")), text)


def sms_length(text: str) -> int:
    return sum(2 if letter in GSM7_TWICE else 1 for letter in text)


def not_in_sms(text: str) -> str:
    """The letters that an SMS of 160 letters can not carry."""
    return "".join(
        sorted({letter for letter in text if letter not in GSM7 and letter not in GSM7_TWICE})
    )


SYNONYMS = {
    "licence": "izin ijin perizinan surat",
    "non_licence": "nonizin rekomendasi keterangan surat",
    "letter": "surat keterangan pengantar",
}


def synonyms(definition: Mapping[str, Any]) -> list[str]:
    """Words for the kind of service that people type although its name has others."""
    return [SYNONYMS[definition["kind"]]]
