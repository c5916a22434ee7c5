"""The door as a browser meets it: pages, and the codes that the worker is about to send."""

from __future__ import annotations

import re
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.people.cast import PASSWORD

PHONE = "+6281234567890"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def post(client: Client, page: str, /, **data: str) -> HttpResponse:
    return client.post(reverse(page), data)  # type: ignore[return-value]


def sign_in(client: Client, login: str, password: str = PASSWORD) -> HttpResponse:
    return post(client, "account_login", login=login, password=password)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def messages(to: str) -> list[str]:
    """What waits to be sent to a contact, the oldest first."""
    jobs = ProcrastinateJob.objects.filter(args__to=to).order_by("id")
    return [job.args.get("text", job.args.get("body", "")) for job in jobs]


def code(to: str) -> str:
    found = re.search(r"\b[0-9]{6}\b", messages(to)[-1])
    assert found, "no code was sent"
    return found[0]


def wrong(right: str) -> str:
    return f"{(int(right) + 1) % 1_000_000:06}"


def totp(steps: int = 0, secret: str = SECRET) -> str:
    """What an authenticator app shows, some half minutes from now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def from_address(address: str) -> Client:
    return Client(REMOTE_ADDR=address)
