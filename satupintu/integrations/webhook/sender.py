"""Posts a message to an address that a stranger chose, so that it reaches nothing of our own."""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

SECONDS_PER_ANSWER = 5
SECONDS_IN_ALL = 15
LARGEST_ANSWER = 64 * 1024
LONGEST_ADDRESS = 500
# Addresses that carry an IPv4 address inside and would lead past the check of it.
CARRIERS = tuple(ipaddress.ip_network(net) for net in ("64:ff9b::/96", "2002::/16", "2001::/32"))

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotAllowed(Exception):
    """This address may not be called; trying again does not help."""


class NotTaken(Exception):
    """The receiver did not take the message now."""


def require_allowed(url: str) -> None:
    """Refuse what can be refused without asking the network. Raises NotAllowed."""
    _split(url)


def post(url: str, content: bytes, *, headers: Mapping[str, str]) -> None:
    """Send JSON and wait until it is taken (2xx). Raises NotAllowed or NotTaken.

    The name is looked up once, all its addresses are checked, and the connection goes to a checked
    address: a second look-up could say something else.
    """
    parts = _split(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = _checked(parts, port)
    connection = _Connection(parts, address, port)
    # A receiver that sends a byte now and then would hold the worker for ever.
    watch = threading.Timer(SECONDS_IN_ALL, connection.cut)
    watch.daemon = True
    watch.start()
    try:
        target = parts.path or "/"
        connection.request(
            "POST",
            f"{target}?{parts.query}" if parts.query else target,
            body=content,
            headers={
                **headers,
                "Host": parts.netloc,
                "Content-Type": "application/json",
                "User-Agent": "satupintu",
            },
        )
        answer = connection.getresponse()
        status = answer.status
        answer.read(LARGEST_ANSWER)
    except (OSError, http.client.HTTPException) as error:
        raise NotTaken(f"{type(error).__name__}: {error}"[:200]) from error
    finally:
        watch.cancel()
        connection.close()
    if not 200 <= status < 300:
        raise NotTaken(f"HTTP {status}")


class _Connection(http.client.HTTPConnection):
    """To an address already found, with the certificate of the name that was asked for."""

    def __init__(self, parts: SplitResult, address: Address, port: int) -> None:
        super().__init__(str(parts.hostname), port, timeout=SECONDS_PER_ANSWER)
        self.secure = parts.scheme == "https"
        self.address = address

    def connect(self) -> None:
        plain = socket.create_connection((str(self.address), self.port), self.timeout)
        self.sock = plain
        if self.secure:
            context = ssl.create_default_context()
            secured = context.wrap_socket(
                plain, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock = secured
            secured.do_handshake()

    def cut(self) -> None:
        with contextlib.suppress(OSError):
            if self.sock is not None:
                self.sock.shutdown(socket.SHUT_RDWR)


def _split(url: str) -> SplitResult:
    if len(url) > LONGEST_ADDRESS or not url.isascii() or not url.isprintable() or " " in url:
        raise NotAllowed("not an address")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise NotAllowed("not an address") from error
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        raise NotAllowed("not an address")
    literal = _literal(host)
    if parts.scheme == "https":
        if literal is not None and not _may_reach(literal):
            raise NotAllowed(f"{host} is not open on the internet")
        return parts
    # A sandbox has receivers on the machine itself, without a certificate.
    loopback = host == "localhost" or (literal is not None and literal.is_loopback)
    if parts.scheme == "http" and settings.SANDBOX and loopback:
        return parts
    raise NotAllowed("only https")


def _checked(parts: SplitResult, port: int) -> Address:
    """The first address of the name; none if any of them may not be reached."""
    host = str(parts.hostname)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotTaken(f"{host} is not known") from error
    addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    if not addresses:
        raise NotTaken(f"{host} is not known")
    for address in addresses:
        if not _may_reach(address):
            raise NotAllowed(f"{host} is not open on the internet")
    return addresses[0]


def _may_reach(address: Address) -> bool:
    inner = getattr(address, "ipv4_mapped", None) or address
    if settings.SANDBOX and inner.is_loopback:
        return True
    if any(inner.version == net.version and inner in net for net in CARRIERS):
        return False
    return bool(inner.is_global and not inner.is_multicast and not inner.is_reserved)


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
