"""What the API says, written by hand: no column of a table is in it that does not stand here."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

EventName = Literal[
    "case.submitted",
    "case.status_changed",
    "permit.issued",
    "permit.suspended",
    "permit.resumed",
    "permit.revoked",
]
Code = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9_-]+$")]


class ServiceShort(Schema):
    code: str
    name: str
    summary: str
    sector: str
    free: bool
    days: int
    online: bool


class Services(Schema):
    items: list[ServiceShort]
    next: str


class Requirement(Schema):
    code: str
    name: str
    hint: str
    required: bool
    sometimes: bool  # asked for in some cases only


class ServiceStep(Schema):
    name: str
    days: int | None
    by_applicant: bool
    sometimes: bool


class Duration(Schema):
    working_days: int
    note: str


class Service(Schema):
    """The six components that must be public (PermenPANRB 15/2014)."""

    code: str
    version: int
    name: str
    summary: str
    requirements: list[Requirement]
    procedure: list[ServiceStep]
    duration: Duration
    fee: str
    product: str
    complaint: str


class Option(Schema):
    code: str
    name: str


class Question(Schema):
    """One thing a form asks; the answer goes under its `code`."""

    code: str
    label: str
    hint: str
    type: str
    unit: str
    required: bool
    sometimes: bool  # asked for in some cases only
    options: list[Option]
    columns: list[Question]  # of a table: each row is an object with these codes


class Calculator(Schema):
    service: str
    version: int
    basis: str
    questions: list[Question]


class Answers(Schema):
    """Text as people type it in the form, or plain JSON: numbers, true, rows of a table."""

    model_config = ConfigDict(extra="forbid")

    answers: Annotated[dict[str, Any], Field(max_length=500)]


class FeeLine(Schema):
    code: str
    label: str
    explanation: str  # the formula with the numbers put in
    amount: Annotated[str, StringConstraints(pattern=r"^-?[0-9]+(\.[0-9]+)?$")]


class Fee(Schema):
    """An estimate: officers set the levy by the same tariff from what they have checked."""

    service: str
    version: int
    basis: str
    currency: Literal["IDR"]
    lines: list[FeeLine]
    workings: list[FeeLine]  # values that lines use, not amounts to pay
    total: Annotated[str, StringConstraints(pattern=r"^-?[0-9]+(\.[0-9]+)?$")]


class Step(Schema):
    name: str
    status: Literal["done", "stop", "now", "next"]
    since: datetime | None
    due_date: date | None
    office: str
    note: str


class Tracking(Schema):
    number: str
    service: str
    status: str
    paused: str
    steps: list[Step]


class Verification(Schema):
    state: Literal["valid", "ended", "suspended", "revoked", "unknown"]
    number: str | None = None
    title: str | None = None
    holder: str | None = None  # masked
    office: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None


class OwnCaseShort(Schema):
    id: int
    number: str | None
    service: str
    service_code: str
    status: str
    waits_for_you: str  # fill, correct, appeal, pay, collect, read; empty for nothing
    begun_at: datetime
    submitted_at: datetime | None
    due_date: date | None


class OwnCases(Schema):
    items: list[OwnCaseShort]
    next: str


class OwnCase(OwnCaseShort):
    steps: list[Step]


class Applicant(Schema):
    id: int
    kind: Literal["person", "company"]
    name: str


class Applicants(Schema):
    items: list[Applicant]


class CaseWanted(Schema):
    """Without `applicant` the token's owner applies for themselves."""

    model_config = ConfigDict(extra="forbid")

    service: Code
    request_type: Code
    applicant: int | None = None
    anew: bool = False


class Draft(Schema):
    id: int
    service: str
    service_code: str
    request_type: str
    begun_at: datetime


class FormQuestion(Question):
    asked: bool  # now, with the answers given so far


class Section(Schema):
    code: str
    title: str
    status: Literal["empty", "started", "done"]
    questions: list[FormQuestion]
    answers: dict[str, Any]


class CaseFile(Schema):
    name: str
    size: int


class CaseDocument(Schema):
    code: str
    name: str
    hint: str
    required: bool
    accept: list[str]
    max_bytes: int
    file: CaseFile | None


class Gap(Schema):
    kind: Literal["field", "section", "requirement"]
    code: str
    section: str
    message: str


class Missing(Schema):
    """What still keeps the application from being sent; empty for nothing."""

    missing: list[Gap]


class Form(Draft, Missing):
    sections: list[Section]
    documents: list[CaseDocument]


class UploadWanted(Schema):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
    size: Annotated[int, Field(ge=0, le=2**40)]


class Upload(Schema):
    id: uuid.UUID
    offset: int
    piece: int


class UploadGiven(Schema):
    model_config = ConfigDict(extra="forbid")

    upload: uuid.UUID


class Statement(Schema):
    """That the data and documents are true (Palu 58/2017 art. 8(3))."""

    model_config = ConfigDict(extra="forbid")

    truth: bool


class Document(Schema):
    what: str
    title: str
    number: str
    at: datetime | None
    size: int


class Documents(Schema):
    items: list[Document]


class Notice(Schema):
    id: int
    title: str
    body: str
    at: datetime
    read: bool


class Notices(Schema):
    items: list[Notice]
    next: str


class MessageText(Schema):
    model_config = ConfigDict(extra="forbid")

    body: Annotated[
        str,
        StringConstraints(min_length=1, max_length=4000, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$"),
    ]


class Message(Schema):
    id: int
    body: str
    sent_at: datetime


class UnitCase(Schema):
    number: str
    service: str
    service_code: str
    status: str
    channel: str
    applicant: str  # masked
    submitted_at: datetime
    due_date: date | None
    closed_at: datetime | None


class UnitCases(Schema):
    items: list[UnitCase]
    next: str


class UnitCaseWhole(UnitCase):
    steps: list[Step]


class Task(Schema):
    id: int
    case_number: str
    service: str
    step: str
    name: str
    status: Literal["open", "waiting", "signing"]
    role: str
    opened_at: datetime
    due_date: date | None


class Tasks(Schema):
    items: list[Task]
    next: str


class WebhookWanted(Schema):
    model_config = ConfigDict(extra="forbid")

    url: Annotated[
        str, StringConstraints(min_length=9, max_length=500, pattern=r"^https?://[!-~]+$")
    ]
    events: Annotated[list[EventName], Field(min_length=1, max_length=6)]


class Webhook(Schema):
    id: int
    url: str
    events: list[EventName]
    made_at: datetime


class Webhooks(Schema):
    items: list[Webhook]


class Secret(Schema):
    secret: str
