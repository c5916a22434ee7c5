"""Processes as packs write them, and a source of random valid ones."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Process = dict[str, list[dict[str, Any]]]


def step(code: str, **more: Any) -> dict[str, Any]:
    return {"step": code, "kind": "verify", "role": "verifikator", "days": 1, **more}


LICENCE: Process = {
    "main": [
        step("verifikasi", moves=["forward", "ask", "refuse"]),
        {
            "parallel": [
                [
                    step("tinjauan", kind="inspect", days=3),
                    step(
                        "berita_acara",
                        kind="recommend",
                        moves=["forward", "return", "refuse"],
                        return_to=["tinjauan", "verifikasi"],
                    ),
                ],
                [step("telaah", kind="opinion", office="agency:pupr", when="luas > 100")],
            ]
        },
        {
            "choice": [
                {
                    "when": "levy > 0",
                    "do": [step("tetapkan", kind="assess"), step("bayar", kind="pay")],
                },
                {"otherwise": []},
            ]
        },
        step("konsep", kind="draft", moves=["forward", "return"], return_to=["berita_acara"]),
        step(
            "tanda_tangan",
            kind="sign",
            moves=["forward", "return", "refuse"],
            return_to=["konsep", "verifikasi"],
        ),
    ],
    "refusal": [
        step("konsep_tolak", kind="draft", moves=["forward", "return"], return_to=["verifikasi"]),
        step("tanda_tangan_tolak", kind="sign"),
    ],
}

LETTER: Process = {
    "main": [
        step("rt", kind="endorse", role="rt", moves=["forward", "refuse"]),
        step("rw", kind="endorse", role="rw", moves=["forward", "refuse"]),
        step("verifikasi", moves=["forward", "refuse"]),
        step("tanda_tangan", kind="sign", role="lurah"),
    ],
    "refusal": [
        step(
            "banding",
            kind="appeal",
            role="lurah",
            against=["rt", "rw"],
            moves=["forward", "grant"],
        ),
        step("tolak", kind="sign", role="lurah"),
    ],
}


@st.composite
def valid_processes(draw: st.DrawFn) -> Process:
    """Random processes that `check` accepts, with conditions named c0, c1, c2."""
    count = 0
    conditions = st.sampled_from(["c0", "c1", "c2"])

    def sequence(depth: int, before: list[str], least: int = 1) -> list[dict[str, Any]]:
        blocks = []
        for _ in range(draw(st.integers(least, 3))):
            blocks.append(block(depth, before))
            before = [*before, *_codes(blocks[-1])]
        return blocks

    def block(depth: int, before: list[str]) -> dict[str, Any]:
        kind = draw(
            st.sampled_from(
                ["step", "step", "step", *(["parallel", "choice"] if depth < 2 else [])]
            )
        )
        if kind == "parallel":
            return {"parallel": [sequence(depth + 1, before) for _ in range(2)]}
        if kind == "choice":
            some = {"when": draw(conditions), "do": sequence(depth + 1, before, 0)}
            rest = {"otherwise": sequence(depth + 1, before, 0)}
            return {"choice": [some, rest] if draw(st.booleans()) else [some]}
        return one_step(before)

    def one_step(before: list[str], *, refusable: bool = True) -> dict[str, Any]:
        nonlocal count
        count += 1
        made = step(f"s{count}", moves=["forward"])
        if draw(st.booleans()):
            made["moves"].append("ask")
        if refusable and draw(st.booleans()):
            made["moves"].append("refuse")
        if draw(st.booleans()) and before:
            made["moves"].append("return")
            made["return_to"] = draw(st.lists(st.sampled_from(before), min_size=1, unique=True))
        if draw(st.integers(0, 3)) == 0:
            made["when"] = draw(conditions)
        return made

    main = sequence(0, [])
    everything = [code for part in main for code in _codes(part)]
    refusal = [one_step(everything, refusable=False) for _ in range(draw(st.integers(0, 2)))]
    return {"main": main, "refusal": refusal}


def _codes(block: dict[str, Any]) -> list[str]:
    if "step" in block:
        return [block["step"]]
    inner = block.get("parallel") or [o.get("do", o.get("otherwise")) for o in block["choice"]]
    return [code for branch in inner for part in branch for code in _codes(part)]
