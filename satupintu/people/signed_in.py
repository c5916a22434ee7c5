"""The two rows that every page of somebody who is signed in asks for: the session, the account."""

from __future__ import annotations

from datetime import datetime

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from satupintu.compiled import compiled
from satupintu.people.models import Account


class SessionStore(db.SessionStore):
    """Django's sessions in the database."""

    def _get_session_from_db(self) -> Session | None:
        found = _living(self.session_key, timezone.now()) if self.session_key else []
        if not found:
            self._session_key = None
        return next(iter(found), None)


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    def get_user(self, user_id: int) -> Account | None:
        found = next(iter(_account(user_id)), None)
        return found if found and self.user_can_authenticate(found) else None


@compiled
def _living(key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


@compiled
def _account(account_id: int) -> QuerySet[Account]:
    return Account.objects.filter(pk=account_id)
