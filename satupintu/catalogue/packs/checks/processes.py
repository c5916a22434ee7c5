"""Steps: who does them, in what order, how long, and that nobody checks and signs alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from satupintu import workflow
from satupintu.catalogue.packs.checks.facts import expression_problems, fact_kinds, fields_of
from satupintu.catalogue.packs.checks.forms import area_problems
from satupintu.catalogue.packs.checks.letters import TOLD, number_problems
from satupintu.catalogue.packs.problems import Problem, nearest
from satupintu.catalogue.packs.reader import Path_
from satupintu.catalogue.packs.resolver import Pack, Service, steps_with_paths
from satupintu.workflow import Walk

MAX_CONDITIONS = 8
ONLY_OF = {
    "skippable": "endorse",
    "vacant": "endorse",
    "remind_days": "endorse",
    "against": "appeal",
    "appeal_days": "appeal",
}
WITH_DOCUMENT = {"draft", "initial", "sign", "assess"}
PARTS = {"main": "process", "refusal": "refusal"}


def process_of(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The process in the words of the workflow package."""
    return {"main": definition["process"], "refusal": definition["refusal"]}


def process_problems(service: Service, pack: Pack) -> Iterator[Problem]:
    data = service.definition
    process = process_of(data)
    found = workflow.check(process)
    for problem in found:
        yield service.problem(_path(problem.path), f"{problem.message}.")
    steps = [
        (path, step)
        for part in PARTS.values()
        for path, step in steps_with_paths(data[part], (part,))
    ]
    for path, step in steps:
        yield from _step(service, path, step, pack)
    yield from _conditions(service, data)
    yield from _money(service, data, [step for _, step in steps])
    if found:
        return
    if len(_all_conditions(data)) > MAX_CONDITIONS:
        yield service.problem(
            ("process",),
            f"Proses ini punya lebih dari {MAX_CONDITIONS} syarat berbeda.",
            "Pecah menjadi beberapa layanan.",
        )
        return
    yield from _ways(
        service, list(workflow.walk(process)), {step["step"]: (path, step) for path, step in steps}
    )
    days, limit = longest(data["process"]), data["clock"]["days"]
    if days > limit:
        yield service.problem(
            ("clock", "days"),
            f"Jumlah hari langkah terpanjang {days}, lebih lama dari `clock: days: {limit}`.",
            "Samakan keduanya.",
        )


def _path(path: str) -> Path_:
    """`main/2/days`, as workflow names it, is our `process`, 2, `days`."""
    first, *rest = path.split("/")
    return (PARTS.get(first, first), *(int(key) if key.isdigit() else key for key in rest))


def _step(service: Service, path: Path_, step: Mapping[str, Any], pack: Pack) -> Iterator[Problem]:
    kind, role = step["kind"], step.get("role")
    if role is not None and role not in pack.roles:
        yield service.problem(
            (*path, "role"), f"Peran {role!r} tidak ada di roles.yaml.", nearest(role, pack.roles)
        )
    elif role is not None:
        yield from _office(service, path, step, role, pack)
    letters = service.definition["documents"]
    document = step.get("document")
    if document is not None and document not in letters:
        yield service.problem(
            (*path, "document"),
            f"Surat {document!r} tidak ada di `documents:`.",
            nearest(document, letters),
        )
    if document is None and kind in WITH_DOCUMENT - {"assess"}:
        yield service.problem(
            path,
            f"Langkah {step['step']!r} ({kind}) belum menyebut suratnya.",
            "Tambahkan `document: permit`.",
        )
    if kind == "sign" and letters.get(str(document), {}).get("signature") == "none":
        yield service.problem(
            (*path, "document"),
            f"Surat {document!r} bertanda `signature: none`, jadi tidak bisa ditandatangani.",
            "Ganti menjadi electronic atau wet.",
        )
    if kind == "inspect" and "checklist" not in step:
        yield service.problem(
            path,
            f"Langkah {step['step']!r} (inspect) belum punya daftar periksa.",
            "Tambahkan `checklist:` untuk berita acara.",
        )
    if kind != "inspect" and "checklist" in step:
        yield service.problem(
            (*path, "checklist"), "`checklist:` hanya untuk langkah inspect.", "Hapus."
        )
    yield from _letter_step(service, path, step, pack)
    if kind == "assess" and "cashier" in pack.roles.get(str(role), {}).get("rights", ()):
        # Who takes the money may not set the amount.
        yield service.problem(
            (*path, "role"),
            f"Peran {role!r} menerima uang, jadi tidak boleh menetapkan retribusi.",
            "Pakai peran lain.",
        )


