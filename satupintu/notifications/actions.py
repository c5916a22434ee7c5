"""Everything that can happen to a message: given, sent, given up, sent again, read."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from babel.dates import format_datetime
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from satupintu.catalogue import queries as catalogue
from satupintu.journal import actions as journal
from satupintu.journal.events import SYSTEM, Event
from satupintu.lib import identity
from satupintu.lib.errors import Refused
from satupintu.notifications import access, queries, texts
from satupintu.notifications.events import (
    DeliveryFailed,
    DeliveryQueued,
    DeliverySent,
    NoticeGiven,
    NoticeRead,
    NoticesErased,
    TextReceived,
    TextsForgotten,
    TextsStarted,
    TextsStopped,
)
from satupintu.notifications.models import Delivery, IncomingText, Notice, Silence
from satupintu.offices import queries as offices
from satupintu.people import actions as turns
from satupintu.people import queries as people

if TYPE_CHECKING:
    from satupintu.journal.events import By

# A notice with legal effect is tried for three days before a person has to look after it.
GIVE_UP_AFTER = timedelta(hours=72)
# A worker that died while sending is known to be dead after this; no send lasts longer.
BROKEN_OFF_AFTER = timedelta(minutes=2)
# What is neither "later" nor "never" is a fault of ours: trying it for ever helps nobody.
UNKNOWN_FAULTS = 5
# The same words from the same phone so soon are the same question, or a centre that hands it over
# again because our answer got lost.
SAME_QUESTION = timedelta(minutes=2)
TEXTS_KEPT = timedelta(days=30)
# Of ten recovery codes.
FEW_CODES = 3


class NotDeliverable(Exception):
    """The provider will never take this message: wrong number, blocked, too long."""


class TryLater(Exception):
    """The message could not be sent now; the same job is run again later."""


class PerhapsTaken(TryLater):
    """The provider may have taken the message: only its answer was lost."""


class NotFailed(Refused):
    """Only a message that was given up can be sent again."""


@transaction.atomic
def notify(
    *,
    message: str,
    values: Mapping[str, object],
    subject: str,
    key: str,
    by: By,
    applicant_id: int | None = None,
    account_id: int | None = None,
    office_id: int | None = None,
    language: str = "id",
) -> Notice:
    """Lay a message of the pack into an inbox and queue its mail and SMS; once per `key`."""
    text = catalogue.message(message, language)
    email = text.get("email") or {}
    inbox = texts.fill(text["inbox"], values)
    title = texts.one_line(texts.fill(email.get("subject") or text["inbox"], values))
    notice, new = Notice.objects.get_or_create(
        key=key,
        defaults={
            "applicant_id": applicant_id,
            "account_id": account_id,
            "office_id": office_id,
            "code": message,
            "language": language,
            "subject": subject,
            "title": title,
            "body": inbox,
        },
    )
    if not new:
        return notice
    journal.record(
        NoticeGiven(subject=f"notice:{notice.pk}", notice_id=notice.pk, about=subject), by=by
    )
    to_email, to_phone = _addresses(notice)
    ways = []
    if to_email and email:
        ways.append((Delivery.Channel.EMAIL, to_email, texts.fill(email["body"], values)))
    if to_phone and text.get("sms") and not queries.is_silent(to_phone):
        ways.append((Delivery.Channel.SMS, to_phone, texts.sms(text["sms"], values)))
    for channel, address, content in ways:
        delivery = Delivery.objects.create(
            notice=notice,
            channel=channel,
            address=address,
            text=content,
            queued_at=timezone.now(),
        )
        journal.record(DeliveryQueued(subject=delivery.subject, delivery_id=delivery.pk), by=by)
    return notice


def tell_new_device(entry_id: int, device_id: int) -> None:
    """Tell the owner of an account that a browser it did not know came in."""
    device = people.device(device_id)
    seen = format_datetime(
        timezone.localtime(device.first_seen, offices.zone()), "d MMMM y HH.mm", locale="id"
    )
    notify(
        message="new_device",
        values={"device": device.words, "when": seen, "link": _address_of("usersessions_list")},
        subject=f"account:{device.account_id}",
        key=f"new_device/{entry_id}",
        account_id=device.account_id,
        by=SYSTEM,
    )


def tell_recovery_codes(entry_id: int, account_id: int, left: int) -> None:
    if left <= FEW_CODES:
        notify(
            message="recovery_codes_low",
            values={"items": left, "link": _address_of("mfa_index")},
            subject=f"account:{account_id}",
            key=f"recovery_codes/{entry_id}",
            account_id=account_id,
            by=SYSTEM,
        )


def tell_data_request(entry_id: int, request_id: int) -> None:
    """Tell who asked for a correction that it was answered; the words stand on their own page."""
    asked = people.data_request(request_id)
    applicant = people.own_applicant(asked.account_id)
    notify(
        message="data_request_answered",
        values={"link": _address_of("own_data")},
        subject=asked.subject,
        key=f"data_request/{entry_id}",
        applicant_id=applicant.pk if applicant else None,
        account_id=None if applicant else asked.account_id,
        office_id=asked.office_id,
        by=SYSTEM,
    )


def _address_of(route: str) -> str:
    return settings.BASE_URL + reverse(route)


def send_secret(
    *, account_id: int, message: str, values: Mapping[str, object], key: str, language: str = "id"
) -> None:
    """Send a text that nobody may read later, for it holds a key: it goes out and is not kept.

    By SMS, or by mail to whoever has no phone. Raises NotDeliverable without either, and what the
    provider raises; try again then.
    """
    text = catalogue.message(message, language)
    contacts = people.officer_contacts(account_id)
    if contacts.phone:
        gateway = cast("Callable[..., str]", import_string(settings.SMS_GATEWAY))
        gateway(contacts.phone, texts.sms(text["sms"], values), key=key)
    elif contacts.email:
        email = text["email"]
        EmailMessage(
            subject=texts.one_line(texts.fill(email["subject"], values)),
            body=texts.fill(email["body"], values),
            to=[contacts.email],
            headers={"Auto-Submitted": "auto-generated"},
        ).send()
    else:
        raise NotDeliverable("no contact is known")


def deliver(delivery_id: int) -> None:
    """Send one message. Finished ones are left alone. Raises TryLater.

    A worker may die between sending and noting it. The next try then uses the same key, by which
    the provider can know the message again; SMS centres that do not are why `perhaps_twice` exists.
    """
    delivery = _claim(delivery_id)
    if delivery is None:
        return
    event: Event
    subject = delivery.subject
    delivery.problem = ""
    try:
        delivery.provider_reference = _send(delivery)[:120]
    except Exception as error:  # whatever goes wrong with one message ends in a stated state
        delivery.problem = texts.one_line(f"{type(error).__name__}: {error}")
        delivery.perhaps_twice |= isinstance(error, PerhapsTaken)
        if _worth_another_try(delivery, error):
            delivery.status = Delivery.Status.QUEUED
            delivery.save(update_fields=["status", "problem", "perhaps_twice"])
            raise TryLater(delivery.problem) from error
        delivery.status = Delivery.Status.FAILED
        event = DeliveryFailed(
            subject=subject, delivery_id=delivery.pk, problem=type(error).__name__
        )
    else:
        delivery.status, delivery.sent_at = Delivery.Status.SENT, timezone.now()
        event = DeliverySent(subject=subject, delivery_id=delivery.pk)
    with transaction.atomic():
        delivery.save(update_fields=["status", "problem", "provider_reference", "sent_at"])
        journal.record(event, by=SYSTEM)


@transaction.atomic
def send_again(delivery_id: int, *, by: By) -> Delivery:
    """An administrator has looked after the cause; raises NoRight, NotFailed."""
    people.require_admin(by)
    delivery = get_object_or_404(
        Delivery.objects.select_for_update(no_key=True, of=("self",)).select_related("notice"),
        pk=delivery_id,
    )
    office_id = delivery.notice.office_id if delivery.notice else None
    by = people.require_admin(by, office_id) if office_id else people.require_admin_everywhere(by)
    if delivery.status != Delivery.Status.FAILED:
        raise NotFailed("Pesan ini sudah terkirim atau sedang dikirim")
    delivery.status, delivery.attempts = Delivery.Status.QUEUED, 0
    delivery.queued_at = timezone.now()
    delivery.save(update_fields=["status", "attempts", "queued_at"])
    journal.record(DeliveryQueued(subject=delivery.subject, delivery_id=delivery.pk), by=by)
    return delivery


@transaction.atomic
def mark_read(notice_id: int, *, by: By) -> Notice:
    """The recipient opened it. Raises Http404 for anyone else."""
    allowed = access.notice_for(by.account_id or 0, notice_id)
    notice = Notice.objects.select_for_update(no_key=True).get(pk=allowed.pk)
    if notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])
        journal.record(NoticeRead(subject=f"notice:{notice.pk}", notice_id=notice.pk), by=by)
    return notice


@transaction.atomic
def take_in(sender: str, words: str) -> IncomingText | None:
    """Keep an SMS that somebody wrote to the office, so that a job answers it.

    None, and nothing happens, for whoever has no phone to answer to (names and short numbers, which
    may be machines), has asked too often, or has just asked the same.
    """
    try:
        phone = identity.phone(sender if sender.startswith(("+", "0")) else f"+{sender}")
        turns.take_turn("text", phone)
    except Refused:
        return None
    now, words = timezone.now(), texts.one_line(words)[:160]
    if IncomingText.objects.filter(
        sender=phone, words=words, received_at__gt=now - SAME_QUESTION
    ).exists():
        return None
    text = IncomingText.objects.create(sender=phone, words=words, received_at=now)
    journal.record(TextReceived(subject=f"text:{text.pk}", text_id=text.pk), by=SYSTEM)
    return text


@transaction.atomic
def answer(text_id: int, message: str, values: Mapping[str, object]) -> None:
    """Queue the answer to an SMS in the words of the pack, once."""
    text = IncomingText.objects.select_for_update().get(pk=text_id)
    delivery, new = Delivery.objects.get_or_create(
        answers=text,
        defaults={
            "channel": Delivery.Channel.SMS,
            "address": text.sender,
            "text": texts.sms(catalogue.text_reply(message), values),
            "queued_at": timezone.now(),
        },
    )
    if new:
        queued = DeliveryQueued(subject=delivery.subject, delivery_id=delivery.pk)
        journal.record(queued, by=SYSTEM)


@transaction.atomic
def stop_texts(text_id: int) -> None:
    """Whoever wrote this wants no notices by SMS."""
    text = IncomingText.objects.select_for_update().get(pk=text_id)
    _, new = Silence.objects.get_or_create(pk=text.sender, defaults={"since": timezone.now()})
    if new:
        journal.record(TextsStopped(subject=f"text:{text_id}", text_id=text_id), by=SYSTEM)


@transaction.atomic
def start_texts(text_id: int) -> None:
    """Whoever wrote this wants them again."""
    text = IncomingText.objects.select_for_update().get(pk=text_id)
    ended, _ = Silence.objects.filter(pk=text.sender).delete()
    if ended:
        journal.record(TextsStarted(subject=f"text:{text_id}", text_id=text_id), by=SYSTEM)


@transaction.atomic
def erase_about(subject: str, *, by: By) -> None:
    """Take the words out of every message about this, and away what was sent of them."""
    told = Notice.objects.filter(subject=subject)
    Delivery.objects.filter(notice__in=told).delete()
    count = told.update(title=texts.ERASED, body=texts.ERASED)
    journal.record(NoticesErased(subject=subject, count=count), by=by)


@transaction.atomic
def forget_texts() -> None:
    """Remove what people wrote, and our answers, after 30 days; the journal keeps that they did."""
    old = IncomingText.objects.filter(received_at__lt=timezone.now() - TEXTS_KEPT)
    count = old.count()
    if count:
        old.delete()
        journal.record(TextsForgotten(subject="texts", count=count), by=SYSTEM)


def _addresses(notice: Notice) -> tuple[str, str]:
    """An officer is told of work where an administrator said."""
    if notice.applicant:
        contacts = people.applicant_contacts(notice.applicant)
    else:
        contacts = people.officer_contacts(cast("int", notice.account_id))
    return contacts.email, contacts.phone


@transaction.atomic
def _claim(delivery_id: int) -> Delivery | None:
    """Mark the message as being sent, or None when there is nothing to do."""
    delivery = (
        Delivery.objects.select_for_update(no_key=True, of=("self",))
        .select_related("notice")
        .get(pk=delivery_id)
    )
    if delivery.status in {Delivery.Status.SENT, Delivery.Status.FAILED}:
        return None
    now = timezone.now()
    if delivery.status == Delivery.Status.SENDING:
        if delivery.tried_at and delivery.tried_at > now - BROKEN_OFF_AFTER:
            raise TryLater("another worker is sending it")
        # Mail is known again by its Message-ID; an SMS centre promises nothing of the kind.
        delivery.perhaps_twice = delivery.channel == Delivery.Channel.SMS
    delivery.status = Delivery.Status.SENDING
    delivery.attempts += 1
    delivery.tried_at = now
    delivery.save(update_fields=["status", "attempts", "tried_at", "perhaps_twice"])
    return delivery


def _send(delivery: Delivery) -> str:
    if delivery.channel == Delivery.Channel.SMS:
        gateway = cast("Callable[..., str]", import_string(settings.SMS_GATEWAY))
        return gateway(delivery.address, delivery.text, key=str(delivery.pk))
    assert delivery.notice
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    reference = f"<delivery-{delivery.pk}@{domain}>"
    EmailMessage(
        subject=delivery.notice.title,
        body=delivery.text,
        to=[delivery.address],
        headers={"Message-ID": reference, "Auto-Submitted": "auto-generated"},
    ).send()
    return reference


def _worth_another_try(delivery: Delivery, error: Exception) -> bool:
    if timezone.now() - delivery.queued_at > GIVE_UP_AFTER or isinstance(error, NotDeliverable):
        return False
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return True
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(code < 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code < 500
    return isinstance(error, OSError | TryLater) or delivery.attempts < UNKNOWN_FAULTS
