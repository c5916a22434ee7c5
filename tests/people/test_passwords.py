"""Long enough and known to nobody: no other rule for passwords (quality.md B3 3)."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings as SettingsWrapper

from satupintu.people.models import Account
from tests.people.cast import PASSWORD, Cast
from tests.people.door import from_address, post, sign_in, signed_in


def refused(password: str) -> str:
    person = Account(name="Siti Rahayu", email="siti.rahayu@contoh.id", phone="+6281234567890")
    try:
        validate_password(password, person)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@pytest.mark.parametrize(
    "password",
    ["sungai tenang", "aaaa bbbb cc", "7391826405", "ñandú y café", "x" * 128, "kuda-nil-terbang"],
)
def test_no_rule_of_composition(password: str) -> None:
    assert not refused(password)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("sembilan9", "10"),
        ("x" * 129, "128"),
        ("basketball", "pernah bocor"),
        ("Indonesia123", "pernah bocor"),
        ("bismillah 2026!", "pernah bocor"),
        ("siti.rahayu", "mirip"),
        ("081234567890", "nomor ponsel"),
    ],
)
def test_what_others_would_try_first_is_refused(password: str, why: str) -> None:
    assert why in refused(password)


def test_the_operators_list_is_asked_without_a_network(
    tmp_path: Path, settings: SettingsWrapper
) -> None:
    leaked = [f"sungai tenang {n}" for n in range(500)]
    sums = sorted(hashlib.sha1(word.encode()).hexdigest().upper() for word in leaked)  # noqa: S324
    path = tmp_path / "leaked.txt"
    for ends in ("\n", "\r\n"):
        path.write_text(ends.join(f"{one}:{n}" for n, one in enumerate(sums)), newline="")
        settings.BREACHED_PASSWORDS = str(path)
        assert all("pernah bocor" in refused(word) for word in leaked)
        assert not any(refused(f"sungai deras {n}") for n in range(500))


def test_every_letter_of_the_longest_password_counts(cast: Cast, client: Client) -> None:
    long = "kata " * 25 + "tiga"
    cast.siti.set_password(long)
    cast.siti.save()
    sign_in(client, "siti@contoh.id", long[:-1] + "x")
    assert not signed_in(client)
    sign_in(client, "siti@contoh.id", long)
    assert signed_in(client)


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(cast: Cast) -> None:
    mine, other = from_address("198.51.100.7"), from_address("198.51.100.8")
    for client in (mine, other):
        sign_in(client, "siti@contoh.id")
    new = "gunung yang jauh sekali"
    post(mine, "account_reauthenticate", password=PASSWORD)
    post(mine, "account_change_password", oldpassword=PASSWORD, password1=new, password2=new)
    assert mine.get(reverse("people:profile")).status_code == 200
    assert other.get(reverse("people:profile")).status_code == 302


@pytest.mark.django_db
def test_passwords_are_kept_as_argon2id_and_older_ones_become_so_at_the_next_sign_in(
    cast: Cast, client: Client, settings: SettingsWrapper
) -> None:
    """OWASP Password Storage Cheat Sheet: Argon2id, 19 MiB, two passes, one lane."""
    settings.PASSWORD_HASHERS = [
        "satupintu.people.web.sign_in.passwords.Argon2",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    assert cast.siti.password.startswith("md5$")
    sign_in(client, cast.siti.email or "")
    cast.siti.refresh_from_db()
    assert cast.siti.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
