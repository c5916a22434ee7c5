"""The child process that opens files from strangers; it touches neither Django nor the network.

It waits with its libraries loaded. Each connection that is handed to it gets a fork of its own,
with limits, that answers one question about one file and ends: nothing of one file is left for the
next. The file comes through the connection, so that no plain copy of it ever lies on a disk.

    {"act": "examine"}                          what the file really is
    {"act": "picture", "page": n, "mark": "…"}  page n as a PNG, with these words across it
    {"act": "copy", "mark": "…"}                the whole file with these words across every page
"""

from __future__ import annotations

import io
import math
import os
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2
from pikepdf import Dictionary, Name, Stream
from PIL import Image, ImageDraw, ImageFont, ImageOps

from satupintu.lib import frames

MEMORY = 1536 * 1024**2
SECONDS = 20
WALL_SECONDS = 30
MAX_PIXELS = 60_000_000
MAX_OBJECTS = 200_000
IMAGE_SIDE = 1600
COPY_SIDE = 3500
PAGE_WIDTH, PAGE_HEIGHT = 1200, 4000
SLANT = math.radians(25)
# What makes a PDF act instead of only being read.
ACTIONS = {
    "/JavaScript", "/Launch", "/GoToR", "/GoToE", "/ImportData", "/SubmitForm",
    "/Rendition", "/RichMediaExecute", "/Movie", "/Sound",
}  # fmt: skip
ACTIVE_KEYS = {"/JS", "/XFA"}
ACTIVE_ANNOTATIONS = {"/RichMedia", "/3D", "/Screen", "/Movie"}
# PDF/A-3 carries the data of a document beside its picture; anything else hidden inside is refused.
HARMLESS_ATTACHMENTS = ("/text/", "/application/json", "/application/xml")


class Problem(Exception):
    """Why the file can not be taken: encrypted, broken, active, pixels or complex."""


def examine(content: bytes) -> dict[str, Any]:
    if content.startswith(b"%PDF-"):
        return {"type": "pdf", "pages": _examine_pdf(content)}
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return {"type": "png", "pages": _examine_image(content, "PNG")}
    if content.startswith(b"\xff\xd8\xff"):
        return {"type": "jpg", "pages": _examine_image(content, "JPEG")}
    return {"type": "", "pages": 0}


def _examine_pdf(content: bytes) -> int:
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            pages = len(pdf.pages)
            if pages == 0:
                raise Problem("broken")
            if len(pdf.objects) > MAX_OBJECTS:
                raise Problem("complex")
            if any(_is_active(thing) for whole in pdf.objects for thing in _parts(whole)):
                raise Problem("active")
            return pages
    except pikepdf.PasswordError:
        raise Problem("encrypted") from None
    except (pikepdf.PdfError, RecursionError):
        raise Problem("broken") from None


def _parts(thing: Any, depth: int = 0) -> Iterator[Any]:
    """Every dictionary written directly inside this object; what it refers to comes by itself."""
    if depth > 50:
        raise Problem("complex")
    if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        yield thing
        inner = [value for _, value in thing.items()]
    elif isinstance(thing, pikepdf.Array):
        inner = list(thing)
    else:
        return
    for value in inner:
        if isinstance(value, pikepdf.Object) and not value.is_indirect:
            yield from _parts(value, depth + 1)


def _is_active(thing: Any) -> bool:
    keys = set(thing.keys())
    if keys & ACTIVE_KEYS:
        return True
    if "/S" in keys and str(thing.get("/S")) in ACTIONS:
        return True
    subtype = str(thing.get("/Subtype", ""))
    if str(thing.get("/Type", "")) == "/EmbeddedFile":
        return not subtype.startswith(HARMLESS_ATTACHMENTS)
    return subtype in ACTIVE_ANNOTATIONS


def _open_image(content: bytes, kind: str) -> Any:
    # Our own limit, below, is checked before a single pixel is decoded.
    Image.MAX_IMAGE_PIXELS = None
    try:
        image = Image.open(io.BytesIO(content), formats=[kind])
    except (OSError, SyntaxError, ValueError):
        raise Problem("broken") from None
    if image.width * image.height > MAX_PIXELS:
        raise Problem("pixels")
    return image


