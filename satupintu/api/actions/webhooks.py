"""Telling clients what happened: subscriptions, and what is on its way to them."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from satupintu.api import access, queries
from satupintu.api.events import (
    SubscriptionEnded,
    SubscriptionMade,
    WebhookFailed,
    WebhookQueued,
    WebhookSent,
)
from satupintu.api.models import Client, Delivery, Subscription
from satupintu.cases import queries as cases
from satupintu.integrations.webhook import sender
from satupintu.journal import actions as journal
from satupintu.journal import queries as entries
from satupintu.journal.events import SYSTEM, By, Event
from satupintu.lib.errors import Refused, both
from satupintu.people import queries as people
from satupintu.permits import queries as permits

# A receiver may be down over a long weekend's first days; then a person has to look after it.
GIVE_UP_AFTER = timedelta(hours=72)
# A worker that died while sending is known to be dead after this; no send lasts longer.
BROKEN_OFF_AFTER = timedelta(minutes=2)


class TryLater(Exception):
    """It was not taken now; the same job is run again later."""


class NotSubscribed(Refused):
    """An address that may not be called, or one too many."""


class NotFailed(Refused):
    """Only what was given up can be sent again."""


@transaction.atomic
def subscribe(client_id: int, *, url: str, events: Collection[str], by: By) -> Subscription:
    """The caller has shown the token of this client. Raises NotSubscribed."""
    client = Client.objects.select_for_update(no_key=True).get(pk=client_id)
    try:
        sender.require_allowed(url)
    except sender.NotAllowed as refused:
        raise NotSubscribed(
            both(
                "Alamat ini tidak boleh dipanggil. Pakai alamat https yang terbuka di internet",
                "This address may not be called. Use an https address that is open on the internet",
            ),
            field="url",
        ) from refused
    if queries.subscriptions(client.pk).count() >= queries.MOST_SUBSCRIPTIONS:
        raise NotSubscribed(
            both(
                "Paling banyak {n} langganan. Akhiri dulu yang tidak dipakai",
                "At most {n} subscriptions. End one that is not used first",
                n=queries.MOST_SUBSCRIPTIONS,
            )
        )
    subscription, made = Subscription.objects.get_or_create(
        client=client, url=url, ended_at=None, defaults={"events": sorted(set(events))}
    )
    if not made:
        raise NotSubscribed(
            both(
                "Alamat ini sudah berlangganan. Akhiri dulu langganan itu",
                "This address is subscribed. End that subscription first",
            ),
            field="url",
        )
    journal.record(
        SubscriptionMade(
            subject=client.subject,
            subscription_id=subscription.pk,
            wanted=tuple(subscription.events),
        ),
        by=by,
    )
    return subscription


@transaction.atomic
def unsubscribe(client_id: int, subscription_id: int, *, by: By) -> bool:
    """End it; False when the client has none of that number."""
    found = (
        queries.subscriptions(client_id)
        .select_for_update(no_key=True)
        .filter(pk=subscription_id)
        .first()
    )
    if found is None:
        return False
    found.ended_at = timezone.now()
    found.save(update_fields=["ended_at"])
    journal.record(
        SubscriptionEnded(subject=f"client:{client_id}", subscription_id=found.pk), by=by
    )
    return True


@transaction.atomic
def announce(entry_id: int) -> None:
    """Queue what subscribers are told of this row of the journal; once for each."""
    entry = entries.entry(entry_id)
    word = queries.WORD[entry.event]
    about = _permit(entry.data) if word.startswith("permit.") else _case(entry.data)
    if about is None:
        return
    office_id, told = about
    body = json.dumps(
        {"id": entry.pk, "event": word, "at": entry.happened_at.isoformat(), **told},
        ensure_ascii=False,
    )
    for subscription in queries.subscribers(word, office_id):
        delivery, new = Delivery.objects.get_or_create(
            subscription=subscription,
            entry_id=entry.pk,
            defaults={"event": word, "body": body, "queued_at": timezone.now()},
        )
        if new:
            journal.record(
                WebhookQueued(subject=f"client:{subscription.client_id}", delivery_id=delivery.pk),
                by=SYSTEM,
            )


def deliver(delivery_id: int) -> None:
    """Send one message. Finished ones are left alone. Raises TryLater."""
    delivery = _claim(delivery_id)
    if delivery is None:
        return
    subscription = delivery.subscription
    subject = f"client:{subscription.client_id}"
    content, seconds = delivery.body.encode(), int(timezone.now().timestamp())
    delivery.problem = ""
    event: Event
    try:
        if subscription.ended_at is not None:
            raise sender.NotAllowed("the subscription has ended")
        sender.post(
            subscription.url,
            content,
            headers={
                "Satupintu-Event": delivery.event,
                "Satupintu-Delivery": str(delivery.pk),
                "Satupintu-Signature": queries.signature(subscription, content, seconds),
            },
        )
    except (sender.NotAllowed, sender.NotTaken) as error:
        delivery.problem = str(error)[:300]
        late = timezone.now() - delivery.queued_at > GIVE_UP_AFTER
        if isinstance(error, sender.NotTaken) and not late:
            delivery.status = Delivery.Status.QUEUED
            delivery.save(update_fields=["status", "problem"])
            raise TryLater(delivery.problem) from error
        delivery.status = Delivery.Status.FAILED
        event = WebhookFailed(
            subject=subject, delivery_id=delivery.pk, problem=type(error).__name__
        )
    else:
        delivery.status, delivery.sent_at = Delivery.Status.SENT, timezone.now()
        event = WebhookSent(subject=subject, delivery_id=delivery.pk)
    with transaction.atomic():
        delivery.save(update_fields=["status", "problem", "sent_at"])
        journal.record(event, by=SYSTEM)


@transaction.atomic
def send_again(delivery_id: int, *, by: By) -> None:
    """An administrator has looked after the cause. Raises NoRight, Http404, NotFailed."""
    delivery = access.delivery(by, delivery_id)
    by = people.require_admin(by, delivery.subscription.client.office_id)
    delivery = Delivery.objects.select_for_update(no_key=True).get(pk=delivery.pk)
    if delivery.status != Delivery.Status.FAILED:
        raise NotFailed(
            both(
                "Kiriman ini sudah terkirim atau sedang dikirim",
                "This was sent, or is being sent now",
            )
        )
    delivery.status, delivery.attempts = Delivery.Status.QUEUED, 0
    delivery.queued_at = timezone.now()
    delivery.save(update_fields=["status", "attempts", "queued_at"])
    journal.record(
        WebhookQueued(subject=f"client:{delivery.subscription.client_id}", delivery_id=delivery.pk),
        by=by,
    )


@transaction.atomic
def _claim(delivery_id: int) -> Delivery | None:
    """Mark the message as being sent, or None when there is nothing to do."""
    delivery = (
        Delivery.objects.select_for_update(no_key=True, of=("self",))
        .select_related("subscription")
        .get(pk=delivery_id)
    )
    if delivery.status in {Delivery.Status.SENT, Delivery.Status.FAILED}:
        return None
    now = timezone.now()
    running = delivery.status == Delivery.Status.SENDING
    if running and delivery.tried_at and delivery.tried_at > now - BROKEN_OFF_AFTER:
        raise TryLater("another worker is sending it")
    delivery.status, delivery.tried_at = Delivery.Status.SENDING, now
    delivery.attempts += 1
    delivery.save(update_fields=["status", "attempts", "tried_at"])
    return delivery


def _case(data: dict[str, Any]) -> tuple[int, dict[str, Any]] | None:
    case = cases.by_id(data["case_id"])
    status = cases.own.standing(case).status
    return case.office_id, {"case": {"number": case.number, "status": status}}


def _permit(data: dict[str, Any]) -> tuple[int, dict[str, Any]] | None:
    """Letters of refusal and of sanctions are not permits."""
    permit = permits.by_id(data["permit_id"])
    if permit.kind != "permit":
        return None
    told = {"number": permit.number, "status": permits.state(permit)}
    return permit.office_id, {"permit": told}
