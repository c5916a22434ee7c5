"""The process engine: what opens, what closes, and that everything ends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satupintu.lib.expressions import holds
from satupintu.workflow import (
    Move,
    NotAllowed,
    State,
    advance,
    begin,
    closed,
    finished,
    opened,
    step,
    steps,
)
from satupintu.workflow.blocks import branches
from tests.workflow.processes import LETTER, LICENCE, Process, valid_processes
from tests.workflow.processes import step as a_step

BIG = {"luas": 150, "levy": 0}
SMALL = {"luas": 50, "levy": 0}
PAID = {"luas": 150, "levy": 5000}


def after(*moves: Move | str, facts: Mapping[str, Any] = BIG, process: Process = LICENCE) -> State:
    """The state after these moves; a bare code goes forward."""
    state = begin(process, facts, holds)
    for move in moves:
        made = Move(move, "forward") if isinstance(move, str) else move
        state = advance(process, state, made, facts, holds)
    return state


def active(state: State) -> set[str]:
    return {code for code, status in state["steps"].items() if status in ("open", "waiting")}


def test_a_process_begins_with_its_first_step() -> None:
    state = after()
    assert state["steps"] == {"verifikasi": "open"}
    assert state["rounds"] == {"verifikasi": 1}
    assert opened(State(steps={}, choices={}, rounds={}, outcome=None), state) == ("verifikasi",)


def test_parallel_branches_begin_together_and_are_waited_for() -> None:
    state = after("verifikasi")
    assert active(state) == {"tinjauan", "telaah"}
    state = after("verifikasi", "telaah", "tinjauan")
    assert active(state) == {"berita_acara"}
    assert active(after("verifikasi", "telaah", "tinjauan", "berita_acara")) == {"konsep"}


def test_an_optional_step_is_passed_over_when_its_condition_does_not_hold() -> None:
    state = after("verifikasi", facts=SMALL)
    assert state["steps"]["telaah"] == "skipped"
    assert active(state) == {"tinjauan"}


def test_a_choice_takes_the_first_option_that_fits() -> None:
    moves = ["verifikasi", "tinjauan", "telaah", "berita_acara"]
    assert active(after(*moves, facts=PAID)) == {"tetapkan"}
    assert active(after(*moves, facts=BIG)) == {"konsep"}


def test_a_condition_is_asked_when_its_step_is_reached() -> None:
    state = after("verifikasi", "tinjauan", "telaah", facts=BIG)
    state = advance(LICENCE, state, Move("berita_acara", "forward"), PAID, holds)
    assert active(state) == {"tetapkan"}


def test_the_last_step_forward_approves() -> None:
    way = ["verifikasi", "tinjauan", "telaah", "berita_acara", "konsep", "tanda_tangan"]
    state = after(*way)
    assert state["outcome"] == "approved"
    assert finished(state)
    assert not finished(after(*way[:-1]))


def test_a_step_that_asked_the_applicant_waits_and_goes_on_where_it_was() -> None:
    asked = after(Move("verifikasi", "ask"))
    assert asked["steps"] == {"verifikasi": "waiting"}
    assert opened(after(), asked) == closed(after(), asked) == ()
    with pytest.raises(NotAllowed, match="menunggu jawaban"):
        advance(LICENCE, asked, Move("verifikasi", "forward"), BIG, holds)
    answered = advance(LICENCE, asked, Move("verifikasi", "answered"), BIG, holds)
    assert answered == after()


def test_a_step_that_waits_in_vain_can_still_be_refused() -> None:
    state = after(Move("verifikasi", "ask"), Move("verifikasi", "refuse"))
    assert active(state) == {"konsep_tolak"}


def test_a_return_inside_a_branch_leaves_the_other_branch_alone() -> None:
    before = after("verifikasi", "tinjauan")
    move = Move("berita_acara", "return", "tinjauan")
    state = advance(LICENCE, before, move, BIG, holds)
    assert state["steps"] == {"verifikasi": "done", "tinjauan": "open", "telaah": "open"}
    assert state["rounds"]["tinjauan"] == 2
    assert opened(before, state) == ("tinjauan",)
    assert closed(before, state) == ("berita_acara",)


def test_a_return_before_a_parallel_part_takes_all_its_branches_away() -> None:
    before = after("verifikasi", "tinjauan")
    state = advance(LICENCE, before, Move("berita_acara", "return", "verifikasi"), BIG, holds)
    assert state["steps"] == {"verifikasi": "open"}
    assert set(closed(before, state)) == {"berita_acara", "telaah"}


def test_a_return_into_a_branch_keeps_the_work_of_its_neighbour() -> None:
    state = after("verifikasi", "tinjauan", "telaah", "berita_acara", facts=PAID)
    for code in ("tetapkan", "bayar"):
        state = advance(LICENCE, state, Move(code, "forward"), PAID, holds)
    state = advance(LICENCE, state, Move("konsep", "return", "berita_acara"), PAID, holds)
    assert active(state) == {"berita_acara"}
    assert state["steps"]["telaah"] == "done"
    assert state["choices"] == {}
    assert "bayar" not in state["steps"]


def test_a_refusal_cancels_what_is_open_and_begins_the_refusal_part() -> None:
    before = after("verifikasi", "tinjauan")
    state = advance(LICENCE, before, Move("berita_acara", "refuse"), BIG, holds)
    assert active(state) == {"konsep_tolak"}
    assert set(closed(before, state)) == {"berita_acara", "telaah"}
    assert state["outcome"] == "refused"
    assert not finished(state)
    for code in ("konsep_tolak", "tanda_tangan_tolak"):
        state = advance(LICENCE, state, Move(code, "forward"), BIG, holds)
    assert finished(state)
    assert state["outcome"] == "refused"


def test_a_return_from_the_refusal_goes_on_with_the_main_part() -> None:
    state = after(
        *("verifikasi", "telaah", "tinjauan"),
        Move("berita_acara", "refuse"),
        Move("konsep_tolak", "return", "verifikasi"),
    )
    assert state["outcome"] is None
    assert state["steps"] == {"verifikasi": "open"}
    assert state["rounds"]["verifikasi"] == 2


def test_the_step_that_refused_is_not_passed_by_a_return_into_another_branch() -> None:
    process = {
        "main": [
            {"parallel": [[a_step("a", moves=["forward", "refuse"])], [a_step("b")], [a_step("c")]]}
        ],
        "refusal": [a_step("tolak", moves=["forward", "return"], return_to=["b"])],
    }
    state = after("b", Move("a", "refuse"), Move("tolak", "return", "b"), process=process)
    assert state["steps"] == {"b": "open", "a": "open", "c": "open"}


@pytest.mark.parametrize(
    ("move", "message"),
    [
        (Move("konsep", "forward"), "tidak sedang dikerjakan"),
        (Move("tidak_ada", "forward"), "tidak sedang dikerjakan"),
        (Move("tinjauan", "refuse"), "tidak tersedia"),
        (Move("tinjauan", "fly"), "tidak tersedia"),
        (Move("telaah", "answered"), "tidak tersedia"),
        (Move("berita_acara", "return"), "tidak sedang dikerjakan"),
    ],
)
def test_a_move_that_the_process_does_not_offer_is_refused(move: Move, message: str) -> None:
    with pytest.raises(NotAllowed, match=message) as refusal:
        advance(LICENCE, after("verifikasi"), move, BIG, holds)
    assert refusal.value.message


def test_a_return_goes_only_to_a_listed_step_that_was_done() -> None:
    process = {
        "main": [
            a_step("a", when="luas > 100"),
            a_step("b"),
            a_step("c", moves=["forward", "return"], return_to=["a"]),
        ]
    }
    with pytest.raises(NotAllowed, match="ke tahap itu"):
        after("a", "b", Move("c", "return", "b"), process=process)
    with pytest.raises(NotAllowed, match="belum pernah"):
        after("b", Move("c", "return", "a"), process=process, facts=SMALL)


def test_a_refused_case_is_not_refused_twice_and_a_finished_one_stays() -> None:
    refused = after(Move("verifikasi", "refuse"))
    for code in ("konsep_tolak", "tanda_tangan_tolak"):
        refused = advance(LICENCE, refused, Move(code, "forward"), BIG, holds)
    with pytest.raises(NotAllowed):
        advance(LICENCE, refused, Move("verifikasi", "forward"), BIG, holds)


def letter(*moves: tuple[str, str]) -> State:
    return after(*(Move(code, kind) for code, kind in moves), process=LETTER)


def test_an_endorsement_that_refuses_gives_the_applicant_an_appeal() -> None:
    state = letter(("rt", "refuse"))
    assert state["steps"]["banding"] == "waiting"
    assert not finished(state)


def test_a_refusal_that_is_accepted_or_upheld_goes_on_to_its_letter() -> None:
    accepted = letter(("rt", "refuse"), ("banding", "accept"))
    upheld = letter(("rt", "refuse"), ("banding", "answered"), ("banding", "forward"))
    assert accepted == upheld
    assert active(upheld) == {"tolak"}


def test_a_granted_appeal_goes_on_without_the_endorsements_that_are_left() -> None:
    state = letter(("rt", "refuse"), ("banding", "answered"), ("banding", "grant"))
    assert (state["outcome"], active(state)) == (None, {"verifikasi"})
    assert state["steps"]["rw"] == "skipped"

    state = letter(
        ("rt", "forward"), ("rw", "refuse"), ("banding", "answered"), ("banding", "grant")
    )
    assert active(state) == {"verifikasi"}


def test_nobody_appeals_against_another_refusal_and_a_later_one_still_counts() -> None:
    state = letter(("rt", "forward"), ("rw", "forward"), ("verifikasi", "refuse"))
    assert active(state) == {"tolak"}

    granted = letter(("rt", "refuse"), ("banding", "answered"), ("banding", "grant"))
    again = advance(LETTER, granted, Move("verifikasi", "refuse"), BIG, holds)
    assert active(again) == {"tolak"}


@pytest.mark.parametrize("kind", ["grant", "forward", "ask"])
def test_an_appeal_is_decided_only_after_the_applicant_made_it(kind: str) -> None:
    with pytest.raises(NotAllowed):
        letter(("rt", "refuse"), ("banding", kind))
    with pytest.raises(NotAllowed):
        letter(("rt", "refuse"), ("banding", "answered"), ("banding", "accept"))


def test_a_refusal_takes_away_what_ran_beside_it_and_a_granted_appeal_brings_it_back() -> None:
    first, second, *rest = LETTER["main"]
    process = {**LETTER, "main": [{"parallel": [[first], [second], [a_step("lain")]]}, *rest]}
    moves = [Move("rt", "refuse"), Move("banding", "answered"), Move("banding", "grant")]
    state = after(*moves, process=process)
    assert active(state) == {"lain"}
    assert state["rounds"]["lain"] == 2


def test_a_state_goes_through_json_and_a_move_leaves_the_old_one_alone() -> None:
    before = after("verifikasi", "tinjauan", "telaah")
    stored = json.dumps(before)
    next_one = advance(LICENCE, json.loads(stored), Move("berita_acara", "forward"), PAID, holds)
    assert json.dumps(before) == stored
    assert next_one == advance(LICENCE, before, Move("berita_acara", "forward"), PAID, holds)


def test_steps_are_listed_in_the_order_of_the_definition() -> None:
    assert [block["step"] for block in steps(LICENCE)] == [
        *("verifikasi", "tinjauan", "berita_acara", "telaah", "tetapkan", "bayar", "konsep"),
        *("tanda_tangan", "konsep_tolak", "tanda_tangan_tolak"),
    ]
    assert step(LICENCE, "bayar")["kind"] == "pay"
    with pytest.raises(KeyError):
        step(LICENCE, "tidak_ada")


def evaluate(text: str, facts: Mapping[str, Any]) -> bool:
    return bool(facts[text])


def nothing_after_an_unfinished_block(process: Process, state: State) -> bool:
    """In each sequence nothing has begun behind a block that is not through."""

    def touched(block: Mapping[str, Any]) -> bool:
        inner = [part for _, blocks in branches(block, "") for part in blocks]
        return block.get("step") in state["steps"] or any(map(touched, inner))

    def through(block: Mapping[str, Any], path: str) -> bool:
        if "step" in block:
            return state["steps"].get(block["step"]) in ("done", "skipped")
        inside = list(branches(block, path))
        if "choice" in block:
            taken = state["choices"].get(path)
            if taken is None:
                return False
            inside = inside[taken : taken + 1] if taken >= 0 else []
        results = [in_order(blocks, inner) for inner, blocks in inside]
        return all(results)

    def in_order(blocks: Any, path: str) -> bool:
        passed = True
        for index, block in enumerate(blocks):
            assert passed or not touched(block), f"{path}/{index} began too early"
            passed = through(block, f"{path}/{index}") and passed
        return passed

    in_order(process["main"], "main")
    in_order(process["refusal"], "refusal")
    return True


@given(valid_processes(), st.data())
def test_every_walk_ends_and_returns_leave_no_step_both_open_and_passed(
    process: Process, data: st.DataObject
) -> None:
    facts = data.draw(st.fixed_dictionaries({f"c{i}": st.booleans() for i in range(3)}))
    state = begin(process, facts, evaluate)
    returns = 0
    for _ in range(200):
        assert nothing_after_an_unfinished_block(process, state)
        if finished(state):
            break
        code = data.draw(st.sampled_from(sorted(active(state))))
        block = step(process, code)
        moves = [
            Move(code, "answered") if state["steps"][code] == "waiting" else Move(code, "forward")
        ]
        if state["steps"][code] == "open":
            if "refuse" in block["moves"]:
                moves.append(Move(code, "refuse"))
            # People may send a case back as often as they like; here they stop after five times.
            if returns < 5:
                done = [t for t in block.get("return_to", []) if state["steps"].get(t) == "done"]
                moves += [Move(code, "return", target) for target in done]
                moves += [Move(code, "ask")] if "ask" in block["moves"] else []
        move = data.draw(st.sampled_from(moves))
        returns += move.kind in ("return", "ask")
        before, state = state, advance(process, state, move, facts, evaluate)
        assert set(opened(before, state)) <= active(state)
        assert set(closed(before, state)) <= active(before)
        if move.kind == "return":
            assert state["steps"][str(move.to)] == "open"
            assert state["rounds"][str(move.to)] == before["rounds"][str(move.to)] + 1
            assert state["steps"].get(code) in (None, "open")
    assert finished(state)
    assert state["outcome"] in ("approved", "refused")
