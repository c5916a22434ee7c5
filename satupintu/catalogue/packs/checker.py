"""Checks a whole pack: every mistake at once, each with its file, line and cure."""

from __future__ import annotations

from pathlib import Path

from satupintu.catalogue.packs.checks import (
    casts,
    fees,
    forms,
    letters,
    places,
    privacy,
    processes,
    scenarios,
    words,
)
from satupintu.catalogue.packs.problems import PackError, Problem
from satupintu.catalogue.packs.resolver import Pack, Service, read_pack


def checked(folder: Path) -> Pack:
    """The pack, if it has no mistakes. Raises PackError with all of them."""
    pack, problems = examined(folder)
    if problems:
        raise PackError(problems)
    return pack


def examined(folder: Path) -> tuple[Pack, list[Problem]]:
    """The pack as far as it could be put together, and every mistake in it."""
    pack = read_pack(folder)
    problems = list(pack.problems)
    if "city.yaml" not in pack.layered.yaml:
        name = folder.resolve().name
        problems.append(
            Problem(
                f"{name}/city.yaml",
                0,
                "Pack ini tidak punya kota.",
                "Periksa pack kota yang melapisinya, misalnya packs/metro.",
            )
        )
    if pack.city:
        problems += places.place_problems(pack)
    problems += privacy.default_problems(pack)
    problems += words.message_problems(pack)
    problems += words.page_problems(pack)
    problems += letters.template_problems(pack)
    problems += _same_codes(pack)
    for service in pack.services:
        problems += _service_problems(service, pack)
    pack.problems = problems
    problems += casts.cast_problems(pack)
    return pack, sorted(set(problems))


def _service_problems(service: Service, pack: Pack) -> list[Problem]:
    found = [
        *forms.service_problems(service, pack),
        *forms.form_problems(service),
        *forms.requirement_problems(service, pack),
        *privacy.privacy_problems(service, pack),
        *processes.process_problems(service, pack),
        *fees.fee_problems(service),
        *letters.letter_problems(service, pack),
    ]
    # A scenario of a service that does not fit together would only repeat its mistakes.
    broken = {problem.file for problem in pack.problems}
    if not found and service.document.place(()).file not in broken:
        found += scenarios.scenario_problems(service)
    return found


def _same_codes(pack: Pack) -> list[Problem]:
    seen: dict[str, Service] = {}
    problems = []
    for service in pack.services:
        if service.code in seen:
            problems.append(
                service.problem(
                    ("code",),
                    f"Kode {service.code!r} sudah dipakai {seen[service.code].key}.",
                    "Beri kode lain.",
                )
            )
        seen[service.code] = service
    return problems
