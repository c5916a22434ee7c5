"""What people read around sign-in, in both languages."""

from __future__ import annotations

from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language

from satupintu.lib.errors import in_english


def _choose(indonesian: str, english: str) -> str:
    return english if (get_language() or "id").startswith("en") else indonesian


both = lazy(_choose, str)


def read(words: str) -> Any:
    """A sentence of a refusal, for a form: in the language in which it will be read."""
    return both(words, str(in_english(words)))


WRONG_LOGIN = both(
    "Nomor ponsel, e-mail, atau kata sandi tidak cocok. Coba lagi atau buat kata sandi baru",
    "The phone number, e-mail or password does not match. Try again or make a new password",
)
TOO_MANY = both(
    "Terlalu banyak percobaan. Tunggu 5 menit, atau buat kata sandi baru",
    "Too many tries. Wait 5 minutes, or make a new password",
)
WRONG_CODE = both(
    "Kode tidak cocok. Periksa lagi kode terakhir",
    "The code does not match. Check the last code again",
)
ERRORS = {
    "account_inactive": both(
        "Akun ini tidak aktif. Hubungi loket kami", "This account is not active. Ask our counter"
    ),
    "email_password_mismatch": WRONG_LOGIN,
    "phone_password_mismatch": WRONG_LOGIN,
    "username_password_mismatch": WRONG_LOGIN,
    "invalid_login": WRONG_LOGIN,
    "incorrect_password": both(
        "Kata sandi tidak cocok. Coba lagi", "The password does not match. Try again"
    ),
    "enter_current_password": both(
        "Kata sandi lama tidak cocok. Coba lagi", "The old password does not match. Try again"
    ),
    "incorrect_code": WRONG_CODE,
    "too_many_login_attempts": TOO_MANY,
    "rate_limited": both("Tunggu sebentar, lalu coba lagi", "Wait a moment, then try again"),
    "email_taken": both(
        "E-mail ini sudah dipakai akun lain", "Another account already uses this e-mail"
    ),
    "phone_taken": both(
        "Nomor ini sudah dipakai akun lain", "Another account already uses this number"
    ),
    "duplicate_email": both(
        "E-mail ini sudah ada di akun Anda", "Your account already has this e-mail"
    ),
    "same_as_current": both(
        "Ini sama dengan yang sekarang. Isi yang baru", "This is the present one. Give a new one"
    ),
    "cannot_remove_primary_email": both(
        "Akun harus punya satu e-mail atau nomor ponsel",
        "An account needs an e-mail or a phone number",
    ),
}
SECOND_FACTOR_ERRORS = {
    "incorrect_code": WRONG_CODE,
    "cannot_delete_authenticator": both(
        "Akun petugas harus punya kode kedua. Pasang yang baru dulu, lalu hapus yang ini",
        "An officer's account needs a second factor. Add a new one, then remove this one",
    ),
    "unverified_email": both(
        "Buktikan dulu e-mail Anda dengan kode yang kami kirim",
        "First prove your e-mail with the code that we sent",
    ),
}

# Told to the owner of the account, so that a change by somebody else does not stay unseen.
CHANGES = {
    "password_changed": both("Kata sandi akun Anda diganti", "Your password was changed"),
    "password_reset": both("Kata sandi akun Anda dibuat baru", "Your password was made anew"),
    "password_set": both("Kata sandi akun Anda dibuat", "Your password was set"),
    "email_changed": both("E-mail akun Anda diganti", "The e-mail of your account was changed"),
    "email_deleted": both("E-mail akun Anda dihapus", "An e-mail of your account was removed"),
    "account_connected": both("Penyedia masuk dihubungkan", "An outside sign-in was connected"),
    "account_disconnected": both("Penyedia masuk dilepas", "An outside sign-in was removed"),
    "totp_activated": both("Aplikasi autentikator dipasang", "An authenticator app was set up"),
    "totp_deactivated": both("Aplikasi autentikator dilepas", "An authenticator app was removed"),
    "recovery_codes_generated": both("Kode cadangan baru dibuat", "New recovery codes were made"),
    "webauthn_added": both("Kunci sandi dipasang", "A passkey was added"),
    "pin_set": both("PIN akun Anda diganti", "The PIN of your account was changed"),
    "webauthn_removed": both("Kunci sandi dilepas", "A passkey was removed"),
}
