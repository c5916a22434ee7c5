"""What a password must be: long enough, and in no list of known ones. Nothing else (PLU-6)."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from satupintu.people.web.sign_in.words import both

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

LONGEST = 128
# What people here choose first; lists from abroad know few of them. Compared without digits around.
USUAL_HERE = frozenset(
    """akukamu akucintakamu alhamdulillah anaksholeh assalamualaikum bandungjuara bhinnekatunggal
    bismillah bismillahirrohmanirrohim cintaku cintasejati dirgahayu garudaindonesia indonesia
    indonesiajaya indonesiaraya insyaallah jakartaku jakartapusat kampungku katasandi keluargaku
    keluargabahagia kotapintar laailahaillallah layananpublik masukaja merahputih merdekaataumati
    namasaya pancasila passwordku pelayananpublik perizinan persijajakarta probolinggo rahasiaku
    rahasianegara sayacintakamu sayangkamu sayangku selamatdatang selamatpagi semangat suksesselalu
    sandirahasia sumpahpemuda terimakasih tidaktahu ulangtahun""".split()  # noqa: SIM905
)


class Argon2(Argon2PasswordHasher):
    """Argon2id with 19 MiB and two passes (OWASP Password Storage Cheat Sheet).

    A guess costs its memory, and a morning on which all officers sign in is not lost over it:
    a tenth of the processor time of PBKDF2 with the million rounds that the same source asks for.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1


class NotTooLong:
    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(
                both(
                    f"Kata sandi paling panjang {LONGEST} huruf",
                    f"A password has at most {LONGEST} characters",
                )
            )

    def get_help_text(self) -> str:
        return ""


class NotOwnNumber:
    """Phone and NIP stand on many papers. Compared whole: digits alone are alike too easily."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        own = (str(getattr(user, name, "") or "")[-9:] for name in ("phone", "nip"))
        if any(number and number in password for number in own):
            raise ValidationError(
                both(
                    "Kata sandi tidak boleh memuat nomor ponsel atau NIP Anda",
                    "A password may not hold your phone number or NIP",
                )
            )

    def get_help_text(self) -> str:
        return ""


class NotKnown(CommonPasswordValidator):
    """Not in Django's list of 20,000, not usual here, not in the list of the operator."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        plain = password.strip().lower()
        letters = plain.replace(" ", "").strip("0123456789!?.-_@#*")
        if plain in self.passwords or letters in USUAL_HERE or _is_breached(password):
            raise ValidationError(
                both(
                    "Kata sandi ini ada di daftar yang pernah bocor atau sering dipakai. "
                    "Pilih yang lain, misalnya empat kata yang tidak berhubungan",
                    "This password is in a list of leaked or common ones. "
                    "Choose another, for example four unrelated words",
                )
            )


def _is_breached(password: str) -> bool:
    path = settings.BREACHED_PASSWORDS
    if not path:
        return False
    # The lists that exist are sorted SHA-1; it finds a line here and protects nothing.
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with Path(path).open("rb") as lines:
        return _holds(lines, wanted)


def _holds(lines: IO[bytes], wanted: bytes) -> bool:
    """Whether a line of the sorted file begins with this; about 35 reads in 40 GB."""
    low, high = 0, lines.seek(0, 2)
    while low < high:
        middle = (low + high) // 2
        lines.seek(middle)
        if middle:
            lines.seek(middle - 1)
            lines.readline()  # the rest of a line, or nothing but its end
        found = lines.readline()[: len(wanted)].upper()
        if found == wanted:
            return True
        if found and found < wanted:
            low = max(lines.tell(), middle + 1)
        else:
            high = middle
    return False
