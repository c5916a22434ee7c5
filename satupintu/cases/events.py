"""What happens to an application. Ids only: the journal is kept for ever."""

from __future__ import annotations

from dataclasses import dataclass

from satupintu.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class CaseEvent(Event):
    case_id: int


@dataclass(frozen=True, kw_only=True)
class CaseStarted(CaseEvent):
    service: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class AnswersSaved(CaseEvent):
    section: str


@dataclass(frozen=True, kw_only=True)
class FileAttached(CaseEvent):
    requirement: str
    file_id: int


@dataclass(frozen=True, kw_only=True)
class LetterAttached(CaseEvent):
    """A letter that this system issued stands for a requirement; nothing was uploaded."""

    requirement: str
    permit_id: int


@dataclass(frozen=True, kw_only=True)
class OriginalTaken(CaseEvent):
    """An officer took a file without the marks that a copy carries."""

    requirement: str
    file_id: int
    purpose: str


@dataclass(frozen=True, kw_only=True)
class FileRemoved(CaseEvent):
    requirement: str
    file_id: int


@dataclass(frozen=True, kw_only=True)
class DraftDiscarded(CaseEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class CaseSubmitted(CaseEvent):
    number: str


@dataclass(frozen=True, kw_only=True)
class CaseWithdrawn(CaseEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class WithdrawalAsked(CaseEvent):
    """After payment: the applicant asks the counter to cancel."""


@dataclass(frozen=True, kw_only=True)
class PaidCaseCancelled(CaseEvent):
    """The counter closed a paid case as withdrawn; the payment stays recorded."""


@dataclass(frozen=True, kw_only=True)
class TaskEvent(CaseEvent):
    task_id: int
    step: str


@dataclass(frozen=True, kw_only=True)
class TaskOpened(TaskEvent):
    round: int


@dataclass(frozen=True, kw_only=True)
class TaskAssigned(TaskEvent):
    assignee_id: int | None


@dataclass(frozen=True, kw_only=True)
class TaskForwarded(TaskEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class TaskReturned(TaskEvent):
    to: str


@dataclass(frozen=True, kw_only=True)
class CaseRefusalProposed(TaskEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class LinkGiven(TaskEvent):
    """Somebody who may answer the step gets a link of their own."""

    link_id: int
    account_id: int


@dataclass(frozen=True, kw_only=True)
class LinkIssued(TaskEvent):
    """The link has its secret and is on its way."""

    link_id: int


@dataclass(frozen=True, kw_only=True)
class LinkHasNoWay(TaskEvent):
    """Nobody recorded a phone or e-mail of the one who should get the link."""

    link_id: int
    account_id: int


@dataclass(frozen=True, kw_only=True)
class EndorserReminded(TaskEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class EndorsedOnPaper(TaskEvent):
    file_id: int


@dataclass(frozen=True, kw_only=True)
class AppealOffered(TaskEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class AppealLodged(TaskEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class RefusalAccepted(TaskEvent):
    """By the applicant, or by letting the time pass (`silent`)."""

    silent: bool


@dataclass(frozen=True, kw_only=True)
class AppealGranted(TaskEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class RefusalUpheld(TaskEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class DocumentJudged(CaseEvent):
    attachment_id: int
    verdict: str


@dataclass(frozen=True, kw_only=True)
class CorrectionAsked(TaskEvent):
    correction_id: int
    items: int


@dataclass(frozen=True, kw_only=True)
class CorrectionAnswered(TaskEvent):
    correction_id: int


@dataclass(frozen=True, kw_only=True)
class VisitPlanned(TaskEvent):
    visit_id: int


@dataclass(frozen=True, kw_only=True)
class VisitRecorded(CaseEvent):
    visit_id: int


@dataclass(frozen=True, kw_only=True)
class PhotoTaken(CaseEvent):
    visit_id: int
    file_id: int


@dataclass(frozen=True, kw_only=True)
class MinutesWritten(CaseEvent):
    visit_id: int
    revision: int


@dataclass(frozen=True, kw_only=True)
class MinutesApproved(CaseEvent):
    visit_id: int
    final: bool


@dataclass(frozen=True, kw_only=True)
class RecommendationGiven(TaskEvent):
    recommendation_id: int
    verdict: str


@dataclass(frozen=True, kw_only=True)
class OpinionAsked(CaseEvent):
    opinion_id: int
    to_office_id: int


@dataclass(frozen=True, kw_only=True)
class OpinionClosed(CaseEvent):
    """The case ended; the answer is not needed any more."""

    opinion_id: int
    to_office_id: int


@dataclass(frozen=True, kw_only=True)
class OpinionGiven(CaseEvent):
    opinion_id: int
    verdict: str


@dataclass(frozen=True, kw_only=True)
class LevyAssessed(TaskEvent):
    bill_id: int


@dataclass(frozen=True, kw_only=True)
class DraftWritten(TaskEvent):
    document: str


@dataclass(frozen=True, kw_only=True)
class CaseSigned(TaskEvent):
    permit_id: int
    document: str


@dataclass(frozen=True, kw_only=True)
class MessageSent(CaseEvent):
    message_id: int
    from_office: bool


@dataclass(frozen=True, kw_only=True)
class NoteWritten(CaseEvent):
    note_id: int


@dataclass(frozen=True, kw_only=True)
class ClockPaused(CaseEvent):
    pause_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class ClockResumed(CaseEvent):
    pause_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class CaseApproved(CaseEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class CaseRefused(CaseEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class PaperStored(CaseEvent):
    """A PDF of the case (receipt, minutes, bill, …) was rendered and kept."""

    paper: str
    file_id: int


@dataclass(frozen=True, kw_only=True)
class ClockWarned(CaseEvent):
    """Half, four fifths or all of the working days are used."""

    level: str


@dataclass(frozen=True, kw_only=True)
class DeemedApproved(CaseEvent):
    """The law grants what was not decided in time (UU 30/2014 art. 53)."""


@dataclass(frozen=True, kw_only=True)
class FilterSaved(Event):
    """An officer kept a view of the work list."""

    filter_id: int
    shared: bool


@dataclass(frozen=True, kw_only=True)
class FilterDeleted(Event):
    filter_id: int
    shared: bool


@dataclass(frozen=True, kw_only=True)
class RetentionEnded(CaseEvent):
    """The law no longer keeps the personal data of the case; a person decides what follows."""


@dataclass(frozen=True, kw_only=True)
class CaseErased(CaseEvent):
    """The personal data of the case are destroyed, by the retention schedule."""


@dataclass(frozen=True, kw_only=True)
class CaseHeld(CaseEvent):
    """Nothing of the case is erased until the hold is lifted."""

    hold_id: int


@dataclass(frozen=True, kw_only=True)
class HoldLifted(CaseEvent):
    hold_id: int


@dataclass(frozen=True, kw_only=True)
class PaperFormsPrinted(Event):
    """Numbered forms were set aside for a time without the system."""

    block_id: int
    service: str
    count: int


@dataclass(frozen=True, kw_only=True)
class PaperFormBegun(CaseEvent):
    """A form that was filled in on paper is being typed in as this case."""

    form_id: int
    number: str
    written_at: str


@dataclass(frozen=True, kw_only=True)
class PaperFormReleased(CaseEvent):
    """The draft was thrown away; the form waits again."""

    form_id: int
    number: str


@dataclass(frozen=True, kw_only=True)
class PaperFormEntered(CaseEvent):
    """Both times, as the clocks of the city show them: written on paper, and typed in."""

    form_id: int
    number: str
    written_at: str
    entered_at: str


@dataclass(frozen=True, kw_only=True)
class PaperFormVoided(Event):
    form_id: int
    number: str
