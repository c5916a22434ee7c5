"""Where things lie, and what the processes are told when nobody says otherwise."""

from __future__ import annotations

import json
import os
import secrets
import socket
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

WEB, LIVE = "web", "live"
PHONE, MAIL, SMS, PKI, OIDC = "phone", "mail", "sms", "pki", "oidc"
_SANDBOX_ORDER = (PHONE, MAIL, SMS, PKI, OIDC)


def data_folder() -> Path:
    """The private folder of this installation; made at first use, closed to everyone else."""
    data = Path(os.environ.get("SATUPINTU_DATA", ROOT / ".data")).resolve()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return data


def ports() -> dict[str, int]:
    sandbox = int(os.environ.get("SATUPINTU_SANDBOX_PORT", "8010"))
    return {
        WEB: int(os.environ.get("SATUPINTU_WEB_PORT", "8000")),
        LIVE: int(os.environ.get("SATUPINTU_LIVE_PORT", "8001")),
        **{name: sandbox + place for place, name in enumerate(_SANDBOX_ORDER)},
    }


def host() -> str:
    return os.environ.get("SATUPINTU_HOST", "127.0.0.1")


def is_free(port: int, address: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(database_url: str | None = None) -> dict[str, str]:
    """What the settings read; a value from outside always wins."""
    data, port = data_folder(), ports()
    url = database_url or remembered("postgres").get("url")
    told = {
        "SATUPINTU_SANDBOX": "1",
        "SATUPINTU_DATA": str(data),
        "SATUPINTU_SECRET_KEY": _secret_key(data),
        "SATUPINTU_BASE_URL": f"http://localhost:{port[WEB]}",
        "SATUPINTU_LIVE_URL": f"http://localhost:{port[LIVE]}",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(port[MAIL]),
        "SMPP_HOST": "127.0.0.1",
        "SMPP_PORT": str(port[SMS]),
        "SMS_HTTP_URL": f"http://127.0.0.1:{port[PHONE]}/agregator/sms",
        "PKI_URL": f"http://127.0.0.1:{port[PKI]}",
        "SATUPINTU_OIDC_URL": f"http://127.0.0.1:{port[OIDC]}",
        "SATUPINTU_OIDC_NAME": "Akun Contoh (peraga)",
        "SATUPINTU_OIDC_CLIENT": "satupintu",
        "SATUPINTU_OIDC_SECRET": "peraga",
        "SATUPINTU_OIDC_ACR": "urn:peraga:dua-faktor",
        "SIGNER_SOCKET": _short(data / "signer.sock"),
        **({"DATABASE_URL": url} if url else {}),
    }
    return {**told, **os.environ}


def remembered(name: str) -> dict[str, Any]:
    """A note of an earlier start, kept in the data folder."""
    try:
        note: dict[str, Any] = json.loads((data_folder() / f"{name}.json").read_text())
    except FileNotFoundError:
        return {}
    return note


def remember(name: str, note: dict[str, Any]) -> None:
    """Replaces the note in one step, readable for its owner only (it may hold a password)."""
    path = data_folder() / f"{name}.json"
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(note, indent=1))
    draft.replace(path)


def _secret_key(data: Path) -> str:
    path = data / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


def _short(socket: Path) -> str:
    """A unix socket's path may have about 100 characters; every process works in ROOT."""
    return min(str(socket), os.path.relpath(socket, ROOT), key=len)
