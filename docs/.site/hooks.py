"""What the pages of the documents site need beyond what stands in the files."""

from __future__ import annotations

import re
from typing import Any

LIST_AT_ONCE = re.compile(r"^([^\s\-*|>#\d][^\n]*)\n(- |1\. )", re.MULTILINE)


def on_page_markdown(markdown: str, **_: Any) -> str:
    """A list may follow its sentence without an empty line; Python-Markdown wants one."""
    parts = markdown.split("```")
    parts[::2] = [LIST_AT_ONCE.sub(r"\1\n\n\2", part) for part in parts[::2]]
    return "```".join(parts)
