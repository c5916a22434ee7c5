"""demo.yaml: people and cases for trying the pack out."""

from __future__ import annotations

from collections.abc import Iterator

from satupintu.catalogue.packs.problems import Problem, nearest
from satupintu.catalogue.packs.reader import Document, Path_
from satupintu.catalogue.packs.resolver import Pack, steps_in
from satupintu.lib import identity
from satupintu.lib.errors import Refused

REACHES = (
    "draft",
    "submitted",
    "withdrawn",
    "approved",
    "refused",
    "expired",
    "suspended",
    "revoked",
)


def cast_problems(pack: Pack) -> Iterator[Problem]:
    document = pack.layered.yaml.get("demo.yaml")
    if document is None or any(
        problem.file == document.place(()).file for problem in pack.problems
    ):
        return
    yield from _people(document, pack)
    services = {service.code: service.definition for service in pack.services}
    people = {person["code"] for person in document.data["applicants"]}
    for at, case in enumerate(document.data["cases"]):
        path: Path_ = ("cases", at)
        if case["applicant"] not in people:
            yield _at(
                document,
                (*path, "applicant"),
                f"Pemohon {case['applicant']!r} tidak ada.",
                nearest(case["applicant"], people),
            )
        definition = services.get(case["service"])
        if definition is None:
            yield _at(
                document,
                (*path, "service"),
                f"Layanan {case['service']!r} tidak ada.",
                nearest(case["service"], services),
            )
            continue
        kinds = {person["code"]: person["kind"] for person in document.data["applicants"]}
        if (
            kinds.get(case["applicant"], definition["applicants"][0])
            not in definition["applicants"]
        ):
            yield _at(
                document, (*path, "applicant"), "Layanan ini tidak menerima pemohon jenis itu."
            )
        if case["scenario"] >= len(definition["scenarios"]):
            yield _at(
                document,
                (*path, "scenario"),
                f"Skenario layanan ini 0 sampai {len(definition['scenarios']) - 1}.",
            )
        steps = steps_in(definition["process"]) + steps_in(definition["refusal"])
        asking = [step["step"] for step in steps if "ask" in step["moves"]]
        allowed = [
            *REACHES,
            *(f"at:{step['step']}" for step in steps),
            *(f"waiting:{code}" for code in asking),
        ]
        if case["reach"] not in allowed:
            yield _at(
                document,
                (*path, "reach"),
                f"{case['reach']!r} bukan keadaan yang dikenal.",
                nearest(case["reach"], allowed),
            )


def _people(document: Document, pack: Pack) -> Iterator[Problem]:
    for at, person in enumerate(document.data["applicants"]):
        for key, check in (("nik", identity.nik), ("phone", identity.phone)):
            try:
                check(person[key])
            except Refused as refused:
                yield _at(document, ("applicants", at, key), f"{refused.message}.")
    posts = {(post["office"], post["code"]) for post in pack.posts}
    for at, officer in enumerate(document.data["officers"]):
        if (officer["office"], officer["post"]) not in posts:
            yield _at(
                document,
                ("officers", at, "post"),
                f"Jabatan {officer['post']!r} tidak ada di unit {officer['office']!r}.",
            )


def _at(document: Document, path: Path_, message: str, cure: str = "") -> Problem:
    place = document.place(path)
    return Problem(place.file, place.line, message, cure)
