"""Tariffs: every formula reads its tables, its answers, and the lines before it."""

from __future__ import annotations

from collections.abc import Iterator

from satupintu.catalogue.packs.checks.facts import expression_problems, fact_kinds, fields_of
from satupintu.catalogue.packs.problems import Problem, nearest
from satupintu.catalogue.packs.resolver import Service


def fee_problems(service: Service) -> Iterator[Problem]:
    data = service.definition
    fee = data["fee"]
    tariff = fee.get("tariff")
    if fee["kind"] == "levy" and tariff is None:
        yield service.problem(("fee",), "Layanan beretribusi perlu tarif.", "Tambahkan `tariff: {use: …}`.")
    if fee["kind"] != "levy" and tariff is not None:
        yield service.problem(("fee", "tariff"), "Tarif hanya untuk `kind: levy`.", "Ganti jenis biayanya, atau hapus tarif.")
    answers = {field["code"] for field in fields_of(data)}
    for at, code in enumerate(fee.get("calculator", ())):
        if code not in answers:
            yield service.problem(("fee", "calculator", at), f"Isian {code!r} tidak ada di layanan ini.", nearest(code, answers))
    if tariff is None:
        return
    kinds = {name: kind for name, kind in fact_kinds(data).items() if name != "levy"}
    for name in tariff.get("tables", {}):
        if name in kinds:
            yield service.problem(("fee", "tariff", "tables", name), f"Tabel {name!r} bernama sama dengan isian.", "Beri nama lain.")
        kinds[name] = "lookup"
    for at, line in enumerate(tariff["lines"]):
        path = ("fee", "tariff", "lines", at)
        yield from expression_problems(service, (*path, "formula"), line["formula"], kinds, "number")
        if "when" in line:
            yield from expression_problems(service, (*path, "when"), line["when"], kinds, "bool")
        if line["code"] in kinds:
            yield service.problem((*path, "code"), f"Kode {line['code']!r} sudah dipakai isian, tabel, atau baris lain.", "Beri kode lain.")
        kinds[line["code"]] = "number"
    if "total" in tariff:
        yield from expression_problems(service, ("fee", "tariff", "total"), tariff["total"], kinds, "number")
