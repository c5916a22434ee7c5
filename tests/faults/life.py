"""The life of one application as a game: any act by anybody in any order, beside a small model.

`make faults` plays it at length; the test plays a little of it. A step that diverges from the model
is printed by Hypothesis as a program that repeats it.
"""

from __future__ import annotations

import io
import itertools
import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.http import Http404
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from satupintu.cases.actions import attaching, decision, levy, review, submission
from satupintu.cases.models import Case, Task
from satupintu.files import actions as files
from satupintu.journal.events import SYSTEM, By
from satupintu.journal.models import Entry
from satupintu.levies import actions as levies
from satupintu.levies.models import Bill, Receipt
from satupintu.lib.errors import Refused
from satupintu.offices import queries as offices
from satupintu.offices.models import NumberSeries
from satupintu.people import queries as people
from satupintu.people.models import Account
from satupintu.permits import actions as permits
from satupintu.permits.models import Decision, Permit
from satupintu.site import demo
from tests.cases import desk, filling

STEPS = ("verifikasi", "rekomendasi", "penetapan", "bayar", "konsep", "paraf", "tanda_tangan")
BACK = {
    "rekomendasi": ("verifikasi",),
    "penetapan": ("verifikasi", "rekomendasi"),
    "konsep": ("verifikasi", "rekomendasi"),
    "paraf": ("konsep",),
    "tanda_tangan": ("konsep",),
}
FORWARDED = {"verifikasi", "rekomendasi", "penetapan", "konsep", "paraf"}
APPLICATION = {"service": "MAKAM", "scenario": 0, "reach": "submitted", "age": 0}
unique = itertools.count()
whoever = st.integers(min_value=0)
# What would end or undo most lives before they become interesting.
SELDOM = st.sampled_from((False, False, False, True))


