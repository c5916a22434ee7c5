"""All that we hold of a person in their applications (UU 27/2022 art. 5-8, 13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from satupintu.cases.models import Case
from satupintu.journal import queries as journal
from satupintu.offices import queries as offices
from satupintu.people import queries as people

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from satupintu.journal.models import Entry

MOST = 1000
SHOWN = 200


def personal_cases(account_id: int, only: int | None = None) -> list[Case]:
    """One's own cases, drafts too, the newest first; with `only` that one alone."""
    found = Case.objects.filter(applicant__account_id=account_id)
    if only is not None:
        found = found.filter(pk=only)
    found = found.select_related("service_version", "office", "applicant")
    return list(found.prefetch_related("attachments__file", "messages").order_by("-id")[:MOST])


def personal_data(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """As plain values, for a file that another program reads (portability)."""
    return [
        {
            "number": case.number,
            "service": case.service_code,
            "office": case.office.name,
            "applicant": case.applicant.display_name,
            "phase": case.phase,
            "outcome": case.outcome,
            "created_at": case.created_at,
            "submitted_at": case.submitted_at,
            "closed_at": case.closed_at,
            "consent": {"statement_of_truth_at": case.truth_accepted_at},
            "answers": case.answers,
            "typed": case.typed,
            "files": [
                {
                    "requirement": one.requirement,
                    "type": one.file.media_type,
                    "bytes": one.file.size,
                    "sha256": one.file.sha256,
                    "given_at": one.created_at,
                    "in_use": one.current,
                }
                for one in case.attachments.all()
            ],
            "messages": [
                {"sent_at": one.sent_at, "from_office": one.from_office, "body": one.body}
                for one in case.messages.all()
            ],
        }
        for case in cases
    ]


def numbers_of(subjects: Iterable[str]) -> dict[str, str]:
    """The numbers of these sent applications, by subject."""
    wanted = [int(key) for one in subjects if (key := one.removeprefix("case:")).isdecimal()]
    rows = Case.objects.filter(pk__in=wanted, number__isnull=False).values_list("pk", "number")
    return {f"case:{case_id}": str(number) for case_id, number in rows}


def readers(cases: Sequence[Case], account_id: int) -> list[dict[str, Any]]:
    """Which post looked at which of these cases and when; posts and not names."""
    by_subject = {case.subject: case for case in cases}
    rows = journal.reads(by_subject, limit=SHOWN)
    return [
        {
            "at": row.happened_at,
            "case": by_subject[row.subject],
            "what": str(row.data["what"]).partition(":")[0],
            "post": _post(row),
        }
        for row in rows
        if row.account_id != account_id
    ]


def _post(row: Entry) -> str:
    """The post in which it was read, or else those that the reader held on that day."""
    if row.post_id:
        post = offices.post_by_id(row.post_id)
        return f"{post.name}, {post.office.name}"
    held = people.posts_held(row.account_id, row.happened_at.astimezone(offices.zone()).date())
    return "; ".join(f"{one.title}, {one.office_name}" for one in held)
