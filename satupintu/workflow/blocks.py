"""The shape of a process: steps, parallel branches and choices, in sequences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Block = Mapping[str, Any]
Blocks = Sequence[Block]
Process = Mapping[str, Blocks]

PARTS = ("main", "refusal")


class Place(NamedTuple):
    """A block inside its sequence; `path` leads to the sequence."""

    blocks: Blocks
    at: int
    path: str


def branches(block: Block, path: str) -> Iterator[tuple[str, Blocks]]:
    """The sequences inside a parallel or a choice, with their paths."""
    for index, branch in enumerate(block.get("parallel", ())):
        yield f"{path}/parallel/{index}", branch
    for index, option in enumerate(block.get("choice", ())):
        key = "otherwise" if "otherwise" in option else "do"
        yield f"{path}/choice/{index}/{key}", option[key]


def steps(process: Process) -> list[Block]:
    """Every step in the order of the definition, the refusal after the main part."""
    return [block for part in PARTS for block in _steps(process.get(part, ()))]


def _steps(blocks: Blocks) -> Iterator[Block]:
    for block in blocks:
        if "step" in block:
            yield block
        for _, inner in branches(block, ""):
            yield from _steps(inner)


def step(process: Process, code: str) -> Block:
    """The step with this code. Raises KeyError."""
    for block in steps(process):
        if block["step"] == code:
            return block
    raise KeyError(code)


def trail(process: Process, code: str) -> list[Place]:
    """The way to a step: its place in the outermost sequence, then inwards. Raises KeyError."""
    for part in PARTS:
        found = _trail(process.get(part, ()), code, part)
        if found:
            return found
    raise KeyError(code)


def _trail(blocks: Blocks, code: str, path: str) -> list[Place]:
    for index, block in enumerate(blocks):
        place = Place(blocks, index, path)
        if block.get("step") == code:
            return [place]
        for inner_path, inner in branches(block, f"{path}/{index}"):
            found = _trail(inner, code, inner_path)
            if found:
                return [place, *found]
    return []


def comes_before(process: Process, earlier: str, later: str) -> bool:
    """Whether one step always lies before the other: never so for branches that run in parallel."""
    for a, b in zip(trail(process, earlier), trail(process, later), strict=False):
        if a.path != b.path:
            # From the refusal everything in the main part lies before.
            return a.path == "main" and b.path == "refusal"
        if a.at != b.at:
            return a.at < b.at
    return False
