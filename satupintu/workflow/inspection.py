"""Looking at a process before it is published: its mistakes, and every way through it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from satupintu.workflow.blocks import PARTS, Block, Process, branches, comes_before, step, steps
from satupintu.workflow.engine import Move, State, advance, begin, finished

KINDS = frozenset(
    {"verify", "inspect", "recommend", "opinion", "assess", "pay", "draft", "initial", "sign"}
    | {"handover", "endorse", "register", "appeal"}
)
MOVES = frozenset({"forward", "ask", "return", "refuse", "grant"})

_CODE = re.compile(r"[a-z][a-z0-9_]*")
_OFFICE = re.compile(r"own|agency:[A-Za-z0-9_.-]+|area:[A-Za-z0-9_.-]+(:[a-z]+)?")


class Problem(NamedTuple):
    path: str  # keys and indexes from the process down, as main/2/parallel/0/1/days
    message: str


@dataclass(frozen=True)
class Walk:
    """One way through a process; parallel branches stand one after the other."""

    steps: tuple[str, ...]
    outcome: str
    conditions: Mapping[str, bool]


def check(process: Process) -> list[Problem]:
    """Everything that is wrong with a process; an empty list means that it can be published."""
    problems = [
        Problem(part, "Bagian ini tidak dikenal. Yang ada hanya main dan refusal")
        for part in process
        if part not in PARTS
    ]
    if not process.get("main"):
        problems.append(Problem("main", "Proses perlu paling sedikit satu tahap"))
    for part in PARTS:
        problems += _check_sequence(process.get(part, ()), part)
    if problems:
        return problems
    twice = [code for code, n in Counter(b["step"] for b in steps(process)).items() if n > 1]
    if twice:
        return [
            Problem(path, f"Kode tahap '{block['step']}' dipakai lebih dari sekali")
            for path, block in _placed(process)
            if block["step"] in twice
        ]
    return [problem for path, block in _placed(process) for problem in _moves(process, path, block)]


def walk(process: Process) -> Iterator[Walk]:
    """Every way through a checked process: each condition both ways, each possible refusal."""
    seen = set()
    pending: list[dict[str, bool]] = [{}]
    while pending:
        assumed = pending.pop()
        try:
            ways = list(_ways(process, assumed))
        except _Undecided as undecided:
            pending += [{**assumed, undecided.text: answer} for answer in (False, True)]
            continue
        for way in ways:
            if (way.steps, way.outcome) not in seen:
                seen.add((way.steps, way.outcome))
                yield way


class _Undecided(Exception):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def _ways(process: Process, assumed: Mapping[str, bool]) -> Iterator[Walk]:
    def evaluate(text: str, _: Mapping[str, Any]) -> bool:
        if text not in assumed:
            raise _Undecided(text)
        return assumed[text]

    order = [block["step"] for block in steps(process)]

    def follow(state: State, way: tuple[str, ...]) -> Iterator[Walk]:
        while not finished(state):
            active = ("open", "waiting")
            code = next(code for code in order if state["steps"].get(code) in active)
            way = (*way, code)
            if state["steps"][code] == "waiting":  # for the applicant: accept, or appeal
                yield from follow(move(state, code, "accept"), way)
                state = move(state, code, "answered")
                yield from follow(move(state, code, "grant"), way)
            if state["outcome"] is None and "refuse" in step(process, code).get("moves", ()):
                yield from follow(move(state, code, "refuse"), way)
            state = move(state, code, "forward")
        yield Walk(way, str(state["outcome"]), assumed)

    def move(state: State, code: str, kind: str) -> State:
        return advance(process, state, Move(code, kind), {}, evaluate)

    return follow(begin(process, {}, evaluate), ())


def _placed(process: Process) -> Iterator[tuple[str, Block]]:
    """Every step with its path."""

    def inside(blocks: Any, path: str) -> Iterator[tuple[str, Block]]:
        for index, block in enumerate(blocks):
            here = f"{path}/{index}"
            if "step" in block:
                yield here, block
            for inner_path, inner in branches(block, here):
                yield from inside(inner, inner_path)

    for part in PARTS:
        yield from inside(process.get(part, ()), part)


def _check_sequence(blocks: Any, path: str) -> Iterator[Problem]:
    if not isinstance(blocks, list | tuple):
        yield Problem(path, "Tulis daftar tahap di sini")
        return
    for index, block in enumerate(blocks):
        yield from _check_block(block, f"{path}/{index}")


def _check_block(block: Any, path: str) -> Iterator[Problem]:
    if (
        not isinstance(block, Mapping)
        or sum(k in block for k in ("step", "parallel", "choice")) != 1
    ):
        yield Problem(path, "Tulis tepat satu dari step, parallel atau choice")
    elif "step" in block:
        yield from _check_step(block, path)
    elif "parallel" in block:
        inner = block["parallel"]
        if not isinstance(inner, list | tuple) or len(inner) < 2 or not all(inner):
            yield Problem(f"{path}/parallel", "Tulis paling sedikit dua jalur yang berisi tahap")
            return
        for index, branch in enumerate(inner):
            yield from _check_sequence(branch, f"{path}/parallel/{index}")
    else:
        yield from _check_choice(block["choice"], f"{path}/choice")


def _check_choice(options: Any, path: str) -> Iterator[Problem]:
    if not isinstance(options, list | tuple) or not options:
        yield Problem(path, "Tulis paling sedikit satu pilihan")
        return
    for index, option in enumerate(options):
        here = f"{path}/{index}"
        keys = set(option) if isinstance(option, Mapping) else set()
        if keys == {"otherwise"}:
            if index + 1 < len(options):
                yield Problem(here, "Letakkan otherwise paling akhir")
            yield from _check_sequence(option["otherwise"], f"{here}/otherwise")
        elif keys == {"when", "do"}:
            if not _is_condition(option["when"]):
                yield Problem(f"{here}/when", "Tulis syarat pilihan ini")
            yield from _check_sequence(option["do"], f"{here}/do")
        else:
            yield Problem(here, "Tulis when bersama do, atau otherwise saja")


def _check_step(block: Block, path: str) -> Iterator[Problem]:
    if not isinstance(block["step"], str) or not _CODE.fullmatch(block["step"]):
        yield Problem(
            f"{path}/step", "Kode tahap ditulis dengan huruf kecil, angka dan garis bawah"
        )
    kind = block.get("kind")
    if kind not in KINDS:
        yield Problem(f"{path}/kind", f"Jenis tahap yang ada: {', '.join(sorted(KINDS))}")
    # Only the applicant pays, so a payment waits for no role.
    if kind != "pay" and not isinstance(block.get("role"), str):
        yield Problem(f"{path}/role", "Tulis peran yang mengerjakan tahap ini")
    if not _OFFICE.fullmatch(str(block.get("office", "own"))):
        yield Problem(f"{path}/office", "Tulis own, agency:<kode unit> atau area:<kode isian>")
    days = block.get("days", 0)
    if isinstance(days, bool) or not isinstance(days, int) or days < 0:
        yield Problem(f"{path}/days", "Hari kerja ditulis dengan angka bulat, 0 atau lebih")
    if "when" in block and not _is_condition(block["when"]):
        yield Problem(f"{path}/when", "Tulis syarat tahap ini")
    moves = block.get("moves", ["forward"])
    if not isinstance(moves, list | tuple) or "forward" not in moves or not MOVES.issuperset(moves):
        message = f"Langkah yang ada: {', '.join(sorted(MOVES))}; forward selalu harus ada"
        yield Problem(f"{path}/moves", message)
    elif ("return" in moves) != bool(block.get("return_to")):
        yield Problem(f"{path}/return_to", "Langkah return dan daftar return_to saling memerlukan")


def _moves(process: Process, path: str, block: Block) -> Iterator[Problem]:
    yield from _appeal(path, block)
    if path.startswith("refusal") and "refuse" in block.get("moves", ()):
        yield Problem(f"{path}/moves", "Bagian penolakan tidak bisa menolak lagi")
    known = {other["step"] for other in steps(process)}
    for index, target in enumerate(block.get("return_to", ())):
        here = f"{path}/return_to/{index}"
        if not isinstance(target, str) or target not in known:
            yield Problem(here, f"Tahap '{target}' tidak ada")
        elif not comes_before(process, target, block["step"]):
            yield Problem(here, f"Tahap '{target}' tidak selalu mendahului tahap ini")


def _appeal(path: str, block: Block) -> Iterator[Problem]:
    """An appeal begins the refusal, and nothing else can be granted."""
    if block["kind"] != "appeal":
        if "grant" in block.get("moves", ()):
            yield Problem(f"{path}/moves", "Hanya langkah appeal yang bisa mengabulkan (grant)")
        return
    if path != "refusal/0":
        yield Problem(path, "Langkah appeal hanya bisa menjadi langkah pertama bagian penolakan")
    if set(block.get("moves", ())) != {"forward", "grant"}:
        yield Problem(f"{path}/moves", "Langkah appeal punya tepat dua gerak: forward dan grant")
    against = block.get("against")
    if not isinstance(against, list | tuple) or not against:
        yield Problem(
            f"{path}/against", "Tulis peran yang penolakannya boleh dibanding, misalnya [rt, rw]"
        )


def _is_condition(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