def _office(
    service: Service, path: Path_, step: Mapping[str, Any], role: str, pack: Pack
) -> Iterator[Problem]:
    place = service.definition["office"] if step["office"] == "own" else step["office"]
    where, _, code = place.partition(":")
    held = {post["office"] for post in pack.posts if post["role"] == role}
    offices = {office["code"]: office for office in pack.offices}
    here = (*path, "office")
    if where == "area":
        problems = list(area_problems(service, here, place, pack))
        kind = code.partition(":")[2]
        local = [
            office for office in pack.offices if office.get("area") and kind in ("", office["kind"])
        ]
        without = [office["code"] for office in local if office["code"] not in held]
        if problems and step["office"] != "own":
            yield from problems
        elif local and len(without) == len(local):
            yield service.problem(
                here,
                f"Belum ada unit wilayah yang punya jabatan berperan {role!r}.",
                "Tambahkan jabatan di offices.yaml.",
            )
        elif kind and without:
            yield service.problem(
                (*path, "role"),
                f"Unit {without[0]!r} belum punya jabatan berperan {role!r}.",
                "Tambahkan jabatan di offices.yaml.",
            )
        return
    office = place if step["office"] == "own" else code
    if office not in offices:
        if where == "agency":
            yield service.problem(
                here, f"Unit {office!r} tidak ada di offices.yaml.", nearest(office, offices)
            )
    elif office not in held:
        yield service.problem(
            (*path, "role"),
            f"Unit {office!r} belum punya jabatan berperan {role!r}.",
            "Tambahkan jabatan di offices.yaml.",
        )


def _letter_step(
    service: Service, path: Path_, step: Mapping[str, Any], pack: Pack
) -> Iterator[Problem]:
    """Endorsing, appealing and registering, which only the letters of neighbourhoods know."""
    kind = step["kind"]
    for key, of in ONLY_OF.items():
        if key in step and kind != of:
            yield service.problem((*path, key), f"`{key}:` hanya untuk langkah {of}.", "Hapus.")
    if kind == "appeal" and "appeal_days" not in step:
        yield service.problem(
            path,
            f"Langkah {step['step']!r} (appeal) belum menyebut waktunya.",
            "Tambahkan `appeal_days: 5`.",
        )
    for at, role in enumerate(step.get("against", ())):
        if role not in pack.roles:
            yield service.problem(
                (*path, "against", at),
                f"Peran {role!r} tidak ada di roles.yaml.",
                nearest(role, pack.roles),
            )
    if step.get("enabled") is False:
        yield service.problem(
            (*path, "enabled"),
            f"Langkah {step['step']!r} tidak boleh dimatikan.",
            "Tambahkan `skippable: true`, atau hapus `enabled:`.",
        )
    if kind == "endorse" and "refuse" not in step["moves"]:
        yield service.problem(
            (*path, "moves"),
            f"Langkah {step['step']!r} (endorse) harus bisa menolak.",
            "Tulis `moves: [forward, refuse]`.",
        )
    if kind == "register" and "series" not in step:
        yield service.problem(
            path,
            f"Langkah {step['step']!r} (register) belum menyebut bukunya.",
            "Tambahkan `series:` dan `number:`.",
        )
    elif kind == "register":
        yield from number_problems(service, path, step, pack)
    elif {"series", "number"} & set(step):
        yield service.problem(
            path, "`series:` dan `number:` hanya untuk langkah register.", "Hapus."
        )
    fields = {field["code"] for field in fields_of(service.definition)}
    if kind in TOLD and step["step"] in fields:
        yield service.problem(
            (*path, "step"),
            f"{step['step']!r} juga kode sebuah isian, jadi surat tidak tahu mana yang dimaksud.",
            "Beri kode lain.",
        )


