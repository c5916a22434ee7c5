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
log = structlog.get_logger(__name__)


def send(to: str, text: str, *, key: str) -> str:
    """Hand the message to a provider of settings.SMS_PROVIDERS; returns its reference.

    The next one is asked only when this one surely did not take the message. Raises what the last
    one raised; PerhapsTaken and NotDeliverable at once, for another provider would send it twice,
    or would not know a better number.
    """
    order = sorted(settings.SMS_PROVIDERS, key=lambda name: cache.get(_resting(name), 0))
    for place, provider in enumerate(order, 1):
        gateway = cast("Callable[..., str]", import_string(provider))
        try:
            return gateway(to, text, key=key)
        except PerhapsTaken:
            raise
        except TryLater as problem:
            log.warning("sms_provider_failed", provider=provider, problem=type(problem).__name__)
            cache.set(_resting(provider), 1, REST_SECONDS)
            if place == len(order):
                raise
    raise TryLater("no SMS provider is set")


def _resting(provider: str) -> str:
    return f"sms-rests:{provider}"
