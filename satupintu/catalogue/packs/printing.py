"""What a letter says for one set of answers: every text filled in, and only what applies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from satupintu.catalogue.packs.checks.facts import fields_of
from satupintu.catalogue.packs.texts import fill, localized
from satupintu.lib.expressions import holds
from satupintu.lib.fields import shown

WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")

Say = Callable[[Mapping[str, Any], Any], str]


def printed(
    definition: Mapping[str, Any],
    document: str,
    *,
    answers: Mapping[str, Any],
    facts: Mapping[str, Any],
    say: Say = shown,
    told: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Opening, sections, body and attachments of a letter, as its template reads them.

    `say` puts an answer into words; `told` are the words of endorse and register steps by code.
    """
    fields = {field["code"]: field for field in fields_of(definition)}
    said = {code: say(field, answers.get(code)) for code, field in fields.items()}
    said |= {
        f"{code}.hari": WEEKDAYS[date.fromisoformat(answers[code]).weekday()]
        for code, field in fields.items()
        if field["type"] == "date" and answers.get(code)
    }
    said |= told or {}

    def part(written: Mapping[str, Any]) -> dict[str, Any]:
        return {
            **({"opening": fill(written["opening"], said)} if "opening" in written else {}),
            "sections": [section(one) for one in written.get("sections", ()) if applies(one)],
            "body": [fill(text, said) for text in written.get("body", ())],
        }

    def section(written: Mapping[str, Any]) -> dict[str, Any]:
        title = written.get("title", "")
        if "table" not in written:
            rows = [
                {"label": row["label"], "value": fill(row["value"], said)}
                for row in written["rows"]
                if applies(row)
            ]
            return {"title": title, "rows": rows}
        columns = fields[written["table"]]["columns"]
        return {
            "title": title,
            "headers": [localized(column["label"], "id") for column in columns],
            "table": [
                [say(column, row.get(column["code"])) for column in columns]
                for row in answers.get(written["table"], ())
            ],
        }

    def applies(written: Mapping[str, Any]) -> bool:
        return "when" not in written or holds(written["when"], facts)

    letter = definition["documents"][document]
    return {
        **part(letter),
        "attachments": [
            {
                "code": page["code"],
                "title": page["title"],
                **part(page),
                "signers": [
                    {"label": signer["label"], "name": fill(signer["name"], said)}
                    for signer in page.get("signers", ())
                ],
            }
            for page in letter.get("attachments", ())
            if applies(page)
        ],
    }
