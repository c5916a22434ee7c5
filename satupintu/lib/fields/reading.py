"""Reading what people type, one kind of field after the other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any

from satupintu.lib import identity
from satupintu.lib.errors import Refused, Text, both, joined
from satupintu.lib.expressions import holds
from satupintu.lib.fields.facts import Field, facts_of
from satupintu.lib.money import grouped, parse_rupiah, rupiah

Answers = dict[str, Any]

_NUMBER = re.compile(r"-?(\d{1,3}(\.\d{3})+|\d{1,15})(,\d{1,9})?|-?\d{1,15}\.\d{1,9}")
_DATE = re.compile(r"(?P<d>\d{1,2})[-/. ](?P<m>\d{1,2})[-/. ](?P<y>\d{4})")
_TIME = re.compile(r"(?P<h>[01]?\d|2[0-3])[.:](?P<m>[0-5]\d)")
_EMAIL = re.compile(r"[^\s@<>,;:\"()]{1,64}@[^\s@.]+(\.[^\s@.]+)+")
_AREA = re.compile(r"[0-9A-Za-z][0-9A-Za-z.\-]{0,39}")
_YES = frozenset(["on", "true", "1", "ya", "yes"])
_COMPOSED = frozenset(["checkbox", "geo", "table"])
_LONGEST = {"text": 200, "textarea": 4000, "address": 500}
_MOST_ROWS = 200
# Roughly the archipelago: a point in the sea off Africa means that the two numbers were swapped.
_NORTH, _SOUTH, _WEST, _EAST = Decimal("6.5"), Decimal("-11.5"), Decimal("94.5"), Decimal("141.5")


def clean(
    fields: Sequence[Field], raw: Mapping[str, Any], *, facts: Mapping[str, Any]
) -> tuple[Answers, dict[str, str]]:
    """Read what was typed: the answers that can be kept, and a sentence per field that can not.

    A field whose `when` does not hold is dropped. `facts` are known beforehand, such as the
    answers of earlier pages; `today` among them is the day that dates are compared with.
    Answers are JSON; cleaning them again changes nothing.
    """
    answers: Answers = {}
    errors: dict[str, str] = {}
    known = dict(facts)
    for field in fields:
        code = field["code"]
        known[code] = None
        if "when" in field and not holds(field["when"], known):
            continue
        try:
            answer = _answer(field, raw.get(code), known)
        except Refused as refusal:
            errors[code] = refusal.message
            continue
        if answer is not None:
            answers[code] = answer
        known.update(facts_of(answers, [field]))
    return answers, errors


def _answer(field: Field, raw: Any, known: Mapping[str, Any]) -> Any:
    text = raw.strip() if isinstance(raw, str) else raw
    answer = None
    if text not in (None, "", [], {}):
        if isinstance(text, list | tuple | Mapping) and field["type"] not in _COMPOSED:
            raise _please(field)
        answer = _READERS[field["type"]](field, text, known) or None
    if field["type"] == "checkbox" and not field.get("options"):
        answer = bool(answer)
    if field.get("required") and answer in (None, False):
        raise _please(field)
    return answer


def _please(field: Field) -> Refused:
    match field["type"]:
        case "select" | "radio" | "area":
            return _wrong(field, "Pilih {label}", "Choose {label}")
        case "checkbox" if field.get("options"):
            return _wrong(field, "Pilih {label}", "Choose {label}")
        case "checkbox":
            return _wrong(field, "Centang {label}", "Tick {label}")
        case "geo":
            return _wrong(field, "Tandai {label} pada peta", "Mark {label} on the map")
        case "table":
            return _wrong(
                field,
                "Isi paling sedikit satu baris pada {label}",
                "Fill in at least one row of {label}",
            )
    return _wrong(field, "Isi {label}", "Fill in {label}")


def _wrong(field: Field, indonesian: str, english: str, **values: object) -> Refused:
    """A refusal about this field; {label} stands inside the sentence, {Label} begins it."""
    label, opening = _label(field, str.lower), _label(field, str.upper)
    return Refused(both(indonesian, english, label=label, Label=opening, **values))


def _label(field: Field, first: Callable[[str], str]) -> Text:
    """The label with its first letter made small or large, except for NIK, KTP and the like."""
    label = field.get("label", field["code"])
    texts = label if isinstance(label, Mapping) else {"id": label}
    fitting = {
        language: first(text[:1]) + text[1:] if text[1:2].islower() else text
        for language, text in texts.items()
    }
    return both(fitting["id"], fitting.get("en") or fitting["id"])


def _text(field: Field, raw: Any, known: Mapping[str, Any]) -> str | None:
    lines = unicodedata.normalize("NFC", str(raw)).splitlines()
    kept = [" ".join(_visible(line).split()) for line in lines]
    text = (" " if field["type"] == "text" else "\n").join(kept).strip()
    _check_length(field, text)
    return text or None


def _visible(line: str) -> str:
    return "".join(letter for letter in line if letter == "\t" or ord(letter) >= 32)


def _check_length(field: Field, text: str) -> None:
    most, least = int(field.get("max", _LONGEST[field["type"]])), int(field.get("min", 0))
    if len(text) > most:
        raise _wrong(
            field,
            "{Label} paling panjang {most} huruf. Anda mengisi {typed}",
            "{Label} may have at most {most} letters. You wrote {typed}",
            most=most,
            typed=len(text),
        )
    if 0 < len(text) < least:
        raise _wrong(
            field,
            "{Label} paling pendek {least} huruf. Anda mengisi {typed}",
            "{Label} must have at least {least} letters. You wrote {typed}",
            least=least,
            typed=len(text),
        )


def _number(field: Field, raw: Any, known: Mapping[str, Any]) -> str:
    text = f"{raw:f}" if isinstance(raw, Decimal) else re.sub(r"\s", "", str(raw))
    if isinstance(raw, bool | float) or not _NUMBER.fullmatch(text):
        raise _wrong(
            field,
            "Isi {label} dengan angka, misalnya 72,5",
            "Fill in {label} in figures, with a comma before decimals, for example 72,5",
        )
    if "," in text or re.fullmatch(r"-?\d{1,3}(\.\d{3})+", text):
        text = text.replace(".", "").replace(",", ".")
    value = Decimal(text)
    _check_size(field, value, _number_words)
    plain = f"{value.normalize():f}"
    # Three decimals would read back as thousands: 1.250 is one thousand two hundred and fifty.
    return f"{plain}0" if re.search(r"\.\d{3}$", plain) else plain


def _money(field: Field, raw: Any, known: Mapping[str, Any]) -> str:
    value = parse_rupiah(str(raw))
    if value != value.to_integral_value():
        raise _wrong(
            field,
            "Isi {label} dalam rupiah penuh, tanpa sen",
            "Fill in {label} in whole rupiah, without cents",
        )
    _check_size(field, value, rupiah)
    return str(int(value))


def _number_words(value: Decimal) -> Text:
    written = grouped(value)
    return both(written, written.translate(str.maketrans(".,", ",.")))


def _check_size(field: Field, value: Decimal, write: Callable[[Decimal], str]) -> None:
    for key, word, sign in (
        ("min", both("kecil", "at least"), 1),
        ("max", both("besar", "at most"), -1),
    ):
        limit = Decimal(str(field.get(key, value)))
        if (value - limit) * sign < 0:
            raise _wrong(
                field,
                "{Label} paling {word} {limit}. Anda mengisi {typed}",
                "{Label} must be {word} {limit}. You gave {typed}",
                word=word,
                limit=write(limit),
                typed=write(value),
            )


def _date(field: Field, raw: Any, known: Mapping[str, Any]) -> str:
    found = _DATE.fullmatch(str(raw))
    parts = (found["y"], found["m"], found["d"]) if found else str(raw).split("-")
    try:
        year, month, day = map(int, parts)
        value = date(year, month, day)
    except ValueError as error:
        raise _wrong(
            field,
            "Isi {label} dengan tanggal yang ada di kalender, misalnya 27-3-2026",
            "Fill in {label} with a date that is in the calendar, for example 27-3-2026",
        ) from error
    for key, words in (
        ("min", both("paling awal", "may not be before")),
        ("max", both("paling akhir", "may not be after")),
    ):
        limit = _limit(field.get(key), known)
        if limit and (value < limit if key == "min" else value > limit):
            raise _wrong(
                field,
                "{Label} {words} {day}",
                "{Label} {words} {day}",
                words=words,
                day=f"{limit:%d-%m-%Y}",
            )
    return value.isoformat()


def _limit(limit: Any, known: Mapping[str, Any]) -> date | None:
    if limit == "today":
        return known.get("today")
    return date.fromisoformat(str(limit)) if limit else None


def _time(field: Field, raw: Any, known: Mapping[str, Any]) -> str:
    found = _TIME.fullmatch(str(raw))
    if not found:
        raise _wrong(
            field,
            "Isi {label} dengan jam dan menit, misalnya 09.30",
            "Fill in {label} with hours and minutes, for example 09:30",
        )
    return f"{time(int(found['h']), int(found['m'])):%H:%M}"


def _option(field: Field, raw: Any, known: Mapping[str, Any]) -> str:
    for option in field["options"]:
        if option["code"] == str(raw):
            return str(option["code"])
    raise _wrong(field, "Pilih {label} dari daftar", "Choose {label} from the list")


def _checkbox(field: Field, raw: Any, known: Mapping[str, Any]) -> bool | list[str]:
    if not field.get("options"):
        return str(raw).lower() in _YES
    ticked = {str(code) for code in (raw if isinstance(raw, list | tuple) else [raw]) if code}
    known_codes = [option["code"] for option in field["options"]]
    if not ticked <= set(known_codes):
        raise _wrong(field, "Pilih {label} dari daftar", "Choose {label} from the list")
    return [code for code in known_codes if code in ticked]


def _email(field: Field, raw: Any, known: Mapping[str, Any]) -> str:
    if len(str(raw)) > 254 or not _EMAIL.fullmatch(str(raw)):
        raise Refused(
            both(
                "Tulis alamat email lengkap, misalnya nama@contoh.id",
                "Write the whole email address, for example nama@contoh.id",
            )
        )
    name, _, host = str(raw).rpartition("@")
    return f"{name}@{host.lower()}"


def _area(field: Field, raw: Any, known: Mapping[str, Any]) -> str:
    if not _AREA.fullmatch(str(raw)):
        raise _wrong(field, "Pilih {label} dari daftar", "Choose {label} from the list")
    return str(raw)


def _geo(field: Field, raw: Any, known: Mapping[str, Any]) -> dict[str, str]:
    parts = [raw.get("lat"), raw.get("lon")] if isinstance(raw, Mapping) else str(raw).split(",")
    texts = [str(part).strip() for part in parts]
    if texts == ["", ""]:
        raise _wrong(field, "Tandai {label} pada peta", "Mark {label} on the map")
    if len(texts) != 2 or not all(re.fullmatch(r"-?\d{1,3}(\.\d{1,9})?", part) for part in texts):
        raise _wrong(
            field,
            "Tandai {label} pada peta, atau tulis seperti -0.8917, 119.8707",
            "Mark {label} on the map, or write it like -0.8917, 119.8707",
        )
    if not (_SOUTH <= Decimal(texts[0]) <= _NORTH and _WEST <= Decimal(texts[1]) <= _EAST):
        raise Refused(
            both(
                "Titik ini berada di luar Indonesia. Tandai lagi pada peta",
                "This point is outside Indonesia. Mark it on the map again",
            )
        )
    return {"lat": texts[0], "lon": texts[1]}


def _table(field: Field, raw: Any, known: Mapping[str, Any]) -> list[Answers]:
    rows = [row for row in raw if _filled(row)] if isinstance(raw, list | tuple) else []
    least, most = int(field.get("min", 0)), int(field.get("max", _MOST_ROWS))
    if rows and len(rows) < least:
        raise _wrong(
            field,
            "Isi paling sedikit {least} baris pada {label}",
            "Fill in at least {least} rows of {label}",
            least=least,
        )
    if len(rows) > most:
        raise _wrong(
            field,
            "{Label} paling banyak {most} baris. Anda mengisi {typed}",
            "{Label} may have at most {most} rows. You filled in {typed}",
            most=most,
            typed=len(rows),
        )
    answers, problems = [], []
    for place, row in enumerate(rows, 1):
        cleaned, errors = clean(field["columns"], row, facts=known)
        answers.append(cleaned)
        problems += [
            both("Baris {place}: {error}", "Row {place}: {error}", place=place, error=error)
            for error in errors.values()
        ]
    if problems:
        raise Refused(joined(". ", problems[:3]))
    return answers


def _filled(row: Any) -> bool:
    return isinstance(row, Mapping) and any(str(cell).strip() for cell in row.values() if cell)


_READERS: Mapping[str, Callable[[Field, Any, Mapping[str, Any]], Any]] = {
    "text": _text,
    "textarea": _text,
    "address": _text,
    "number": _number,
    "money": _money,
    "date": _date,
    "time": _time,
    "select": _option,
    "radio": _option,
    "checkbox": _checkbox,
    "phone": lambda field, raw, known: identity.phone(str(raw)),
    "email": _email,
    "nik": lambda field, raw, known: identity.nik(str(raw), today=known.get("today")).number,
    "kk": lambda field, raw, known: identity.kk(str(raw)),
    "npwp": lambda field, raw, known: identity.npwp(str(raw)),
    "nib": lambda field, raw, known: identity.nib(str(raw)),
    "area": _area,
    "geo": _geo,
    "table": _table,
}
