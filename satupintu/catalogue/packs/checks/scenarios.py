"""Stored examples: answers in; errors, requirements, fee, path and outcome out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from satupintu import workflow
from satupintu.catalogue.packs.checks.facts import fields_of
from satupintu.catalogue.packs.checks.processes import process_of
from satupintu.catalogue.packs.problems import Problem, nearest
from satupintu.catalogue.packs.reader import Path_
from satupintu.catalogue.packs.resolver import Service
from satupintu.lib import expressions, fields, tariff
from satupintu.lib.errors import Refused
from satupintu.workflow import Move, NotAllowed

MAX_MOVES = 200


def scenario_problems(service: Service) -> Iterator[Problem]:
    data = service.definition
    outcomes = set()
    for at, scenario in enumerate(data["scenarios"]):
        yield from _scenario(service, ("scenarios", at), scenario)
        outcomes.add(scenario["expect"].get("outcome"))
    if "approved" not in outcomes:
        yield service.problem(
            ("scenarios",),
            "Belum ada skenario yang berakhir dengan izin terbit.",
            "Tambahkan satu dengan `outcome: approved`.",
        )


def cleaned(
    definition: Mapping[str, Any], scenario: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str], dict[str, Any]]:
    """Answers as they will be stored, errors by field, and the facts for expressions."""
    facts = {"request": scenario["request"], "applicant": scenario["applicant"]}
    answers, errors = fields.clean(asked(definition, facts), scenario["answers"], facts=facts)
    return answers, errors, {**facts, **fields.facts_of(answers, fields_of(definition))}


def asked(definition: Mapping[str, Any], facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every field; one in a section that may be hidden carries the section's condition too."""
    result = []
    for section in definition["sections"]:
        for field in section["fields"]:
            conditions = [item["when"] for item in (section, field) if "when" in item]
            joined = " and ".join(f"({text})" for text in conditions)
            result.append({**field, "when": joined} if joined else field)
    return result


def _scenario(service: Service, path: Path_, scenario: Mapping[str, Any]) -> Iterator[Problem]:
    data = service.definition
    expect = scenario["expect"]
    requests = [item["code"] for item in data["request_types"]]
    if scenario["request"] not in requests:
        yield service.problem(
            (*path, "request"),
            f"Jenis permohonan {scenario['request']!r} tidak ada.",
            nearest(scenario["request"], requests),
        )
        return
    if scenario["applicant"] not in data["applicants"]:
        yield service.problem(
            (*path, "applicant"),
            "Layanan ini tidak menerima pemohon jenis itu.",
            nearest(scenario["applicant"], data["applicants"]),
        )
        return
    codes = {field["code"] for field in fields_of(data)}
    unknown = [code for code in scenario["answers"] if code not in codes]
    for code in unknown:
        yield service.problem(
            (*path, "answers", code),
            f"Isian {code!r} tidak ada di layanan ini.",
            nearest(code, codes),
        )
    if unknown:
        return
    answers, errors, facts = cleaned(data, scenario)
    if "errors" in expect:
        if set(errors) != set(expect["errors"]):
            yield service.problem(
                (*path, "expect", "errors"),
                f"Isian yang ditolak: {_list(errors)}.",
                f"Yang diharapkan: {_list(expect['errors'])}.",
            )
        return
    for code, message in errors.items():
        yield service.problem((*path, "answers", code), f"Jawaban {code!r} ditolak: {message}.")
    for code in scenario["answers"]:
        if code not in answers and code not in errors:
            yield service.problem(
                (*path, "answers", code),
                f"Isian {code!r} tidak ditanyakan untuk jawaban ini.",
                "Hapus jawabannya.",
            )
    if errors:
        return
    yield from _files(service, path, scenario, facts)
    try:
        fee = levy(data, facts)
        way, outcome = _run(data, scenario, {**facts, "levy": None}, fee)
    except (Refused, NotAllowed) as refused:
        yield service.problem(path, f"Skenario berhenti: {refused}.")
        return
    if "fee" in expect and Decimal(expect["fee"]) != fee:
        yield service.problem(
            (*path, "expect", "fee"), f"Biaya dihitung {fee}, yang diharapkan {expect['fee']}."
        )
    if "path" in expect and list(way) != expect["path"]:
        yield service.problem(
            (*path, "expect", "path"),
            f"Langkah yang dilalui: {_list(way)}.",
            f"Yang diharapkan: {_list(expect['path'])}.",
        )
    if "outcome" in expect and outcome != expect["outcome"]:
        yield service.problem(
            (*path, "expect", "outcome"),
            f"Hasilnya {outcome}, yang diharapkan {expect['outcome']}.",
        )


