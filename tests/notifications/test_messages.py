"""A message from its giving to its arrival, or to the person who looks after it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import connection, transaction
from django.http import Http404
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from satupintu.journal.events import SYSTEM, By
from satupintu.journal.models import Entry
from satupintu.notifications import actions, queries, tasks
from satupintu.notifications.models import Delivery, Notice
from satupintu.people.queries import NoRight
from tests.notifications.conftest import Cast

if TYPE_CHECKING:
    from sandbox.mail import MailServer
    from sandbox.sms import SmsCentre
    from tests.sandboxes import LoopThread

URL = "https://izin.contoh.id/permohonan/12"
Run = Callable[[], None]


def tell(cast: Cast, key: str = "case:12:terbit", **changes: Any) -> Notice:
    given = {
        "applicant_id": cast.applicant.pk,
        "message": "izin_terbit",
        "values": {"nomor": "503/1", "url": URL},
        "subject": "case:12",
        "key": key,
        "by": SYSTEM,
    }
    return actions.notify(**{**given, **changes})


def delivery(channel: str) -> Delivery:
    return Delivery.objects.get(channel=channel)


@pytest.mark.usefixtures("providers")
def test_a_message_lies_in_the_inbox_and_goes_out_by_mail_and_sms(
    cast: Cast,
    run_jobs: Run,
    mail_server: MailServer,
    sms_centre: SmsCentre,
) -> None:
    notice = tell(cast)
    assert (notice.title, notice.body) == (
        "Izin 503/1 terbit",
        f"Izin 503/1 sudah terbit. Buka {URL}",
    )
    assert list(mail_server.messages()) == []

    run_jobs()

    ((_, mail),) = mail_server.messages()
    assert (mail["To"], mail["Subject"]) == ("siti@contoh.id", "Izin 503/1 terbit")
    assert mail["Message-ID"] == f"<delivery-{delivery('email').pk}@contoh.id>"
    assert URL in mail.get_content()
    (sms,) = sms_centre.messages()
    assert (sms.recipient, sms.text) == ("6281234567890", f"Izin 503/1 sudah terbit: {URL}")
    assert delivery("sms").provider_reference == sms.reference
    assert {row.status for row in Delivery.objects.all()} == {"sent"}
    assert Entry.objects.filter(event="notifications.DeliverySent").count() == 2


def test_the_same_fact_told_twice_is_one_message(cast: Cast) -> None:
    first = tell(cast)
    assert tell(cast, values={"nomor": "lain", "url": URL}) == first
    assert Delivery.objects.count() == 2
    assert ProcrastinateJob.objects.count() == 2
    assert tell(cast, key="case:13:terbit") != first


def test_the_same_fact_told_at_the_same_moment_is_one_message(cast: Cast) -> None:
    start = threading.Barrier(4)
    told: list[int] = []

    def work() -> None:
        start.wait()
        try:
            told.append(tell(cast).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(told) == 4
    assert len(set(told)) == 1
    assert ProcrastinateJob.objects.count() == 2


def test_a_change_that_is_undone_tells_nobody(cast: Cast) -> None:
    with transaction.atomic():
        tell(cast)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_without_an_account_the_contacts_told_at_the_counter_are_used(cast: Cast) -> None:
    tell(cast, applicant_id=cast.joko.pk)
    assert [(row.channel, row.address) for row in Delivery.objects.all()] == [
        ("sms", "+6281111111111")
    ]


def test_an_address_that_its_owner_never_proved_gets_nothing(cast: Cast) -> None:
    cast.siti.phone_verified = False
    cast.siti.save()
    tell(cast)
    assert [row.channel for row in Delivery.objects.all()] == ["email"]


def test_a_message_to_an_account_in_english(cast: Cast) -> None:
    notice = tell(cast, applicant_id=None, account_id=cast.siti.pk, language="en")
    assert notice.title == "Permit 503/1 is issued"
    assert delivery("email").text == f"Your permit: {URL}"


def test_a_text_without_sms_goes_by_mail_only(cast: Cast) -> None:
    tell(cast, message="hanya_kotak", values={})
    assert [row.channel for row in Delivery.objects.all()] == ["email"]


def test_the_journal_holds_no_word_of_the_message(cast: Cast) -> None:
    tell(cast, values={"nomor": "RAHASIA", "url": URL})
    for entry in Entry.objects.all():
        assert "RAHASIA" not in str(entry.data)
        assert "siti@" not in str(entry.data)


class Recording:
    """A provider that knows a repeated message by its key, as the better ones do."""

    def __init__(self) -> None:
        self.sent: dict[str, str] = {}

    def __call__(self, to: str, text: str, *, key: str) -> str:
        return self.sent.setdefault(key, f"ref-{len(self.sent)}")


recording = Recording()


def killed_after_sending(to: str, text: str, *, key: str) -> str:
    recording(to, text, key=key)
    os._exit(9)


def test_a_worker_killed_between_sending_and_noting_sends_no_second_message(
    cast: Cast, settings: Any
) -> None:
    recording.sent.clear()
    tell(cast, applicant_id=cast.joko.pk)
    sms = delivery("sms")
    settings.SMS_GATEWAY = "tests.notifications.test_messages.killed_after_sending"
    connection.close()
    child = os.fork()
    if child == 0:  # the worker
        actions.deliver(sms.pk)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    recording.sent[str(sms.pk)] = "ref-0"  # what the provider noted; the child had its own copy
    sms.refresh_from_db()
    assert sms.status == "sending"

    settings.SMS_GATEWAY = "tests.notifications.test_messages.recording"
    with pytest.raises(actions.TryLater):  # the dead worker might still be alive
        actions.deliver(sms.pk)
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        actions.deliver(sms.pk)
        actions.deliver(sms.pk)

    assert recording.sent == {str(sms.pk): "ref-0"}
    sms.refresh_from_db()
    assert (sms.status, sms.provider_reference) == ("sent", "ref-0")
    # The SMS centre may not know keys, so an administrator sees that it may have come twice.
    assert sms.perhaps_twice
    assert [row.id for row in queries.not_delivered().rows] == [sms.pk]


@pytest.mark.usefixtures("providers")
def test_mail_repeated_after_a_crash_carries_the_same_message_id(
    cast: Cast,
    mail_server: MailServer,
) -> None:
    tell(cast)
    mail = delivery("email")
    actions.deliver(mail.pk)
    Delivery.objects.filter(pk=mail.pk).update(status="sending", sent_at=None)
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        actions.deliver(mail.pk)
    first, second = (message["Message-ID"] for _, message in mail_server.messages())
    assert first == second
    assert not delivery("email").perhaps_twice


@pytest.mark.usefixtures("providers")
def test_a_provider_that_is_down_is_tried_again_later(
    cast: Cast,
    run_jobs: Run,
    beside: LoopThread,
    sms_centre: SmsCentre,
    mail_server: MailServer,
) -> None:
    from sandbox import mail, sms

    beside.run(sms_centre.switch(sms.Faults(throttled=True)))
    mail_server.faults = mail.Faults(down=True)
    tell(cast)
    run_jobs()
    assert {row.status for row in Delivery.objects.all()} == {"queued"}
    assert all(row.problem for row in Delivery.objects.all())
    waiting = ProcrastinateJob.objects.filter(status="todo", attempts=1)
    assert {True} == {job.scheduled_at > timezone.now() for job in waiting}
    assert waiting.count() == 2

    beside.run(sms_centre.switch(sms.Faults()))
    mail_server.faults = mail.Faults()
    for row in Delivery.objects.all():
        actions.deliver(row.pk)
    assert {row.status for row in Delivery.objects.all()} == {"sent"}
    assert len(sms_centre.messages()) == 1


def failing(to: str, text: str, *, key: str) -> str:
    raise ConnectionRefusedError("not now")


def refusing(to: str, text: str, *, key: str) -> str:
    raise actions.NotDeliverable("number unknown")


def faulty(to: str, text: str, *, key: str) -> str:
    raise KeyError("a fault of ours")


def sms_with(cast: Cast, settings: Any, gateway: str) -> Delivery:
    tell(cast, applicant_id=cast.joko.pk)
    settings.SMS_GATEWAY = f"tests.notifications.test_messages.{gateway}"
    return delivery("sms")


def test_after_three_days_a_person_has_to_look_after_it(cast: Cast, settings: Any) -> None:
    sms = sms_with(cast, settings, "failing")
    with time_machine.travel(timezone.now() + timedelta(hours=71)), pytest.raises(actions.TryLater):
        actions.deliver(sms.pk)
    with time_machine.travel(timezone.now() + timedelta(hours=73)):
        actions.deliver(sms.pk)
    sms.refresh_from_db()
    assert sms.status == "failed"
    event = Entry.objects.get(event="notifications.DeliveryFailed")
    assert event.data["problem"] == "ConnectionRefusedError"
    (row,) = queries.not_delivered().rows
    assert (row.to, row.channel, row.problem) == (
        "+62811****1111",
        "SMS",
        "ConnectionRefusedError: not now",
    )


def test_what_the_provider_will_never_take_fails_at_once(cast: Cast, settings: Any) -> None:
    sms = sms_with(cast, settings, "refusing")
    actions.deliver(sms.pk)
    sms.refresh_from_db()
    assert (sms.status, sms.attempts) == ("failed", 1)
    assert sms.problem == "NotDeliverable: number unknown"


def test_a_fault_of_ours_is_tried_five_times(cast: Cast, settings: Any) -> None:
    sms = sms_with(cast, settings, "faulty")
    for _ in range(4):
        with pytest.raises(actions.TryLater):
            actions.deliver(sms.pk)
    actions.deliver(sms.pk)
    sms.refresh_from_db()
    assert (sms.status, sms.attempts) == ("failed", 5)


def test_pauses_between_tries_grow_to_an_hour_and_are_never_the_same(cast: Cast) -> None:
    tell(cast, applicant_id=cast.joko.pk)
    job = ProcrastinateJob.objects.get()

    def pause(attempts: int) -> float:
        job.attempts = attempts
        decision = tasks.Backoff().get_retry_decision(exception=actions.TryLater(), job=job)
        assert decision is not None
        assert decision.retry_at is not None
        return (decision.retry_at - timezone.now()).total_seconds()

    assert 4 <= pause(0) <= 11
    assert 1800 - 1 <= pause(60) <= 3600
    assert len({round(pause(60)) for _ in range(20)}) > 5
    job.attempts = tasks.Backoff.MOST
    assert tasks.Backoff().get_retry_decision(exception=actions.TryLater(), job=job) is None


def test_a_message_left_behind_by_a_dead_worker_is_taken_up_again(cast: Cast) -> None:
    tell(cast, applicant_id=cast.joko.pk)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    sms = delivery("sms")
    assert queries.stranded() == []
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert queries.stranded() == [sms.pk]
        tasks.deliver_stranded(timestamp=0)
    (job,) = ProcrastinateJob.objects.filter(status="todo")
    assert job.args == {"delivery_id": sms.pk}


def test_an_administrator_sends_it_again_after_mending_the_cause(
    cast: Cast, settings: Any, run_jobs: Run
) -> None:
    sms = sms_with(cast, settings, "refusing")
    run_jobs()
    with pytest.raises(NoRight):
        actions.send_again(sms.pk, by=cast.officer)
    settings.SMS_GATEWAY = "tests.notifications.test_messages.recording"
    actions.send_again(sms.pk, by=cast.admin)
    run_jobs()
    assert delivery("sms").status == "sent"
    with pytest.raises(actions.NotFailed) as caught:
        actions.send_again(sms.pk, by=cast.admin)
    assert caught.value.message == "Pesan ini sudah terkirim atau sedang dikirim"


@pytest.mark.requirement("PLB-11-2-f")
def test_an_inbox_holds_ones_own_notices_only(cast: Cast) -> None:
    mine = [tell(cast, key=str(n)).pk for n in range(queries.PAGE + 3)]
    tell(cast, key="joko", applicant_id=cast.joko.pk)
    to_account = tell(cast, key="akun", applicant_id=None, account_id=cast.siti.pk)
    first = queries.inbox(cast.siti.pk)
    assert first.next is not None
    second = queries.inbox(cast.siti.pk, after=first.next)
    found = [notice.pk for notice in (*first.notices, *second.notices)]
    assert found == [to_account.pk, *mine[::-1]]
    assert second.next is None
    assert queries.unread_count(cast.siti.pk) == len(found)


def test_reading_is_noted_once_and_only_for_the_recipient(cast: Cast) -> None:
    notice = tell(cast)
    with pytest.raises(Http404):
        actions.mark_read(notice.pk, by=cast.admin)
    by = By(cast.siti.pk, "web")
    read_at = actions.mark_read(notice.pk, by=by).read_at
    assert actions.mark_read(notice.pk, by=by).read_at == read_at
    assert queries.unread_count(cast.siti.pk) == 0
    assert Entry.objects.filter(event="notifications.NoticeRead").count() == 1
