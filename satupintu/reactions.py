"""When this happens, these jobs run. The event-side twin of urls.py."""

from __future__ import annotations

from typing import Any

from satupintu.api import tasks as api
from satupintu.api.events import WebhookQueued
from satupintu.cases import tasks as cases
from satupintu.cases.events import (
    AppealGranted,
    AppealOffered,
    CaseApproved,
    CaseRefused,
    CaseSubmitted,
    CaseWithdrawn,
    ClockPaused,
    ClockResumed,
    ClockWarned,
    CorrectionAnswered,
    CorrectionAsked,
    DeemedApproved,
    LevyAssessed,
    LinkGiven,
    MessageSent,
    MinutesApproved,
    PaidCaseCancelled,
    RecommendationGiven,
    VisitPlanned,
)
from satupintu.integrations.sms import tasks as sms
from satupintu.levies.events import BillPaid
from satupintu.notifications import tasks as notifications
from satupintu.notifications.events import DeliveryQueued, TextReceived
from satupintu.offices.events import OutageDeclared, OutageEnded
from satupintu.people.events import (
    CorrectionOfDataAnswered,
    HolderAppointed,
    MandateGiven,
    NewDeviceSeen,
    RecoveryCodeUsed,
)
from satupintu.permits import tasks as permits
from satupintu.permits.events import (
    PermitDrawnUp,
    PermitHandedOver,
    PermitResumed,
    PermitRevoked,
    PermitSigned,
    PermitSuspended,
    SigningFailed,
)

REACTIONS: dict[type, list[Any]] = {
    # the application
    CaseSubmitted: [cases.make_receipt, cases.tell_applicant, api.announce],
    CorrectionAsked: [cases.tell_applicant],
    CorrectionAnswered: [cases.tell_applicant],
    CaseWithdrawn: [cases.tell_applicant, api.announce],
    PaidCaseCancelled: [cases.tell_applicant, api.announce],
    MessageSent: [cases.tell_applicant],
    # heads of RT and RW
    LinkGiven: [cases.send_link],
    HolderAppointed: [cases.follow_post],
    MandateGiven: [cases.follow_post],
    AppealOffered: [cases.tell_applicant],
    AppealGranted: [cases.tell_applicant],
    # the technical team
    VisitPlanned: [cases.tell_applicant],
    MinutesApproved: [cases.make_minutes],
    RecommendationGiven: [cases.make_recommendation],
    # the levy
    LevyAssessed: [cases.make_bill, cases.tell_applicant],
    BillPaid: [cases.accept_payment, cases.make_payment_receipt, cases.tell_applicant],
    # the decision
    CaseApproved: [api.announce],
    CaseRefused: [api.announce],
    PermitDrawnUp: [permits.sign],
    PermitSigned: [permits.enforce, cases.signature_made, cases.tell_applicant, api.announce],
    SigningFailed: [cases.signature_failed, cases.tell_signer],
    PermitSuspended: [cases.tell_applicant, api.announce],
    PermitResumed: [cases.tell_applicant, api.announce],
    PermitRevoked: [cases.tell_applicant, api.announce],
    PermitHandedOver: [cases.handed_over, cases.tell_applicant],
    # time
    OutageDeclared: [cases.spread_outage],
    OutageEnded: [cases.spread_outage],
    ClockPaused: [cases.tell_applicant, api.announce],
    ClockResumed: [api.announce],
    ClockWarned: [cases.warn_officers],
    DeemedApproved: [cases.tell_applicant],
    # accounts
    NewDeviceSeen: [notifications.tell_new_device],
    RecoveryCodeUsed: [notifications.tell_recovery_codes],
    CorrectionOfDataAnswered: [notifications.tell_data_request],
    # messages on their way
    DeliveryQueued: [notifications.deliver],
    TextReceived: [sms.answer],
    WebhookQueued: [api.deliver],
}