class Life(RuleBasedStateMachine):
    """`at` is the step, or "signing", "issued", "revoked", "withdrawn"; the rest is the model's."""

    sent: Case  # what all lives begin with; set by whoever plays

    @initialize()
    def begin(self) -> None:
        self.before = transaction.savepoint()
        self.case_id, self.clerk = self.sent.pk, By(self.sent.opened_by_id, "web")
        self.at, self.asked, self.paid, self.pending = "verifikasi", False, False, False
        self.rows = Entry.objects.count()
        self.everybody = list(Account.objects.order_by("id").values_list("id", flat=True))

    def teardown(self) -> None:
        if hasattr(self, "before"):
            transaction.savepoint_rollback(self.before)

    # What may be done, by whom it must be done

    @precondition(lambda self: self.at in FORWARDED and not self.asked)
    @rule()
    def finish_the_step(self) -> None:
        case, task = self.now()
        if not (self.at == "penetapan" and self.paid):
            desk.prepare(case, task)
        self.done(review.forward, task.pk, version=self.version(), by=desk.holder(task))
        self.at = STEPS[STEPS.index(self.at) + 1]
        if self.at == "bayar" and self.paid:
            self.at = "konsep"

    @precondition(lambda self: self.at in BACK and not self.asked)
    @rule(which=whoever, seldom=SELDOM)
    def send_it_back(self, which: int, seldom: bool) -> None:
        if not seldom:
            return
        _, task = self.now()
        to = BACK[self.at][which % len(BACK[self.at])]
        self.done(
            review.send_back,
            task.pk,
            to=to,
            reason="Belum jelas.",
            version=self.version(),
            by=desk.holder(task),
        )
        self.at = to

    @precondition(lambda self: self.at == "verifikasi" and not self.asked)
    @rule()
    def ask_the_applicant(self) -> None:
        _, task = self.now()
        self.done(
            review.ask_correction,
            task.pk,
            items=[{"kind": "requirement", "code": "kematian", "reason": "Foto buram."}],
            note="",
            version=self.version(),
            by=desk.holder(task),
        )
        self.asked = True

    @precondition(lambda self: self.asked)
    @rule()
    def answer(self) -> None:
        self.refused(review.answer_correction, self.case_id, confirmed=True, by=self.clerk)
        attaching.attach(
            self.case_id,
            requirement="kematian",
            stream=io.BytesIO(filling.pdf().read()),
            name="kematian.pdf",
            by=self.clerk,
        )
        self.done(review.answer_correction, self.case_id, confirmed=True, by=self.clerk)
        self.asked = False

    @precondition(lambda self: self.at == "bayar")
    @rule()
    def pay(self) -> None:
        bill = self.bill()
        self.refused(self.cash, bill, bill.total - 1, "kasir")
        self.refused(self.cash, bill, bill.total, "penetap")
        self.done(self.cash, bill, bill.total, "kasir")
        self.refused(self.cash, bill, bill.total, "kasir")
        self.done(levy.accept_payment, self.case_id)
        self.at, self.paid = "konsep", True

    @precondition(lambda self: self.at == "tanda_tangan")
    @rule()
    def consent(self) -> None:
        _, task = self.now()
        self.done(
            decision.sign,
            task.pk,
            version=self.version(),
            act=f"act-{next(unique)}",
            by=desk.holder(task),
        )
        self.at = "signing"

    @precondition(lambda self: self.at == "signing")
    @rule(works=st.booleans())
    def the_signer_answers(self, works: bool) -> None:
        permit = Permit.objects.get(kind="permit", subject=f"case:{self.case_id}")
        if works:
            self.signed(permit)
            self.done(decision.signature_made, self.case_id)
            self.at = "issued"
        else:
            self.done(permits.fail_signing, permit.pk, reason="Gangguan.")
            self.done(decision.signature_failed, self.case_id)
            self.at = "tanda_tangan"

    @precondition(lambda self: self.at == "issued")
    @rule()
    def revoke(self) -> None:
        permit = Permit.objects.get(kind="permit", subject=f"case:{self.case_id}")
        drafted = permits.draft_decision(
            permit.pk, kind="revoke", reason="Melanggar.", ground="UU", by=self.who("kabid")
        )
        self.refused(permits.sign_decision, drafted.pk, act="x", by=self.who("kabid"))
        letter = permits.sign_decision(
            drafted.pk, act=f"act-{next(unique)}", by=self.who("kepala_dinas")
        )
        self.signed(letter)
        self.done(permits.enforce, drafted.pk)
        self.at = "revoked"

    @rule(seldom=SELDOM)
    def withdraw(self, seldom: bool) -> None:
        if not seldom:
            return
        allowed = not self.paid and self.at in STEPS
        act = self.done if allowed else self.refused
        if self.at != "withdrawn":
            act(submission.withdraw, self.case_id, reason="Tidak jadi.", by=self.clerk)
        if allowed:
            self.at, self.asked = "withdrawn", False

    # What may not be done

    @precondition(lambda self: self.at in STEPS)
    @rule(who=whoever, older=st.integers(min_value=1, max_value=3))
    def somebody_does_what_they_may_not(self, who: int, older: int) -> None:
        _, task = self.now()
        may = people.accounts_holding(role=task.role, office_id=task.office_id)
        others = [one for one in self.everybody if one not in {holder.pk for holder in may}]
        stranger, version = By(others[who % len(others)], "web"), self.version()
        self.refused(review.forward, task.pk, version=version, by=stranger)
        self.refused(
            review.send_back, task.pk, to="verifikasi", reason="x", version=version, by=stranger
        )
        self.refused(decision.sign, task.pk, version=version, act="x", by=stranger)
        right = desk.holder(task) if task.role else self.clerk
        self.refused(review.forward, task.pk, version=version - older, by=right)
        if self.at != "tanda_tangan":
            self.refused(decision.sign, task.pk, version=version, act="x", by=right)
        if self.at in ("bayar", "tanda_tangan"):  # these go on by themselves
            self.refused(review.forward, task.pk, version=version, by=right)

    @rule()
    def jobs_come_twice(self) -> None:
        """None of them finds anything to do."""
        if self.at not in ("bayar", "signing"):
            levy.accept_payment(self.case_id)
            decision.signature_made(self.case_id)
            decision.signature_failed(self.case_id)
        for permit in Permit.objects.exclude(status="signing"):
            permits.fail_signing(permit.pk, reason="x")
        for done in Decision.objects.exclude(effective_at=None):
            permits.enforce(done.pk)
        assert Entry.objects.count() == self.rows

    # What always holds

    @invariant()
    def the_journal_only_grows(self) -> None:
        now = Entry.objects.count()
        assert now >= self.rows
        self.rows = now

    @invariant()
    def the_case_is_where_the_model_is(self) -> None:
        case = Case.objects.get(pk=self.case_id)
        running = list(case.tasks.filter(status__in=["open", "waiting", "signing"]))
        if self.at in STEPS or self.at == "signing":
            waiting = self.asked or self.at == "bayar"
            assert case.phase == ("waiting" if waiting else "open")
            assert [task.step for task in running] == [
                "tanda_tangan" if self.at == "signing" else self.at
            ]
        else:
            assert (case.phase, running) == ("closed", [])
            assert case.outcome == ("withdrawn" if self.at == "withdrawn" else "approved")

    @invariant()
    def money_is_what_the_bills_say(self) -> None:
        paid = Bill.objects.filter(status="paid").aggregate(sum=Sum("total"))["sum"] or 0
        assert (Receipt.objects.aggregate(sum=Sum("amount"))["sum"] or 0) == paid
        assert bool(paid) == self.paid
        assert Bill.objects.exclude(status="cancelled").count() <= 1

    @invariant()
    def a_permit_is_valid_only_signed(self) -> None:
        states = {one.status: one.file_id for one in Permit.objects.filter(kind="permit")}
        wanted = {"issued": "valid", "revoked": "revoked", "signing": "signing"}.get(self.at)
        assert set(states) <= {wanted, "unsigned", "void"} if wanted is None else {wanted}
        assert all(states[one] for one in states if one in ("valid", "revoked"))
        if wanted:
            assert wanted in states

    @invariant()
    def numbers_have_no_hole(self) -> None:
        for series in NumberSeries.objects.all():
            assert offices.unexplained_gaps(series) == ()

    # How it is done

    def now(self) -> tuple[Case, Task]:
        case = Case.objects.get(pk=self.case_id)
        return case, case.tasks.get(status__in=["open", "waiting", "signing"])

    def version(self) -> int:
        return Case.objects.get(pk=self.case_id).version

    def bill(self) -> Bill:
        return Bill.objects.exclude(status="cancelled").get()

    def who(self, role: str) -> By:
        return demo._officer(role, "dpmptsp")

    def cash(self, bill: Bill, given: Any, role: str) -> Receipt:
        return levies.take_cash(bill.pk, cash_given=given, key=uuid.uuid4(), by=self.who(role))

    def signed(self, permit: Permit) -> None:
        file = files.store_bytes(
            desk.PDF + str(next(unique)).encode(),
            name="izin.pdf",
            media_type="application/pdf",
            by=SYSTEM,
        )
        self.done(permits.finish_signing, permit.pk, act=permit.act, file=file, level="B-B")

    def done(self, act: Callable[..., Any], /, *values: Any, **named: Any) -> None:
        """It is allowed, and the journal knows it."""
        before = Entry.objects.count()
        act(*values, **named)
        assert Entry.objects.count() > before, f"{act.__name__} left no trace"

    def refused(self, act: Callable[..., Any], /, *values: Any, **named: Any) -> None:
        """It is not, and nothing has changed."""
        before = Entry.objects.count(), self.version()
        try:
            act(*values, **named)
        except (Refused, Http404):
            assert (Entry.objects.count(), self.version()) == before
        else:
            raise AssertionError(f"{act.__name__} was allowed")
