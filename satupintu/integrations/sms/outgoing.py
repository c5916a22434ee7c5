"""Short messages go out by the first provider that takes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import structlog
from django.conf import settings
from django.core.cache import cache
from django.utils.module_loading import import_string

from satupintu.notifications.actions import PerhapsTaken, TryLater

# A provider that just failed is asked last, so that not each message waits for it in vain.
REST_SECONDS = 60
# Longer than a message is tried (notifications.actions.GIVE_UP_AFTER).
TIED_SECONDS = 4 * 24 * 3600
log = structlog.get_logger(__name__)


def send(to: str, text: str, *, key: str) -> str:
    """Hand the message to a provider of settings.SMS_PROVIDERS; returns its reference.

    The next one is asked only when this one surely did not take the message. A message that a
    provider perhaps took stays with it, by its `key`: another would send it twice. Raises what the
    last one raised; PerhapsTaken and NotDeliverable at once.
    """
    tied = cache.get(_tied(key))
    order = sorted(settings.SMS_PROVIDERS, key=lambda name: cache.get(_resting(name), 0))
    if tied in order:
        order = [tied]
    for place, provider in enumerate(order, 1):
        gateway = cast("Callable[..., str]", import_string(provider))
        try:
            return gateway(to, text, key=key)
        except PerhapsTaken:
            cache.set(_tied(key), provider, TIED_SECONDS)
            raise
        except TryLater as problem:
            log.warning("sms_provider_failed", provider=provider, problem=type(problem).__name__)
            cache.set(_resting(provider), 1, REST_SECONDS)
            if place == len(order):
                raise
    raise TryLater("no SMS provider is set")


def _tied(key: str) -> str:
    return f"sms-tied:{key}"


def _resting(provider: str) -> str:
    return f"sms-rests:{provider}"
