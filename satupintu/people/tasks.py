"""Codes and notices on their way: the worker sends them, so that no page waits for a server."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from satupintu.people import actions

# A code lives for ten minutes; waiting 2, 4, 8, 16 and 32 seconds stays well within.
RETRY = RetryStrategy(max_attempts=6, exponential_wait=2)


@app.task(name="people.send_mail", retry=RETRY)
def send_mail(*, to: str, subject: str, body: str, **_: Any) -> None:
    EmailMessage(subject=subject, body=body, to=[to]).send()


@app.task(name="people.send_sms", retry=RETRY)
def send_sms(*, to: str, text: str, key: str, **_: Any) -> None:
    if text:
        import_string(settings.SMS_GATEWAY)(to, text, key=key)


@app.periodic(cron="*/10 * * * *")
@app.task(name="people.forget_turns", queueing_lock="people.forget_turns")
def forget_turns(timestamp: int, **_: Any) -> None:
    actions.forget_turns()


@app.periodic(cron="20 2 * * *")
@app.task(name="people.forget_sessions", queueing_lock="people.forget_sessions")
def forget_sessions(timestamp: int, **_: Any) -> None:
    """Sessions that ended, and what guests typed into them."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