def needed_files(definition: Mapping[str, Any], facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The requirements that apply to these facts."""
    return [
        item
        for item in definition["requirements"]
        if "when" not in item or expressions.holds(item["when"], facts)
    ]


def levy(definition: Mapping[str, Any], facts: Mapping[str, Any]) -> Decimal:
    """What the tariff says; nothing for a service without one. Raises Refused."""
    rule = definition["fee"].get("tariff")
    return tariff.compute(rule, facts).total if rule else Decimal(0)


def _files(
    service: Service, path: Path_, scenario: Mapping[str, Any], facts: Mapping[str, Any]
) -> Iterator[Problem]:
    data = service.definition
    known = {item["code"] for item in data["requirements"]}
    given = scenario.get("files", [])
    for at, code in enumerate(given):
        if code not in known:
            yield service.problem(
                (*path, "files", at),
                f"Syarat {code!r} tidak ada di layanan ini.",
                nearest(code, known),
            )
    must = [item["code"] for item in needed_files(data, facts) if item["required"]]
    expected = scenario["expect"].get("requirements", must)
    if expected != must:
        yield service.problem(
            (*path, "expect", "requirements"),
            f"Syarat wajib: {_list(must)}.",
            f"Yang diharapkan: {_list(expected)}.",
        )
    missing = [code for code in must if code not in given]
    if missing:
        yield service.problem(
            (*path, "files"), f"Berkas wajib belum ada: {_list(missing)}.", "Tambahkan ke `files:`."
        )


def _run(
    definition: Mapping[str, Any], scenario: Mapping[str, Any], facts: dict[str, Any], fee: Decimal
) -> tuple[tuple[str, ...], str]:
    """Go forward to the end, but for the moves that the scenario names. Raises NotAllowed."""
    process = process_of(definition)
    planned = list(scenario.get("moves", ()))
    order = [step["step"] for step in workflow.steps(process)]
    state = workflow.begin(process, facts, expressions.holds)
    way: list[str] = []
    for _ in range(MAX_MOVES):
        if workflow.finished(state):
            break
        code = next(code for code in order if state["steps"].get(code) in ("open", "waiting"))
        if code not in way:
            way.append(code)
        if state["steps"][code] == "waiting":  # silence accepts a refusal
            appealed = bool(planned) and planned[0]["step"] == code
            answer = Move(code, "answered" if appealed else "accept")
            state = workflow.advance(process, state, answer, facts, expressions.holds)
            continue
        if planned and planned[0]["step"] == code:
            move = planned.pop(0)
            state = workflow.advance(
                process, state, Move(code, move["kind"], move.get("to")), facts, expressions.holds
            )
            if move["kind"] == "ask":
                state = workflow.advance(
                    process, state, Move(code, "answered"), facts, expressions.holds
                )
            continue
        if workflow.step(process, code)["kind"] == "assess":
            facts["levy"] = fee
        state = workflow.advance(process, state, Move(code, "forward"), facts, expressions.holds)
    if planned:
        code = planned[0]["step"]
        raise NotAllowed(
            f"langkah {code!r} dari `moves:` tidak tercapai",
            f"`moves:` never reaches step {code!r}",
        )
    return tuple(way), str(state["outcome"])


def _list(codes: Any) -> str:
    return ", ".join(codes) or "tidak ada"
