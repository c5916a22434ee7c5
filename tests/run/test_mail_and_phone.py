"""The mail server of the sandbox, and the page that shows what arrived."""

from __future__ import annotations

import json
import smtplib
import urllib.request
from email.message import EmailMessage
from urllib.error import HTTPError
from urllib.parse import quote, urlencode

import pytest

from sandbox import totp
from sandbox.mail import Faults, MailServer
from sandbox.phone import Phone
from sandbox.sms import SmsCentre
from tests.sandboxes import LoopThread


def open_page(phone: Phone, path: str, form: dict[str, str] | None = None, **headers: str) -> str:
    data = urlencode(form).encode() if form is not None else None
    request = urllib.request.Request(f"http://127.0.0.1:{phone.port}{path}", data, headers)
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
        return str(answer.read().decode())


def send_mail(mail_server: MailServer, subject: str, text: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "ptsp@localhost",
        "siti@example.org",
        subject,
    )
    message.set_content(text)
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="izin.pdf")
    with smtplib.SMTP("127.0.0.1", mail_server.port, timeout=5) as client:
        client.send_message(message)


def test_a_mail_is_kept_and_shown_with_links_but_without_markup(
    phone: Phone, mail_server: MailServer
) -> None:
    send_mail(mail_server, "Izin <terbit>", "Buka http://localhost:8000/a?b=1 <script>x</script>")
    assert "Izin &lt;terbit&gt;" in open_page(phone, "/")
    [(name, _)] = mail_server.messages()
    letter = open_page(phone, f"/email/{name}")
    assert '<a href="http://localhost:8000/a?b=1"' in letter
    assert "<script>" not in letter
    assert "izin.pdf" in letter


def test_a_mail_server_out_of_order_asks_to_try_again(mail_server: MailServer) -> None:
    mail_server.faults = Faults(down=True)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send_mail(mail_server, "Izin", "x")
    assert refused.value.smtp_code == 451
    assert list(mail_server.messages()) == []


def test_a_citizen_answers_an_sms_from_the_page(
    phone: Phone, sms_centre: SmsCentre, beside: LoopThread
) -> None:
    beside.run(sms_centre.reply("+628123456789", "Halo <b>"))
    path = f"/sms/{quote('+628123456789', safe='')}"
    assert path in open_page(phone, "/")
    assert "Setuju saja" in open_page(phone, path, {"text": "Setuju saja"})
    assert [message.text for message in sms_centre.messages()] == ["Halo <b>", "Setuju saja"]
    assert "<b>" not in open_page(phone, "/")


def test_faults_are_switched_on_and_off_from_the_page(
    phone: Phone, sms_centre: SmsCentre, mail_server: MailServer
) -> None:
    open_page(phone, "/gangguan", {"sms_throttled": "on", "mail_down": "on"})
    assert sms_centre.faults.throttled
    assert mail_server.faults.down
    open_page(phone, "/gangguan", {})
    assert not sms_centre.faults.throttled
    assert not mail_server.faults.down


def test_another_site_can_not_write_as_a_citizen(phone: Phone, sms_centre: SmsCentre) -> None:
    with pytest.raises(HTTPError, match="403"):
        open_page(phone, "/sms/0812", {"text": "palsu"}, **{"Sec-Fetch-Site": "cross-site"})
    assert sms_centre.messages() == []


def test_the_page_shows_the_codes_of_the_demonstration(phone: Phone) -> None:
    account = {"name": "Dewi", "login": "dewi@metro", "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"}
    phone.codes.write_text(json.dumps([account]))
    page = open_page(phone, "/")
    assert "Dewi" in page
    assert "dewi@metro" in page
    assert 'http-equiv="refresh"' in page


@pytest.mark.parametrize(
    ("moment", "expected"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_rfc_6238_appendix_b(moment: int, expected: str) -> None:
    assert totp.code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", moment) == expected
