"""The refusal that people see, and its words in both languages."""

from __future__ import annotations

from collections.abc import Iterable


class Text(str):
    """A sentence in Indonesian that carries its English along; pages show the one or the other."""

    en: str


def both(indonesian: str, english: str, **values: object) -> Text:
    """Both languages of a sentence; {name} takes a value, a Text in its own language."""
    if values:
        indonesian = indonesian.format(**values)
        english = english.format(**{name: in_english(value) for name, value in values.items()})
    text = Text(indonesian)
    text.en = english
    return text


def in_english(words: object) -> object:
    """The English of a Text; anything else as it is."""
    return words.en if isinstance(words, Text) else words


def joined(separator: str, sentences: Iterable[str]) -> Text:
    known = list(sentences)
    return both(separator.join(known), separator.join(str(in_english(one)) for one in known))


class Refused(Exception):
    """Something was asked that can not be done; `message` says why and what to do.

    What applicants and the public can meet is a Text, made by `both`; officers read Indonesian.
    `field` names the form field or the fact that caused it, when there is one.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