def _examine_image(content: bytes, kind: str) -> int:
    with _open_image(content, kind) as image:
        # JPEG is decoded at an eighth of its size: that reads every byte but keeps memory small.
        image.draft("RGB", (image.width // 8, image.height // 8))
        try:
            image.load()
        except (OSError, SyntaxError, ValueError):
            raise Problem("broken") from None
    return 1


def picture(content: bytes, number: int, mark: str) -> bytes:
    if content.startswith(b"%PDF-"):
        image = _page(content, number)
    else:
        image = _reduced(content, _kind(content), IMAGE_SIDE)
    if mark:
        image = _marked(image, mark)
    # A new image holds pixels only: no EXIF, no place, no author.
    drawn = io.BytesIO()
    image.save(drawn, "PNG")
    return drawn.getvalue()


def copy(content: bytes, mark: str) -> bytes:
    if content.startswith(b"%PDF-"):
        return _marked_pdf(content, mark)
    kind, made = _kind(content), io.BytesIO()
    _marked(_reduced(content, kind, COPY_SIDE), mark).save(made, kind, quality=90)
    return made.getvalue()


def _kind(content: bytes) -> str:
    return "PNG" if content.startswith(b"\x89PNG") else "JPEG"


def _marked_pdf(content: bytes, mark: str) -> bytes:
    out = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            # The copy is no longer what was signed: it shall not look like a broken signature.
            for name in ("/AcroForm", "/Perms"):
                if name in pdf.Root:
                    del pdf.Root[name]
            stamps: dict[tuple[int, int], Any] = {}
            for page in pdf.pages:
                left, bottom, right, top = (float(side) for side in page.mediabox)
                side = math.ceil(max(right - left, top - bottom))
                size = max(6, round(min(right - left, top - bottom) / 45))
                if (side, size) not in stamps:
                    stamps[side, size] = _stamp(pdf, side, size, mark)
                x, y = (left + right - side) / 2, (bottom + top - side) / 2
                page.add_overlay(stamps[side, size], pikepdf.Rectangle(x, y, x + side, y + side))
            pdf.save(out)
    except (pikepdf.PdfError, RecursionError):
        raise Problem("broken") from None
    return out.getvalue()


def _stamp(pdf: Any, side: int, size: int, mark: str) -> Any:
    """The words all over a square, whichever way up the page lies."""
    words = mark.encode("cp1252", "replace").hex()
    cos, sin = round(math.cos(SLANT), 3), round(math.sin(SLANT), 3)
    across, down = max(1, len(mark) * size * 6 // 10), size * 8
    lines = [
        f"{cos} {sin} {-sin} {cos} {x} {y} Tm <{words}> Tj"
        for at, y in enumerate(range(-side // 2, side, down))
        for x in range(-across * (at % 3) // 3, side, across)
    ]
    drawing = f"q /Pale gs 0.35 g BT /Words {size} Tf\n" + "\n".join(lines) + "\nET Q"
    font = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type1,
        BaseFont=Name.Helvetica,
        Encoding=Name.WinAnsiEncoding,
    )
    return Stream(
        pdf,
        drawing.encode(),
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=[0, 0, side, side],
        Resources=Dictionary(
            Font=Dictionary(Words=font), ExtGState=Dictionary(Pale=Dictionary(ca=0.37))
        ),
    )


def _marked(image: Any, mark: str) -> Any:
    """The words again and again across the whole picture: no part of it can be cut out clean."""
    font = ImageFont.load_default(size=max(14, image.width // 45))
    left, top, right, bottom = (round(side) for side in font.getbbox(mark))
    words = Image.new("L", (right - left + 80, bottom - top + 60))
    ImageDraw.Draw(words).text((40 - left, 30 - top), mark, fill=95, font=font)
    words = words.rotate(math.degrees(SLANT), expand=True)
    for at, y in enumerate(range(-words.height // 2, image.height, max(1, words.height // 2))):
        for x in range(-words.width * (at % 2) // 2, image.width, max(1, words.width)):
            image.paste((90, 90, 90), (x, y), words)
    return image


def _reduced(content: bytes, kind: str, side: int) -> Any:
    with _open_image(content, kind) as image:
        image.draft("RGB", (side, side))
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((side, side))
        # Transparent parts become white, as on paper.
        pixels = upright.convert("RGBA")
        paper = Image.new("RGB", pixels.size, "white")
        paper.paste(pixels, mask=pixels.getchannel("A"))
        return paper


def _page(content: bytes, number: int) -> Any:
    try:
        document = pypdfium2.PdfDocument(content)
        page = document[number - 1]
    except (pypdfium2.PdfiumError, IndexError):
        raise Problem("broken") from None
    width, height = page.get_size()
    scale = min(PAGE_WIDTH / max(width, 1), PAGE_HEIGHT / max(height, 1))
    return page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")


def answer(link: socket.socket) -> None:
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    signal.alarm(WALL_SECONDS)
    question, content = frames.receive(link)
    found, drawn = {}, b""
    try:
        if question["act"] == "examine":
            found = examine(content)
        elif question["act"] == "copy":
            drawn = copy(content, question["mark"])
        else:
            drawn = picture(content, question["page"], question["mark"])
    except Problem as problem:
        found = {"problem": str(problem)}
    frames.send(link, found, drawn)


def main(door: socket.socket) -> None:
    Image.preinit()  # the decoders, before there is anything to decode
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started us closes the door
    while True:
        _, handed, _, _ = socket.recv_fds(door, 1, 1)
        if not handed:
            return
        if os.fork() == 0:
            door.close()
            try:
                answer(socket.socket(fileno=handed[0]))
            finally:
                os._exit(0)
        os.close(handed[0])


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
