"""Turns the message texts of a pack into what a person reads. Pure: no database, no network."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
LONGEST_VALUE = 1000
LONGEST_SMS = 160
SHORTEST_VALUE = 12
STEP = 8
# The basic alphabet of GSM 03.38 without the national letters; each sign counts one.
GSM = frozenset(
    "@$\n !\"#%&'()*+,-./0123456789:;<=>?_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)
PLAIN = str.maketrans(
    {
        "\N{NO-BREAK SPACE}": " ", "–": "-", "—": "-", "…": "...", "‘": "'", "’": "'", "“": '"',
        "”": '"', "`": "'", "•": "-", "×": "x", "[": "(", "]": ")", "{": "(", "}": ")", "\\": "/",
        "|": "/", "~": "-", "^": "", "€": "EUR", "\t": " ",
    }
)  # fmt: skip

# What stands where the words of a message were.
ERASED = "Data pribadi telah dihapus menurut jadwal retensi"


class MissingValue(Exception):
    """A text asks for a value that the caller did not give."""


def fill(text: str, values: Mapping[str, object]) -> str:
    """Put the values in. They are data: braces or anything else inside them mean nothing."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name not in values:
            raise MissingValue(name)
        return _clean(str(values[name]))

    return PLACEHOLDER.sub(value, text).strip()


def one_line(text: str) -> str:
    """For the subject of a mail: a line break there would start a header of its own."""
    # Not the no-break space: an amount stays together.
    return re.sub(r"[^\S\u00a0]+", " ", text).strip()[:200]


def sms(text: str, values: Mapping[str, object]) -> str:
    """At most 160 signs of the GSM alphabet: the longest value gives way first, links never."""
    given = {name: one_line(_clean(str(value))) for name, value in values.items()}
    whole = _gsm(fill(text, given))
    while len(whole) > LONGEST_SMS:
        used = [name for name in PLACEHOLDER.findall(text) if "://" not in given[name]]
        longest = max(used, key=lambda name: len(given[name]), default="")
        if not longest or len(given[longest]) <= SHORTEST_VALUE:
            return whole[: LONGEST_SMS - 2].rstrip() + ".."
        size = max(SHORTEST_VALUE, len(given[longest]) - min(STEP, len(whole) - LONGEST_SMS))
        given[longest] = given[longest][: size - 2].rstrip() + ".."
        whole = _gsm(fill(text, given))
    return whole


def _clean(value: str) -> str:
    """Without control signs (a terminal or a mail header would obey them), and bounded."""
    kept = "".join(
        c for c in value[: LONGEST_VALUE + 1] if c == "\n" or unicodedata.category(c) != "Cc"
    )
    return kept if len(kept) <= LONGEST_VALUE else kept[:LONGEST_VALUE] + "…"


def _gsm(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.translate(PLAIN))
    letters = (c for c in plain if not unicodedata.combining(c))
    return "".join(c if c in GSM else "?" for c in letters)
