"""What happens to accounts, applicants, posts and mandates."""

from __future__ import annotations

from dataclasses import dataclass

from satupintu.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class AccountCreated(Event):
    account_id: int


@dataclass(frozen=True, kw_only=True)
class AccountDisabled(Event):
    account_id: int


@dataclass(frozen=True, kw_only=True)
class AccountEnabled(Event):
    account_id: int


@dataclass(frozen=True, kw_only=True)
class GuestForgotten(Event):
    account_id: int


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    account_id: int


@dataclass(frozen=True, kw_only=True)
class SignInFailed(Event):
    """Without an account id when nobody is known by what was typed."""

    account_id: int | None
    throttled: bool


@dataclass(frozen=True, kw_only=True)
class SignInChanged(Event):
    """A password, contact or second factor was set or removed; `what` is a word of ours."""

    account_id: int
    what: str


@dataclass(frozen=True, kw_only=True)
class PinRefused(Event):
    """A wrong PIN on a page opened by a link; `locked` when it was the last try for a while."""

    account_id: int
    locked: bool


@dataclass(frozen=True, kw_only=True)
class ApplicantRecorded(Event):
    applicant_id: int


@dataclass(frozen=True, kw_only=True)
class PersonalDataChanged(Event):
    """Which columns changed; what stood in them is not the journal's business."""

    applicant_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StaffImported(Event):
    """A table of units, posts and holders was taken over; each change has a row of its own."""

    rows: int
    units: int
    posts: int
    accounts: int
    appointed: int
    handed_over: int
    decisions: int = 0


@dataclass(frozen=True, kw_only=True)
class HolderAppointed(Event):
    holding_id: int
    post_id: int
    account_id: int


@dataclass(frozen=True, kw_only=True)
class HoldingEnded(Event):
    holding_id: int
    post_id: int
    account_id: int


@dataclass(frozen=True, kw_only=True)
class MandateGiven(Event):
    mandate_id: int
    post_id: int
    account_id: int


@dataclass(frozen=True, kw_only=True)
class MandateRevoked(Event):
    mandate_id: int
    post_id: int
    account_id: int


@dataclass(frozen=True, kw_only=True)
class NewDeviceSeen(Event):
    """A sign-in with a browser or from a place that the account did not know."""

    account_id: int
    device_id: int


@dataclass(frozen=True, kw_only=True)
class RecoveryCodeUsed(Event):
    account_id: int
    left: int


@dataclass(frozen=True, kw_only=True)
class OwnDataTaken(Event):
    """Somebody downloaded what we hold of them."""

    account_id: int


@dataclass(frozen=True, kw_only=True)
class AccessReviewed(Event):
    """Who may do what was looked through; without an office in the whole city."""

    review_id: int
    office_id: int | None


@dataclass(frozen=True, kw_only=True)
class ApplicantErased(Event):
    """Somebody without an account of their own, of whom nothing is kept any more."""

    applicant_id: int


@dataclass(frozen=True, kw_only=True)
class CorrectionOfDataAsked(Event):
    request_id: int


@dataclass(frozen=True, kw_only=True)
class CorrectionOfDataAnswered(Event):
    request_id: int
    outcome: str


@dataclass(frozen=True, kw_only=True)
class DataRequestsErased(Event):
    """What was asked and answered about one thing is gone, by the retention schedule."""

    count: int


@dataclass(frozen=True, kw_only=True)
class HoldingDecisionRecorded(Event):
    """By which decree somebody holds a post was written down after the appointment."""

    holding_id: int
    post_id: int
    account_id: int
