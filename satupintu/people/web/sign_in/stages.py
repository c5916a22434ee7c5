"""One proved contact is enough to come in."""

from __future__ import annotations

from typing import Any

from allauth.account import stages
from allauth.core.exceptions import RateLimited
from allauth.core.ratelimit import respond_429

from satupintu.people import queries


class PhoneVerificationStage(stages.PhoneVerificationStage):  # type: ignore[misc]
    def handle(self) -> Any:
        if _has_proved_contact(self.login.user):
            return None, True
        try:
            return super().handle()
        except RateLimited:
            # allauth turns this into an answer on its own page for the code, but not at sign-in.
            return respond_429(self.request), False


class EmailVerificationStage(stages.EmailVerificationStage):  # type: ignore[misc]
    def handle(self) -> Any:
        if _has_proved_contact(self.login.user):
            return None, True
        return super().handle()


def _has_proved_contact(user: Any) -> bool:
    if user is None:
        return False
    proved = queries.contacts(user.pk)
    return bool(proved.email or proved.phone)
