"""One proved contact is enough to come in."""

from __future__ import annotations

from typing import Any

from allauth.account import stages

from satupintu.people import queries


class PhoneVerificationStage(stages.PhoneVerificationStage):  # type: ignore[misc]
    def handle(self) -> Any:
        if _has_proved_contact(self.login.user):
            return None, True
        return super().handle()


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