def _conditions(service: Service, data: Mapping[str, Any]) -> Iterator[Problem]:
    kinds = fact_kinds(data)
    for path, text in _all_conditions(data):
        yield from expression_problems(service, path, text, kinds, "bool")


def _all_conditions(data: Mapping[str, Any]) -> list[tuple[Path_, str]]:
    found: list[tuple[Path_, str]] = []

    def visit(value: Any, path: Path_) -> None:
        if isinstance(value, Mapping):
            if isinstance(value.get("when"), str):
                found.append(((*path, "when"), value["when"]))
            for key, inner in value.items():
                visit(inner, (*path, key))
        elif isinstance(value, list):
            for at, inner in enumerate(value):
                visit(inner, (*path, at))

    for part in PARTS.values():
        visit(data[part], (part,))
    return found


def _money(
    service: Service, data: Mapping[str, Any], steps: list[Mapping[str, Any]]
) -> Iterator[Problem]:
    kinds = [step["kind"] for step in steps]
    if data["fee"]["kind"] != "levy":
        for needless in {"assess", "pay"} & set(kinds):
            yield service.problem(
                ("fee", "kind"),
                f"Proses punya langkah {needless}, tetapi layanan ini tidak memungut retribusi.",
                "Ganti `fee: kind: levy`, atau hapus langkahnya.",
            )
        return
    for needed in ("assess", "pay"):
        if needed not in kinds:
            yield service.problem(
                ("process",),
                f"Layanan beretribusi perlu langkah {needed}.",
                f"Tambahkan langkah `kind: {needed}`.",
            )
    if "assess" in kinds and "pay" in kinds and kinds.index("pay") < kinds.index("assess"):
        yield service.problem(
            ("process",), "Pembayaran berada sebelum penetapan.", "Tukar urutannya."
        )


def _ways(
    service: Service, walks: list[Walk], steps: Mapping[str, tuple[Path_, Mapping[str, Any]]]
) -> Iterator[Problem]:
    """Every way ends, ends with a signed letter, and is not checked and signed by one role."""
    reported: set[str] = set()
    for way in walks:
        part, document = (
            ("process", "permit") if way.outcome == "approved" else ("refusal", "refusal")
        )
        kinds = {code: steps[code][1] for code in way.steps}
        signed = {step.get("document") for step in kinds.values() if step["kind"] == "sign"}
        if document not in signed and part not in reported:
            reported.add(part)
            yield service.problem(
                (part,),
                f"Ada jalan yang selesai tanpa langkah sign untuk surat {document!r}.",
                f"Tambahkan langkah `kind: sign` dengan `document: {document}`.",
            )
        checkers = {
            (step.get("role"), step["office"])
            for step in kinds.values()
            if step["kind"] == "verify"
        }
        for code, step in kinds.items():
            if (
                step["kind"] == "sign"
                and (step.get("role"), step["office"]) in checkers
                and code not in reported
            ):
                reported.add(code)
                yield service.problem(
                    (*steps[code][0], "role"),
                    f"Peran {step['role']!r} memeriksa berkas dan juga menandatangani.",
                    "Pakai peran yang berbeda.",
                )


def longest(blocks: list[dict[str, Any]]) -> int:
    """The working days of the longest way; branches in parallel take as long as the slowest."""
    days = 0
    for block in blocks:
        if "parallel" in block:
            days += max(longest(branch) for branch in block["parallel"])
        elif "choice" in block:
            days += max(
                longest(option.get("do", option.get("otherwise", []))) for option in block["choice"]
            )
        else:
            days += block["days"]
    return days
