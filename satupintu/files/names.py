"""Names and sizes of files, as people read them."""

from __future__ import annotations

import re
import unicodedata

from satupintu.lib.errors import Text, both

LONGEST = 100
EXTENSIONS = {"pdf": "pdf", "jpg": "jpg", "jpeg": "jpg", "png": "png"}
MEDIA_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
# Names that Windows would take for a device.
DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def safe_name(name: str) -> str:
    """The name without folders, control signs, direction marks and signs a system may not keep."""
    last = re.split(r"[/\\]", name[-4000:])[-1]
    text = unicodedata.normalize("NFC", last)
    text = "".join(c for c in text if unicodedata.category(c)[0] != "C" or c in "\t\r\n")
    text = re.sub(r'[<>:"|?*]', "_", " ".join(text.split())).strip(". ")
    if DEVICES.match(text):
        text = f"_{text}"
    stem, dot, extension = text.rpartition(".")
    if dot and len(extension) <= 10:
        return f"{stem[:LONGEST].rstrip()}.{extension}"
    return text[:LONGEST].rstrip() or "berkas"


def declared_type(name: str) -> str | None:
    """The type the name claims: None without an extension, "" for one we do not know."""
    _, dot, extension = name.rpartition(".")
    return EXTENSIONS.get(extension.lower(), "") if dot else None


def size_text(size: int) -> Text:
    """1258291 -> "1,2 MB", in English "1.2 MB"."""
    if size < 1_000_000:
        written = f"{max(1, round(size / 1024))} KB"
    else:
        written = f"{size / 1024**2:.1f}".removesuffix(".0") + " MB"
    return both(written.replace(".", ","), written)


def type_list(types: list[str]) -> Text:
    """["pdf", "jpg", "png"] -> "PDF, JPG, atau PNG"."""
    words = [kind.upper() for kind in types]
    if len(words) < 3:
        return both(" atau ".join(words), " or ".join(words))
    most = ", ".join(words[:-1])
    return both(f"{most}, atau {words[-1]}", f"{most} or {words[-1]}")
