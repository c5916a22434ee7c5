"""Everything that can happen to accounts, applicants, posts and mandates."""

from satupintu.people.actions.accounts import (
    ContactTaken,
    create_account,
    disable_account,
    enable_account,
    note_failed_sign_in,
    note_own_data_taken,
    note_recovery_code,
    note_sign_in_change,
    set_phone,
    sign_up,
)
from satupintu.people.actions.applicants import (
    add_company,
    create_applicant,
    erase_applicant,
    update_applicant,
)
from satupintu.people.actions.cast import load_cast
from satupintu.people.actions.data_requests import (
    answer_correction_of_data,
    ask_correction_of_data,
    erase_data_requests,
    read_data_request,
)
from satupintu.people.actions.devices import Seen, end_session, end_sessions_of, note_sign_in
from satupintu.people.actions.guests import (
    SentCode,
    WrongCode,
    account_of,
    enter,
    forget_guest,
    prove_code,
    send_code,
)
from satupintu.people.actions.pins import WeakPin, check_pin, give_pin, set_pin
from satupintu.people.actions.posts import (
    MandateRefused,
    NotForOneself,
    PostTaken,
    appoint,
    end_holding,
    give_mandate,
    record_decision,
    revoke_mandate,
)
from satupintu.people.actions.reviews import confirm_review, note_access_list
from satupintu.people.actions.staffing import COLUMNS, NEEDED, Outcome, Problem, import_staff
from satupintu.people.actions.throttle import TooOften, forget_turns, take_turn

__all__ = [
    "COLUMNS",
    "NEEDED",
    "ContactTaken",
    "MandateRefused",
    "NotForOneself",
    "Outcome",
    "PostTaken",
    "Problem",
    "Seen",
    "SentCode",
    "TooOften",
    "WeakPin",
    "WrongCode",
    "account_of",
    "add_company",
    "answer_correction_of_data",
    "appoint",
    "ask_correction_of_data",
    "check_pin",
    "confirm_review",
    "create_account",
    "create_applicant",
    "disable_account",
    "enable_account",
    "end_holding",
    "end_session",
    "end_sessions_of",
    "enter",
    "erase_applicant",
    "erase_data_requests",
    "forget_guest",
    "forget_turns",
    "give_mandate",
    "give_pin",
    "import_staff",
    "load_cast",
    "note_access_list",
    "note_failed_sign_in",
    "note_own_data_taken",
    "note_recovery_code",
    "note_sign_in",
    "note_sign_in_change",
    "prove_code",
    "read_data_request",
    "record_decision",
    "revoke_mandate",
    "send_code",
    "set_phone",
    "set_pin",
    "sign_up",
    "take_turn",
    "update_applicant",
]
