"""The process engine: pure functions from a state and a move to the next state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

from satupintu.workflow.blocks import Block, Blocks, Process, branches, step, steps, trail

Facts = Mapping[str, Any]
Evaluate = Callable[[str, Facts], bool]

_NO_OPTION = -1


class State(TypedDict):
    """Where a case stands; plain data that goes into JSON as it is."""

    steps: dict[str, str]  # code → open, waiting, done or skipped; absent = not reached
    choices: dict[str, int]  # path of the choice → the option taken, -1 = none
    rounds: dict[str, int]  # code → how often it was opened
    outcome: str | None  # approved, refused
    refused_at: NotRequired[str]


@dataclass(frozen=True)
class Move:
    step: str
    kind: str  # forward, ask, answered, return, refuse; of an appeal: answered, accept, grant
    to: str | None = None  # for a return: the step to go back to


def _moves(block: Block) -> set[str]:
    """What the step allows, with what the applicant may answer to it."""
    moves = set(block.get("moves", ("forward",)))
    if "ask" in moves:
        moves.add("answered")
    return moves | {"answered", "accept"} if block.get("kind") == "appeal" else moves


class NotAllowed(Exception):
    """A move that the process or the present state does not allow."""

    def __init__(self, message: str, english: str) -> None:
        super().__init__(message)
        self.message = message
        self.english = english


def begin(process: Process, facts: Facts, evaluate: Evaluate) -> State:
    state = State(steps={}, choices={}, rounds={}, outcome=None)
    _Run(process, state, facts, evaluate).settle()
    return state


def advance(process: Process, state: State, move: Move, facts: Facts, evaluate: Evaluate) -> State:
    """The state after the move; the given one stays as it is. Raises NotAllowed."""
    _check_allowed(process, state, move)
    after = deepcopy(state)
    run = _Run(process, after, facts, evaluate)
    match move.kind:
        case "ask":
            after["steps"][move.step] = "waiting"
        case "answered":
            after["steps"][move.step] = "open"
        case "forward" | "accept":
            after["steps"][move.step] = "done"
            run.settle()
        case "grant":
            run.grant(step(process, move.step))
        case "refuse":
            run.refuse(move.step)
        case "return":
            run.go_back(str(move.to))
    return after


def finished(state: State) -> bool:
    return state["outcome"] is not None and not _active(state)


def opened(before: State, after: State) -> tuple[str, ...]:
    """The steps that began between the two states, in a first or in a new round."""
    earlier = _active(before)
    return tuple(code for code, round_ in _active(after).items() if earlier.get(code) != round_)


def closed(before: State, after: State) -> tuple[str, ...]:
    """The steps that ended between the two states, done or taken away."""
    return opened(after, before)


def _active(state: State) -> dict[str, int]:
    active = ("open", "waiting")
    return {code: state["rounds"][code] for code, on in state["steps"].items() if on in active}


def _check_allowed(process: Process, state: State, move: Move) -> None:
    status = state["steps"].get(move.step)
    if status not in ("open", "waiting"):
        raise NotAllowed(
            "Tahap ini tidak sedang dikerjakan. Buka lagi permohonan untuk melihat tahap terbaru",
            "Nobody works on this step now. Open the application again to see its newest step",
        )
    block = step(process, move.step)
    if move.kind not in _moves(block):
        raise NotAllowed(
            "Langkah itu tidak tersedia pada tahap ini", "This step does not allow that"
        )
    if move.kind in ("answered", "accept"):
        if status == "open":
            raise NotAllowed(
                "Tahap ini tidak sedang menunggu jawaban pemohon",
                "This step does not wait for the applicant",
            )
    elif status == "waiting" and move.kind != "refuse":
        raise NotAllowed(
            "Tahap ini masih menunggu jawaban pemohon", "This step still waits for the applicant"
        )
    if move.kind == "refuse" and state["outcome"] is not None:
        raise NotAllowed("Permohonan ini sudah ditolak", "This application is refused already")
    if move.kind == "return":
        if move.to not in block.get("return_to", ()):
            raise NotAllowed(
                "Permohonan tidak bisa dikembalikan ke tahap itu",
                "The application can not go back to that step",
            )
        if state["steps"].get(str(move.to)) != "done":
            raise NotAllowed(
                "Tahap itu belum pernah dikerjakan, jadi tidak bisa dikembalikan",
                "That step was never done, so nothing can go back to it",
            )


def _endorses(block: Block, roles: Sequence[str]) -> bool:
    return block.get("kind") == "endorse" and block.get("role") in roles


class _Run:
    """One change of one state."""

    def __init__(self, process: Process, state: State, facts: Facts, evaluate: Evaluate) -> None:
        self.process = process
        self.state = state
        self.facts = facts
        self.evaluate = evaluate

    def settle(self) -> None:
        """Open whatever can begin now, and note the outcome when the main part is through."""
        if self.state["outcome"] is None and self.sequence(self.process["main"], "main"):
            self.state["outcome"] = "approved"
        if self.state["outcome"] == "refused":
            self.sequence(self.process.get("refusal", ()), "refusal")

    def sequence(self, blocks: Blocks, path: str) -> bool:
        """Go on until the first block that is not through; True if there is none."""
        return all(self.block(block, f"{path}/{i}") for i, block in enumerate(blocks))

    def block(self, block: Block, path: str) -> bool:
        if "step" in block:
            return self.step(block)
        inside = list(branches(block, path))
        if "choice" in block:
            taken = self.choose(block, path)
            inside = inside[taken : taken + 1] if taken != _NO_OPTION else []
        # Every branch begins, also when an earlier one is not through.
        through = [self.sequence(inner, inner_path) for inner_path, inner in inside]
        return all(through)

    def step(self, block: Block) -> bool:
        code = block["step"]
        if code not in self.state["steps"]:
            if "when" in block and not self.evaluate(block["when"], self.facts):
                self.state["steps"][code] = "skipped"
            elif block.get("kind") != "appeal":
                self.open(code)
            elif self.may_appeal(block):
                self.open(code, "waiting")
            else:
                self.state["steps"][code] = "skipped"
        return self.state["steps"][code] in ("done", "skipped")

    def open(self, code: str, status: str = "open") -> None:
        self.state["steps"][code] = status
        self.state["rounds"][code] = self.state["rounds"].get(code, 0) + 1

    def choose(self, block: Block, path: str) -> int:
        """The first option that fits; a choice once made stays until a return erases it."""
        choices = self.state["choices"]
        if path not in choices:
            choices[path] = next(
                (
                    index
                    for index, option in enumerate(block["choice"])
                    if "otherwise" in option or self.evaluate(option["when"], self.facts)
                ),
                _NO_OPTION,
            )
        return choices[path]

    def refuse(self, code: str) -> None:
        for active in _active(self.state):
            del self.state["steps"][active]
        self.state["steps"][code] = "done"
        self.state["refused_at"] = code
        self.state["outcome"] = "refused"
        self.settle()

    def may_appeal(self, appeal: Block) -> bool:
        """Whether the step that refused is one against which this appeal may be made."""
        return _endorses(step(self.process, self.state["refused_at"]), appeal["against"])

    def grant(self, appeal: Block) -> None:
        """The refusal is taken back: the main part goes on without those endorsements."""
        del self.state["refused_at"]
        self.state["outcome"] = None
        self.erase(self.process["refusal"], "refusal")
        for block in steps({"main": self.process["main"]}):
            code = block["step"]
            if _endorses(block, appeal["against"]) and self.state["steps"].get(code) != "done":
                self.state["steps"][code] = "skipped"
        self.settle()

    def go_back(self, target: str) -> None:
        """Erase the target and all that comes after it, and open the target again."""
        if trail(self.process, target)[0].path == "main" and self.state["outcome"] == "refused":
            self.state["outcome"] = None
            self.erase(self.process.get("refusal", ()), "refusal")
            # The step that refused has not been passed: the way leads through it again.
            self.erase_from(self.state.pop("refused_at"))
        self.erase_from(target)
        self.open(target)
        self.settle()

    def erase_from(self, code: str) -> None:
        """Erase the step and what follows it, in its own sequence and in those around it."""
        *around, (blocks, index, path) = trail(self.process, code)
        self.erase(blocks, path, index)
        for place in around:
            self.erase(place.blocks, place.path, place.at + 1)

    def erase(self, blocks: Blocks, path: str, start: int = 0) -> None:
        for index, block in enumerate(blocks[start:], start):
            here = f"{path}/{index}"
            self.state["steps"].pop(block.get("step", ""), None)
            self.state["choices"].pop(here, None)
            for inner_path, inner in branches(block, here):
                self.erase(inner, inner_path)
