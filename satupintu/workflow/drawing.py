"""The picture of a process for the public page: numbered steps from top to bottom."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap
from xml.etree import ElementTree as ET

from satupintu.workflow.blocks import Block, Blocks, Process, branches

_WIDTH = 300  # fits a phone of 320 px without scaling
_RADIUS = 14
_LINE = 19
_GAP = 12
_PAD = 12
_LETTER = 7.6  # a wide average for 15 px text, so that no line runs over the edge
_WORDS = {
    "id": {
        "title": "Alur layanan",
        "day": "{} hari kerja",
        "days": "{} hari kerja",
        "when": "bila diperlukan",
        "parallel": "Dikerjakan bersamaan",
        "choice": "Salah satu",
    },
    "en": {
        "title": "Service process",
        "day": "{} working day",
        "days": "{} working days",
        "when": "if needed",
        "parallel": "Done at the same time",
        "choice": "One of these",
    },
}


def picture(process: Process, names: Mapping[str, str], *, language: str = "id") -> str:
    """Draw the main part as SVG; `names` gives the words for each step code.

    No colour, style or script of its own: text and lines take the colour of the page, and the
    classes flow-name, flow-note, flow-number, flow-circle, flow-line and flow-group can be styled.
    """
    return _Drawing(names, _WORDS[language]).draw(process["main"])


class _Drawing:
    def __init__(self, names: Mapping[str, str], words: Mapping[str, str]) -> None:
        self.names = names
        self.words = words
        self.svg = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "class": "flow",
                "role": "img",
                "fill": "none",
                "font-size": "15",
            },
        )
        self.count = 0
        self.told: list[str] = []

    def draw(self, blocks: Blocks) -> str:
        ET.SubElement(self.svg, "title").text = self.words["title"]
        story = ET.SubElement(self.svg, "desc")
        height = self.sequence(blocks, 1, 1, _WIDTH - 1) + 1
        story.text = " ".join(self.told)
        self.svg.set("width", str(_WIDTH))
        self.svg.set("height", str(height))
        self.svg.set("viewBox", f"0 0 {_WIDTH} {height}")
        return ET.tostring(self.svg, encoding="unicode")

    def sequence(self, blocks: Blocks, left: int, top: int, right: int) -> int:
        """Draw one block under the other and answer with the lower edge."""
        middle, above = left + _RADIUS, 0
        for index, block in enumerate(blocks):
            if index:
                top += _GAP
                self.line(middle, above, middle, top)
            if "step" in block:
                above, top = top + 2 * _RADIUS, self.step(block, left, top, right)
            else:
                above = top = self.group(block, left, top, right)
        return top

    def step(self, block: Block, left: int, top: int, right: int) -> int:
        self.count += 1
        code, number = block["step"], str(self.count)
        name, note = self.names.get(code, code), self.note(block)
        self.told.append(f"{number}. {name}{f' ({note})' if note else ''}.")
        middle, start = left + _RADIUS, left + 2 * _RADIUS + 10
        self.shape("circle", "flow-circle", cx=middle, cy=top + _RADIUS, r=_RADIUS)
        self.text(number, "flow-number", middle, top + _RADIUS + 5, **{"text-anchor": "middle"})
        lines = [(line, "flow-name") for line in self.wrapped(name, right - start)]
        lines += [(line, "flow-note") for line in self.wrapped(note, right - start)]
        for index, (line, kind) in enumerate(lines):
            self.text(line, kind, start, top + _RADIUS + 5 + index * _LINE)
        return max(top + 2 * _RADIUS, top + 10 + len(lines) * _LINE)

    def group(self, block: Block, left: int, top: int, right: int) -> int:
        ways = [inner for _, inner in branches(block, "") if inner]
        kind = "parallel" if "parallel" in block else "choice" if len(ways) > 1 else "when"
        frame = self.shape("rect", "flow-group", x=left, y=top, width=right - left, rx=8)
        heading = self.words[kind].capitalize()
        self.told.append(f"{heading}:")
        self.text(heading, "flow-note", left + _PAD, top + 22)
        bottom = top + 34
        for index, branch in enumerate(ways):
            if index:
                line = self.line(left + _PAD, bottom + _GAP, right - _PAD, bottom + _GAP)
                line.set("stroke-dasharray", "4 4")
                bottom += 2 * _GAP
            bottom = self.sequence(branch, left + _PAD, bottom, right - _PAD)
        frame.set("height", str(bottom + _PAD - top))
        return bottom + _PAD

    def note(self, block: Block) -> str:
        days = block.get("days", 0)
        parts = [self.words["day" if days == 1 else "days"].format(days)] if days else []
        return " · ".join([*parts, self.words["when"]] if "when" in block else parts)

    def wrapped(self, text: str, width: int) -> list[str]:
        return wrap(text, int(width / _LETTER))

    def line(self, x1: int, y1: int, x2: int, y2: int) -> ET.Element:
        return self.shape("line", "flow-line", x1=x1, y1=y1, x2=x2, y2=y2)

    def shape(self, tag: str, kind: str, **numbers: int) -> ET.Element:
        places = {name: str(number) for name, number in numbers.items()}
        return ET.SubElement(self.svg, tag, {"class": kind, "stroke": "currentColor", **places})

    def text(self, words: str, kind: str, x: int, y: int, **more: str) -> None:
        place = {"class": kind, "fill": "currentColor", "x": str(x), "y": str(y), **more}
        ET.SubElement(self.svg, "text", place).text = words
