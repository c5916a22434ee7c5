"""Sends short messages through an aggregator that takes them over HTTP."""

from __future__ import annotations

from typing import cast

import requests
from django.conf import settings

from satupintu.notifications.actions import NotDeliverable, PerhapsTaken, TryLater

CONNECT_SECONDS, ANSWER_SECONDS = 5, 15


class Later(TryLater):
    """The aggregator does not answer, is full, or does not let us in: it has not the message."""


class Unsure(PerhapsTaken):
    """The message went out and no answer came."""


class Never(NotDeliverable):
    """The aggregator will never take this message."""


def send(to: str, text: str, *, key: str) -> str:
    """POST the message as JSON; returns the aggregator's reference.

    `Idempotency-Key` lets the aggregator know a repeated message. Raises Later, Unsure or Never.
    """
    aggregator = cast("dict[str, str]", settings.SMS_HTTP)
    try:
        answer = requests.post(
            aggregator["url"],
            json={"to": to, "from": aggregator["sender"], "text": text},
            headers={
                "Authorization": f"Bearer {aggregator['token']}",
                "Idempotency-Key": key,
            },
            timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
            allow_redirects=False,
        )
    except (requests.ConnectTimeout, requests.exceptions.SSLError) as error:
        raise Later(type(error).__name__) from error
    except requests.ConnectionError as error:
        # Only a refused connection says for sure that nothing was taken.
        refused = "NewConnectionError" in repr(error)
        raise (Later if refused else Unsure)(type(error).__name__) from error
    except requests.RequestException as error:
        raise Unsure(type(error).__name__) from error
    if answer.status_code in {400, 404, 413, 422}:
        raise Never(f"HTTP {answer.status_code}")
    if answer.status_code in {500, 504}:  # it may have been taken before something broke
        raise Unsure(f"HTTP {answer.status_code}")
    if not 200 <= answer.status_code < 300:
        raise Later(f"HTTP {answer.status_code}")
    try:
        return str(answer.json()["id"])
    except (ValueError, LookupError, TypeError):
        return ""  # taken, though it does not say under which name
