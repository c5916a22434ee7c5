"""python -m sandbox: mail server, SMS centre, sign-in provider, and the page that shows it all."""

from __future__ import annotations

import argparse
import asyncio
import signal
from pathlib import Path

from sandbox.mail import MailServer
from sandbox.oidc import Provider
from sandbox.phone import Phone
from sandbox.sms import SmsCentre


async def serve(asked: argparse.Namespace) -> None:
    """Until SIGTERM or Ctrl-C."""
    sms_centre = SmsCentre(asked.data / "sms")
    mail_server = MailServer(asked.data / "mail")
    phone = Phone(sms_centre, mail_server, asked.authenticators)
    servers: list[tuple[SmsCentre | MailServer | Phone | Provider, int]] = [
        (sms_centre, asked.sms),
        (mail_server, asked.mail),
        (phone, asked.phone),
        (Provider(), asked.oidc),
    ]
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    for server, port in servers:
        await server.start("127.0.0.1", port)
    await stopped.wait()
    for server, _ in servers:
        await server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="sandbox", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder for what arrives")
    parser.add_argument("--authenticators", type=Path, required=True, help="secrets of the demo")
    for name in ("phone", "mail", "sms", "oidc"):
        parser.add_argument(f"--{name}", type=int, required=True, metavar="PORT")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
