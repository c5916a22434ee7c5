"""A person at a screen without JavaScript: opens pages, fills them in, presses buttons."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import urljoin

from django.test import Client
from lxml import html as markup

FOLLOWED = (301, 302, 303)


class Browser:
    """The page it is on, and what can be done there. CSRF tokens are checked as in production."""

    def __init__(self, account: Any = None, *, client: Client | None = None) -> None:
        self.client = client or Client(enforce_csrf_checks=True)
        self.account = account
        if account is not None:
            self.client.force_login(account)
        self.url = "/"
        self.answer: Any = None
        self._file = b""

    def open(self, url: str, *, status: int = 200) -> Browser:
        return self._arrived(url, self.client.get(url), status)

    def press(self, button: str, *, status: Any = 200, **typed: Any) -> Browser:
        """Send the form that holds this button, with what stands in it and what is typed now."""
        form, pressed = self._form_of(button)
        values: dict[str, list[Any]] = {}
        for name, value in form.form_values():
            values.setdefault(name, []).append(value)
        if pressed.get("name"):
            values[pressed.get("name")] = [pressed.get("value", "")]
        known = set(form.inputs.keys())
        for name, value in typed.items():
            assert name in known, f"{button!r}: no field {name!r} among {sorted(known)}"
            values[name] = list(value) if isinstance(value, list | tuple) else [value]
        target = pressed.get("formaction") or form.get("action") or self.url
        if form.method == "GET":
            return self._arrived(target, self.client.get(target, values), status)
        return self._arrived(target, self.client.post(target, values), status)

    def follow(self, words: str, *, status: int = 200) -> Browser:
        """Go where the link with these words leads; the page itself comes before its menus."""
        for link in self.page.xpath("//main//a") + list(self.page.iter("a")):
            if words in said(link) and link.get("href"):
                return self.open(urljoin(self.url, link.get("href")), status=status)
        raise AssertionError(f"no link {words!r} on {self.url}: {self.text[:2000]}")

    def offers(self, button: str) -> bool:
        return any(button in said(one) for one in self.page.iter("button"))

    def field(self, name: str) -> Any:
        """What stands in the first field of this name."""
        for form in self.page.forms:
            if name in form.inputs.keys():  # noqa: SIM118  (lxml's own mapping)
                return form.inputs[name].value
        raise AssertionError(f"no field {name!r} on {self.url}")

    @property
    def page(self) -> Any:
        return markup.fromstring(self.answer.content.decode())

    @property
    def html(self) -> str:
        return str(self.answer.content.decode())

    @property
    def text(self) -> str:
        """What a person reads."""
        return readable(self.html)

    @property
    def body(self) -> bytes:
        """The file that was downloaded."""
        return self._file if self.answer.streaming else bytes(self.answer.content)

    def _form_of(self, words: str) -> tuple[Any, Any]:
        seen = []
        for form in self.page.forms:
            for button in form.iter("button"):
                if words in said(button):
                    return form, button
                seen.append(said(button))
        raise AssertionError(f"no button {words!r} on {self.url}, only {seen}: {self.text[:1500]}")

    def _arrived(self, url: str, answer: Any, status: int) -> Browser:
        hops = 0
        while answer.status_code in FOLLOWED and status not in FOLLOWED and hops < 5:
            url, hops = urljoin(url, answer.url), hops + 1
            answer = self.client.get(url)
        self.url, self.answer = url.split("#")[0], answer
        self._file = b"".join(answer.streaming_content) if answer.streaming else b""
        assert answer.status_code == status, (url, answer.status_code, self._why())
        return self

    def _why(self) -> str:
        return "a file" if self.answer.streaming else self.text[:3000]


def said(element: Any) -> str:
    return " ".join(element.text_content().split())


def readable(page: str) -> str:
    body = re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def text_of_pdf(content: bytes) -> str:
    """The words of a PDF, for what a reader of the letter reads."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    try:
        words = " ".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()
    return " ".join(words.split())
