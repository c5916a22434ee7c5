"""The questions of a form: from what people type to answers that can be stored and counted with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any

from satupintu.lib import identity
from satupintu.lib.errors import Refused
from satupintu.lib.expressions import holds
from satupintu.lib.money import grouped, parse_rupiah, rupiah

Field = Mapping[str, Any]
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


def facts_of(answers: Mapping[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
    """The answers as expressions count with them; what was not answered is None or empty."""
    return {
        field["code"]: _fact(field, answers.get(field["code"]))
        for field in fields
        if field["type"] != "geo"
    }


def types_of(fields: Sequence[Field]) -> dict[str, str]:
    """The kinds of these facts, for `expressions.check`."""
    types = {}
    for field in fields:
        code, kind = field["code"], _kind(field)
        if kind:
            types[code] = kind
        if kind == "table":
            columns = types_of(field["columns"])
            types.update({f"{code}.{column}": kind for column, kind in columns.items()})
    return types


def shown(field: Field, answer: Any) -> str:
    """An answer as people read it; an area stays its code, a table its number of rows."""
    match field["type"]:
        case _ if answer is None:
            return ""
        case "number":
            return grouped(Decimal(answer))
        case "money":
            return rupiah(Decimal(answer))
        case "date":
            return f"{date.fromisoformat(answer):%d-%m-%Y}"
        case "time":
            return str(answer).replace(":", ".")
        case "phone":
            return identity.shown_phone(str(answer))
        case "geo":
            return f"{answer['lat']}, {answer['lon']}"
        case "table":
            return f"{len(answer)} baris"
        case "checkbox" if not field.get("options"):
            return "Ya" if answer else "Tidak"
        case "select" | "radio" | "checkbox":
            chosen = answer if isinstance(answer, list) else [answer]
            names = {option["code"]: _words(option["name"]) for option in field["options"]}
            return ", ".join(names.get(code, str(code)) for code in chosen)
    return str(answer)


def _kind(field: Field) -> str:
    match field["type"]:
        case "number" | "money":
            return "number"
        case "date" | "table" as same:
            return str(same)
        case "geo":
            return ""
        case "checkbox":
            return "list" if field.get("options") else "bool"
    return "text"


def _fact(field: Field, answer: Any) -> Any:
    kind = _kind(field)
    if kind == "table":
        return [facts_of(row, field["columns"]) for row in answer or ()]
    if kind == "list":
        return list(answer or ())
    if answer is None:
        return None
    if kind == "number":
        return Decimal(answer)
    return date.fromisoformat(answer) if kind == "date" else answer


def _answer(field: Field, raw: Any, known: Mapping[str, Any]) -> Any:
    text = raw.strip() if isinstance(raw, str) else raw
    answer = None
    if text not in (None, "", [], {}):
        if isinstance(text, list | tuple | Mapping) and field["type"] not in _COMPOSED:
            raise Refused(_please(field))
        answer = _READERS[field["type"]](field, text, known) or None
    if field["type"] == "checkbox" and not field.get("options"):
        answer = bool(answer)
    if field.get("required") and answer in (None, False):
        raise Refused(_please(field))
    return answer


def _please(field: Field) -> str:
    label = _label(field)
    match field["type"]:
        case "select" | "radio" | "area":
            return f"Pilih {label}"
        case "checkbox":
            return f"Pilih {label}" if field.get("options") else f"Centang {label}"
        case "geo":
            return f"Tandai {label} pada peta"
        case "table":
            return f"Isi paling sedikit satu baris pada {label}"
    return f"Isi {label}"


def _words(text: Any) -> str:
    return str(text["id"]) if isinstance(text, Mapping) else str(text)


def _label(field: Field) -> str:
    """The label inside a sentence: small first letter, except for NIK, KTP and the like."""
    label = _words(field.get("label", field["code"]))
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _opening(field: Field) -> str:
    label = _label(field)
    return label[:1].upper() + label[1:]


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
        raise Refused(f"{_opening(field)} paling panjang {most} huruf. Anda mengisi {len(text)}")
    if 0 < len(text) < least:
        raise Refused(f"{_opening(field)} paling pendek {least} huruf. Anda mengisi {len(text)}")


def _number(field: Field, raw: Any, known: Mapping[str, Any]) -> str:
    if isinstance(raw, bool | float):
        raise Refused(f"Isi {_label(field)} dengan angka, misalnya 72,5")
    text = f"{raw:f}" if isinstance(raw, Decimal) else re.sub(r"\s", "", str(raw))
    if not _NUMBER.fullmatch(text):
        raise Refused(f"Isi {_label(field)} dengan angka, misalnya 72,5")
    if "," in text or re.fullmatch(r"-?\d{1,3}(\.\d{3})+", text):
        text = text.replace(".", "").replace(",", ".")
    value = Decimal(text)
    _check_size(field, value, grouped)
    plain = f"{value.normalize():f}"
    # Three decimals would read back as thousands: 1.250 is one thousand two hundred and fifty.
    return f"{plain}0" if re.search(r"\.\d{3}$", plain) else plain


def _money(field: Field, raw: Any, known: Mapping[str, Any]) -> str:
    value = parse_rupiah(str(raw))
    if value != value.to_integral_value():
        raise Refused(f"Isi {_label(field)} dalam rupiah penuh, tanpa sen")
    _check_size(field, value, rupiah)
    return str(int(value))


def _check_size(field: Field, value: Decimal, write: Callable[[Decimal], str]) -> None:
    for key, word, sign in (("min", "kecil", 1), ("max", "besar", -1)):
        limit = Decimal(str(field.get(key, value)))
        if (value - limit) * sign < 0:
            typed = f"Anda mengisi {write(value)}"
            raise Refused(f"{_opening(field)} paling {word} {write(limit)}. {typed}")


def _date(field: Field, raw: Any, known: Mapping[str, Any]) -> str:
    found = _DATE.fullmatch(str(raw))
    parts = (found["y"], found["m"], found["d"]) if found else str(raw).split("-")
    try:
        year, month, day = map(int, parts)
        value = date(year, month, day)
    except ValueError as error:
        raise Refused(
            f"Isi {_label(field)} dengan tanggal yang ada di kalender, misalnya 27-3-2026"
        ) from error
    for key, words in (("min", "paling awal"), ("max", "paling akhir")):
        limit = _limit(field.get(key), known)
        if limit and (value < limit if key == "min" else value > limit):
            raise Refused(f"{_opening(field)} {words} {limit:%d-%m-%Y}")
    return value.isoformat()


def _limit(limit: Any, known: Mapping[str, Any]) -> date | None:
    if limit == "today":
        return known.get("today")
    return date.fromisoformat(str(limit)) if limit else None


def _time(field: Field, raw: Any, known: Mapping[str, Any]) -> str:
    found = _TIME.fullmatch(str(raw))
    if not found:
        raise Refused(f"Isi {_label(field)} dengan jam dan menit, misalnya 09.30")
    return f"{time(int(found['h']), int(found['m'])):%H:%M}"


def _option(field: Field, raw: Any, known: Mapping[str, Any]) -> str:
    for option in field["options"]:
        if option["code"] == str(raw):
            return str(option["code"])
    raise Refused(f"Pilih {_label(field)} dari daftar")


def _checkbox(field: Field, raw: Any, known: Mapping[str, Any]) -> bool | list[str]:
    if not field.get("options"):
        return str(raw).lower() in _YES
    ticked = {str(code) for code in (raw if isinstance(raw, list | tuple) else [raw]) if code}
    known_codes = [option["code"] for option in field["options"]]
    if not ticked <= set(known_codes):
        raise Refused(f"Pilih {_label(field)} dari daftar")
    return [code for code in known_codes if code in ticked]


def _email(field: Field, raw: Any, known: Mapping[str, Any]) -> str:
    if len(str(raw)) > 254 or not _EMAIL.fullmatch(str(raw)):
        raise Refused("Tulis alamat email lengkap, misalnya nama@contoh.id")
    name, _, host = str(raw).rpartition("@")
    return f"{name}@{host.lower()}"


def _area(field: Field, raw: Any, known: Mapping[str, Any]) -> str:
    if not _AREA.fullmatch(str(raw)):
        raise Refused(f"Pilih {_label(field)} dari daftar")
    return str(raw)


def _geo(field: Field, raw: Any, known: Mapping[str, Any]) -> dict[str, str]:
    parts = [raw.get("lat"), raw.get("lon")] if isinstance(raw, Mapping) else str(raw).split(",")
    texts = [str(part).strip() for part in parts]
    if texts == ["", ""]:
        raise Refused(f"Tandai {_label(field)} pada peta")
    if len(texts) != 2 or not all(re.fullmatch(r"-?\d{1,3}(\.\d{1,9})?", part) for part in texts):
        raise Refused(f"Tandai {_label(field)} pada peta, atau tulis seperti -0.8917, 119.8707")
    if not (_SOUTH <= Decimal(texts[0]) <= _NORTH and _WEST <= Decimal(texts[1]) <= _EAST):
        raise Refused("Titik ini berada di luar Indonesia. Tandai lagi pada peta")
    return {"lat": texts[0], "lon": texts[1]}


def _table(field: Field, raw: Any, known: Mapping[str, Any]) -> list[Answers]:
    rows = [row for row in raw if _filled(row)] if isinstance(raw, list | tuple) else []
    least, most = int(field.get("min", 0)), int(field.get("max", _MOST_ROWS))
    if rows and len(rows) < least:
        raise Refused(f"Isi paling sedikit {least} baris pada {_label(field)}")
    if len(rows) > most:
        raise Refused(f"{_opening(field)} paling banyak {most} baris. Anda mengisi {len(rows)}")
    answers, problems = [], []
    for place, row in enumerate(rows, 1):
        cleaned, errors = clean(field["columns"], row, facts=known)
        answers.append(cleaned)
        problems += [f"Baris {place}: {error}" for error in errors.values()]
    if problems:
        raise Refused(". ".join(problems[:3]))
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
    "npwp": lambda field, raw, known: identity.npwp(str(raw)),
    "nib": lambda field, raw, known: identity.nib(str(raw)),
    "area": _area,
    "geo": _geo,
    "table": _table,
}
