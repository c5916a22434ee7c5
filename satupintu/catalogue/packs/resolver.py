"""Puts together what a pack says in several files: one frozen definition for each service."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from satupintu.catalogue.packs.layers import Layered, merge, read_layers
from satupintu.catalogue.packs.privacy import put_privacy
from satupintu.catalogue.packs.problems import Problem, nearest
from satupintu.catalogue.packs.reader import Document, Path_
from satupintu.catalogue.packs.schemas import schema_for, schema_problems
from satupintu.catalogue.packs.texts import fill, localized

IMPORT = re.compile(r'#(?:import|include)\s+"([^"]+)"')
ACCEPT = ["pdf", "jpg", "png"]
MAX_MB = 5
WARN_AT = ["0.5", "0.8", "1.0"]
DUE_DAYS = 30


@dataclass
class Service:
    """A service as it will be stored, and where each of its parts was written."""

    key: str
    document: Document

    @property
    def definition(self) -> dict[str, Any]:
        return dict(self.document.data)

    @property
    def code(self) -> str:
        return str(self.document.data["code"])

    def problem(self, path: Path_, message: str, cure: str = "") -> Problem:
        place = self.document.place(path)
        return Problem(place.file, place.line, message, cure)


@dataclass
class Pack:
    """Everything that a pack says, checked against the schemas and put together."""

    layered: Layered
    city: dict[str, Any] = field(default_factory=dict)
    roles: dict[str, Any] = field(default_factory=dict)
    sectors: dict[str, Any] = field(default_factory=dict)
    offices: list[dict[str, Any]] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)
    series: dict[str, Any] = field(default_factory=dict)
    privacy: dict[str, Any] = field(default_factory=dict)
    messages: dict[str, Document] = field(default_factory=dict)
    templates: dict[str, str] = field(default_factory=dict)
    services: list[Service] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def samples(self) -> dict[str, dict[str, Any]]:
        """Made-up data by template."""
        return {
            f"{name.removesuffix('.json')}.typ": json.loads(text)
            for name, text in self.layered.samples.items()
            if name.endswith(".json")
        }

    @property
    def pictures(self) -> dict[str, str]:
        return {name: text for name, text in self.layered.samples.items() if name.endswith(".svg")}

    def city_data(self) -> dict[str, Any]:
        """What the offices package stores: city, roles, offices, posts, areas, holidays."""
        city = {key: value for key, value in self.city.items() if key != "extends"}
        city["crest"] = self.layered.texts[city["crest"]]
        areas = [
            {
                "code": row["code"],
                "name": row["name"],
                "kind": row["kind"],
                "parent": row["parent"] or None,
                "aliases": [alias.strip() for alias in row["aliases"].split(";") if alias.strip()],
            }
            for _, row in self.layered.rows["areas.csv"]
        ]
        return {
            "city": city,
            "roles": [{"code": code, "rights": [], **role} for code, role in self.roles.items()],
            "offices": self.offices,
            "posts": self.posts,
            "areas": areas,
            "holidays": [row for _, row in self.layered.rows["calendar.csv"]],
        }

    def definitions(self) -> list[dict[str, Any]]:
        return [service.definition for service in self.services]

    def references(self) -> dict[str, Any]:
        """Texts of the pack that belong to no single service."""
        return {
            "messages": {code: document.data for code, document in self.messages.items()},
            "pages": self._pages(),
            "sectors": self.sectors,
        }

    def _pages(self) -> dict[str, dict[str, str]]:
        pages: dict[str, dict[str, str]] = {}
        for key, text in self.layered.texts.items():
            folder, _, name = key.partition("/")
            if folder == "pages":
                slug, language, _ = name.split(".")
                pages.setdefault(slug, {})[language] = fill(text, self._page_values(language))
        return pages

    def _page_values(self, language: str) -> dict[str, str]:
        contact = self.city["contact"]
        return {
            **{
                key: contact.get(key, "–")
                for key in ("address", "phone", "email", "whatsapp", "web")
            },
            "city": self.city["name"],
            "government": self.city["government"],
            "hours": localized(self.city["hours"]["text"], language),
            "regulation": self.city["regulation"],
            "maklumat": localized(self.city["maklumat"], language),
        }

    def demo(self) -> dict[str, Any]:
        return (
            dict(frozen(self.layered.yaml["demo.yaml"].data))
            if "demo.yaml" in self.layered.yaml
            else {}
        )


def read_pack(folder: Path) -> Pack:
    """Read, lay the layers, hold against the schemas, put together; mistakes are in `problems`."""
    layered = read_layers(folder.resolve())
    pack = Pack(layered, problems=list(layered.problems))
    sound: dict[str, Document] = {}
    for key, document in layered.yaml.items():
        found = schema_problems(document, schema_for(key))
        pack.problems += found
        if not found:
            sound[key] = document
    pack.templates = {
        key.removeprefix("documents/"): text
        for key, text in layered.texts.items()
        if key.startswith("documents/")
    }
    pack.city = _data(sound, "city.yaml")
    pack.roles = _data(sound, "roles.yaml")
    pack.sectors = _data(sound, "sectors.yaml")
    pack.privacy = _data(sound, "privacy.yaml")
    pack.offices = _data(sound, "offices.yaml").get("offices", [])
    pack.posts = _data(sound, "offices.yaml").get("posts", [])
    pack.series = _data(sound, "documents.yaml").get("series", {})
    for key, document in sound.items():
        if key.startswith("messages/"):
            pack.messages.update({code: document.part((code,)) for code in document.data})
    for key in sorted(sound):
        if key.startswith("services/"):
            pack.services.append(_resolved(key, sound, pack))
    return pack


def _data(sound: Mapping[str, Document], key: str) -> dict[str, Any]:
    return dict(sound[key].data) if key in sound else {}


def _resolved(key: str, sound: Mapping[str, Document], pack: Pack) -> Service:
    document = Document(copy.deepcopy(sound[key].data), dict(sound[key].places))
    service = Service(key, document)
    _drop_disabled(service)
    _put_sections(service, sound, pack)
    _put_refusal(service, sound, pack)
    _put_tariff(service, sound, pack)
    _put_standard(service, sound)
    _put_letters(service, sound, pack)
    put_privacy(document.data, _data(sound, "privacy.yaml"))
    _put_defaults(document.data)
    document.data = frozen(document.data)
    return service


def _drop_disabled(service: Service) -> None:
    """A step that may be switched off, and is, does not exist in the stored process."""
    document = service.document
    for part in ("process", "refusal"):
        steps = steps_with_paths(document.data.get(part, []), (part,))
        for path, step in reversed(steps):
            if step.get("skippable") and step.get("enabled") is False:
                document.drop(path)


def _names_in(pack: Pack, folder: str) -> list[str]:
    return [
        key.removeprefix(folder).removesuffix(".yaml")
        for key in pack.layered.yaml
        if key.startswith(folder)
    ]


def _put_sections(service: Service, sound: Mapping[str, Document], pack: Pack) -> None:
    data = service.document.data
    for at, section in enumerate(data["sections"]):
        if "use" not in section:
            continue
        name = section["use"]
        shared = sound.get(f"sections/{name}.yaml")
        if shared is None:
            known = _names_in(pack, "sections/")
            if name not in known:
                pack.problems.append(
                    service.problem(
                        ("sections", at, "use"),
                        f"Bagian {name!r} tidak ada di folder sections/.",
                        nearest(name, known),
                    )
                )
            data["sections"][at] = {"code": name, "title": name, "fields": []}
            continue
        own = Document(
            {k: v for k, v in section.items() if k != "use"},
            service.document.part(("sections", at)).places,
        )
        whole = merge(Document(copy.deepcopy(shared.data), dict(shared.places)), own)
        whole.data = {"code": name, **whole.data}
        service.document.graft(("sections", at), whole)


def _put_refusal(service: Service, sound: Mapping[str, Document], pack: Pack) -> None:
    if "refusal" in service.document.data:
        return
    shared = sound.get("refusal.yaml")
    if shared is None:
        pack.problems.append(
            service.problem(
                (),
                "Layanan ini tidak punya proses penolakan.",
                "Tambahkan `refusal:` atau berkas refusal.yaml.",
            )
        )
        service.document.data["refusal"] = []
        return
    part = shared.part(("refusal",))
    service.document.graft(("refusal",), Document(copy.deepcopy(part.data), part.places))


def _put_tariff(service: Service, sound: Mapping[str, Document], pack: Pack) -> None:
    tariff = service.document.data["fee"].get("tariff")
    if not tariff or "use" not in tariff:
        return
    name = tariff["use"]
    shared = sound.get(f"tariffs/{name}.yaml")
    if shared is None:
        known = _names_in(pack, "tariffs/")
        if name not in known:
            pack.problems.append(
                service.problem(
                    ("fee", "tariff", "use"),
                    f"Tarif {name!r} tidak ada di folder tariffs/.",
                    nearest(name, known),
                )
            )
        del service.document.data["fee"]["tariff"]
        return
    service.document.graft(
        ("fee", "tariff"), Document(copy.deepcopy(shared.data), dict(shared.places))
    )


def _put_standard(service: Service, sound: Mapping[str, Document]) -> None:
    shared = sound.get("standard.yaml")
    if shared is not None:
        own = service.document.part(("standard",))
        whole = merge(Document(copy.deepcopy(shared.data), dict(shared.places)), own)
        service.document.graft(("standard",), whole)


def _put_letters(service: Service, sound: Mapping[str, Document], pack: Pack) -> None:
    shared = sound.get("documents.yaml")
    letters = shared.part(("documents",)) if shared and "documents" in shared.data else Document({})
    own = service.document.part(("documents",))
    service.document.graft(
        ("documents",), merge(Document(copy.deepcopy(letters.data), dict(letters.places)), own)
    )
    needed: dict[str, str] = {}
    for code, letter in service.document.data["documents"].items():
        _gather(letter.get("template", ""), pack.templates, needed)
        letter.setdefault("signature", "electronic")
        letter.setdefault("title", code)
    service.document.data["templates"] = needed


def _gather(name: str, known: Mapping[str, str], needed: dict[str, str]) -> None:
    """A template and all that it imports, so that a version can be rendered years later."""
    if name in known and name not in needed:
        needed[name] = known[name]
        for imported in IMPORT.findall(known[name]):
            _gather(imported, known, needed)


def _put_defaults(data: dict[str, Any]) -> None:
    for section in data["sections"]:
        for item in section["fields"]:
            item.setdefault("required", False)
    for requirement in data["requirements"]:
        requirement.setdefault("accept", ACCEPT)
        requirement.setdefault("max_mb", MAX_MB)
    data["clock"] = {
        "starts": "complete",
        "deemed_approval": False,
        "warn_at": WARN_AT,
        **data["clock"],
    }
    data["fee"].setdefault("due_days", DUE_DAYS)
    data["fee"].setdefault("legal_basis", data["fee"].get("tariff", {}).get("basis", ""))
    data.setdefault("keywords", [])
    data.setdefault("popular", False)
    data.setdefault("without_account", False)
    data.setdefault("purposes", [])
    for blocks in (data["process"], data["refusal"]):
        for step in steps_in(blocks):
            step.setdefault("office", "own")
    # Who signs the permit also signs what is decided about it later.
    signers = [
        step.get("role", "")
        for step in steps_in(data["process"])
        if step["kind"] == "sign" and step.get("document") == "permit"
    ]
    data["signer"] = signers[-1] if signers else ""


def steps_in(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every step, in the order written, through all branches."""
    return [step for _, step in steps_with_paths(blocks, ())]


def steps_with_paths(
    blocks: list[dict[str, Any]], path: Path_
) -> list[tuple[Path_, dict[str, Any]]]:
    found: list[tuple[Path_, dict[str, Any]]] = []
    for at, block in enumerate(blocks):
        here = (*path, at)
        if "parallel" in block:
            for n, branch in enumerate(block["parallel"]):
                found += steps_with_paths(branch, (*here, "parallel", n))
        elif "choice" in block:
            for n, option in enumerate(block["choice"]):
                inner = "do" if "do" in option else "otherwise"
                found += steps_with_paths(option[inner], (*here, "choice", n, inner))
        else:
            found.append((here, block))
    return found


def frozen(value: Any) -> Any:
    """Plain JSON: decimals become their exact text."""
    if isinstance(value, dict):
        return {str(key): frozen(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [frozen(inner) for inner in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value
