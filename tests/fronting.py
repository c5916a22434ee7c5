"""nginx before the web process, with the very file that deploy/ gives to operators."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.serving import PATIENCE, Web
from tests.world import ROOT

NGINX = ROOT / "deploy/nginx"


def configuration(folder: Path, **sockets: str) -> str:
    """The files of deploy/nginx with a certificate of the test, and sockets in place of ports."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", "/CN=x",
         "-out", str(certificate), "-keyout", str(key)],
        check=True, capture_output=True,
    )  # fmt: skip
    served = (NGINX / "satupintu.conf").read_text()
    served = served.replace("/etc/satupintu/tls/fullchain.pem", str(certificate))
    served = served.replace("/etc/satupintu/tls/key.pem", str(key))
    served = served.replace("/var/log/nginx", str(folder))
    upstream = (NGINX / "satupintu-upstream.conf").read_text()
    if sockets:
        served = re.sub(r"listen \[::\].*", "", served)
        served = served.replace("listen 80", f"listen unix:{sockets['front']}.http")
        served = served.replace("listen 443", f"listen unix:{sockets['front']}")
        upstream = upstream.replace("/run/satupintu-web/web.sock", sockets["web"])
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    own = "\n".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    return (
        f"user root; pid {folder}/pid; error_log stderr; events {{}} "
        f"http {{ access_log off; {own}\n{upstream}\n{served} }}"
    )


@contextlib.contextmanager
def fronted(served: Web, folder: Path, *, changed: dict[str, str] | None = None) -> Iterator[str]:
    """The path of nginx's socket; `changed` are words of its configuration and what stands there.

    The socket lies beside that of the web process, because its path must be short.
    """
    front = f"{Path(served.socket).parent}/front"
    text = configuration(folder, front=front, web=served.socket)
    for words, instead in (changed or {}).items():
        assert words in text
        text = text.replace(words, instead)
    whole = folder / "nginx.conf"
    whole.write_text(text)
    log = (folder / "nginx.log").open("wb")
    process = subprocess.Popen(
        ["nginx", "-c", str(whole), "-g", "daemon off;"], stdout=log, stderr=log
    )
    try:
        patience = time.monotonic() + PATIENCE
        while not Path(front).is_socket():
            assert time.monotonic() < patience, (folder / "nginx.log").read_text()
            time.sleep(0.05)
        yield front
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)
        log.close()


def line(path: str, *, tls: bool) -> socket.socket:
    """A connection of one's own, to say on it what no library would."""
    plain = socket.socket(socket.AF_UNIX)
    plain.settimeout(PATIENCE)
    plain.connect(path)
    if not tls:
        return plain
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(plain)
