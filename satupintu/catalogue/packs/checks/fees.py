"""Tariffs: every formula reads its tables, its answers, and the lines before it."""

from __future__ import annotations

from collections.abc import Iterator

from satupintu.catalogue.packs.checks.facts import fact_kinds, fields_of
from satupintu.catalogue.packs.problems import Problem, nearest
from satupintu.catalogue.packs.resolver import Service
from satupintu.lib.tariff import check

CURE = "Lihat bagian Tarif di packs/README.md."


def fee_problems(service: Service) -> Iterator[Problem]:
    data = service.definition
    fee = data["fee"]
    tariff = fee.get("tariff")
    if fee["kind"] == "levy" and tariff is None:
        yield service.problem(
            ("fee",), "Layanan beretribusi perlu tarif.", "Tambahkan `tariff: {use: …}`."
        )
    if fee["kind"] != "levy" and tariff is not None:
        yield service.problem(
            ("fee", "tariff"),
            "Tarif hanya untuk `kind: levy`.",
            "Ganti jenis biayanya, atau hapus tarif.",
        )
    answers = {field["code"] for field in fields_of(data)}
    for at, code in enumerate(fee.get("calculator", ())):
        if code not in answers:
            yield service.problem(
                ("fee", "calculator", at),
                f"Isian {code!r} tidak ada di layanan ini.",
                nearest(code, answers),
            )
    if tariff is None:
        return
    kinds = {name: kind for name, kind in fact_kinds(data).items() if name != "levy"}
    for problem in check(tariff, kinds):
        keys = (int(key) if key.isdigit() else key for key in problem.path.split("/"))
        yield service.problem(("fee", "tariff", *keys), f"{problem.message}.", CURE)
