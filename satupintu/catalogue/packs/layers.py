"""A pack is read as layers: the pack it extends below, its own files on top."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from satupintu.catalogue.packs.problems import PackError, Problem
from satupintu.catalogue.packs.reader import (
    Document,
    Path_,
    Place,
    read_csv,
    read_text,
    read_yaml,
)

MAX_LAYERS = 5
FOLDERS = ("services", "sections", "tariffs", "messages", "documents", "pages")
FILES = (
    "city.yaml",
    "offices.yaml",
    "roles.yaml",
    "sectors.yaml",
    "standard.yaml",
    "refusal.yaml",
    "privacy.yaml",
    "documents.yaml",
    "demo.yaml",
)
OTHER = ("areas.csv", "calendar.csv", "README.md")
AREA_COLUMNS = {"code": True, "name": True, "kind": True, "parent": False, "aliases": False}
CALENDAR_COLUMNS = {"date": True, "name": True, "kind": True}


@dataclass
class Layered:
    """All files of a pack after its layers were laid on each other, not yet checked."""

    yaml: dict[str, Document] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    samples: dict[str, str] = field(default_factory=dict)  # documents/samples: data and pictures
    rows: dict[str, list[tuple[int, dict[str, str]]]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)  # which layer a text or table came from
    problems: list[Problem] = field(default_factory=list)


def read_layers(folder: Path) -> Layered:
    """Every file of the pack and of those below it; mistakes are collected, not raised."""
    result = Layered()
    for layer in reversed(_stack(folder, result)):
        _read_layer(layer, folder, result)
    return result


def _shown(path: Path, top: Path) -> str:
    """How a file is named to people: from the pack they gave."""
    try:
        return str(path.relative_to(top.parent))
    except ValueError:
        return str(path)


def _stack(folder: Path, result: Layered) -> list[Path]:
    """The pack and what it extends, topmost first."""
    stack = [folder]
    while len(stack) <= MAX_LAYERS:
        path = stack[-1] / "city.yaml"
        if not path.exists():
            break
        try:
            city = read_yaml(path, _shown(path, folder))
        except PackError:
            break  # reported when the layer itself is read
        below = city.data.get("extends") if isinstance(city.data, dict) else None
        if not isinstance(below, str):
            break
        target = (stack[-1] / below).resolve()
        place = city.place(("extends",))
        if not target.is_dir():
            result.problems.append(
                Problem(
                    place.file,
                    place.line,
                    f"Folder {below!r} tidak ada.",
                    "Tulis jalur dari folder pack ini, misalnya ../base.",
                )
            )
            break
        if target in (known.resolve() for known in stack):
            result.problems.append(
                Problem(
                    place.file,
                    place.line,
                    "Pack ini melapisi dirinya sendiri.",
                    "Hapus `extends` di salah satunya.",
                )
            )
            break
        stack.append(target)
    return stack


def _read_layer(layer: Path, top: Path, result: Layered) -> None:
    for path in sorted(layer.iterdir()):
        if path.name.startswith(".") or _leads_out(path, layer, top, result):
            continue
        if path.is_dir():
            if path.name not in FOLDERS:
                result.problems.append(
                    Problem(
                        _shown(path, top),
                        0,
                        "Folder ini tidak dikenal.",
                        f"Folder yang dikenal: {', '.join(FOLDERS)}.",
                    )
                )
                continue
            for inner in sorted(path.iterdir()):
                if inner.name.startswith(".") or _leads_out(inner, layer, top, result):
                    continue
                if inner.is_file():
                    _read_file(inner, f"{path.name}/{inner.name}", top, result)
                elif inner.name == "samples":
                    _read_samples(inner, layer, top, result)
        else:
            _read_file(path, path.name, top, result)


def _leads_out(path: Path, layer: Path, top: Path, result: Layered) -> bool:
    """A link to a file of the machine would put it on a public page."""
    if path.resolve().is_relative_to(layer.resolve()):
        return False
    result.problems.append(
        Problem(
            _shown(path, top),
            0,
            "Tautan ini keluar dari folder pack.",
            "Salin berkasnya ke dalam pack.",
        )
    )
    return True


def _read_samples(folder: Path, layer: Path, top: Path, result: Layered) -> None:
    """Made-up data and pictures with which each template is tried."""
    if folder.parent.name != "documents":
        return
    for path in sorted(folder.iterdir()):
        if path.suffix in (".json", ".svg") and not _leads_out(path, layer, top, result):
            try:
                result.samples[path.name] = read_text(path, _shown(path, top))
            except PackError as error:
                result.problems.extend(error.problems)


def _read_file(path: Path, key: str, top: Path, result: Layered) -> None:
    name = _shown(path, top)
    folder = key.partition("/")[0] if "/" in key else ""
    try:
        if path.suffix == ".yaml" and (
            folder in ("services", "sections", "tariffs", "messages") or key in FILES
        ):
            document = read_yaml(path, name)
            below = result.yaml.get(key)
            result.yaml[key] = merge(below, document) if below else document
        elif key == "areas.csv":
            result.rows[key] = read_csv(path, name, AREA_COLUMNS)
            result.files[key] = name
        elif key == "calendar.csv":
            result.rows[key] = read_csv(path, name, CALENDAR_COLUMNS)
            result.files[key] = name
        elif (
            (folder == "documents" and path.suffix == ".typ")
            or (folder == "pages" and path.suffix == ".md")
            or (not folder and path.suffix == ".svg")
        ):
            result.texts[key] = read_text(path, name)
            result.files[key] = name
        elif key not in OTHER:
            result.problems.append(
                Problem(
                    name,
                    0,
                    "Berkas ini tidak dikenal.",
                    "Periksa nama dan foldernya di packs/README.md.",
                )
            )
    except PackError as error:
        result.problems.extend(error.problems)


def merge(below: Document, above: Document) -> Document:
    """Mappings are merged key by key, `null` removes a key, everything else is replaced."""
    result = Document({})
    result.data = _merged(below, above, (), result.places)
    return result


def _merged(below: Document, above: Document, path: Path_, places: dict[Path_, Place]) -> Any:
    low, high = _at(below.data, path), _at(above.data, path)
    places[path] = above.place(path)
    if not (isinstance(low, dict) and isinstance(high, dict)):
        _copy_places(above, path, places)
        return high
    merged: dict[str, Any] = {}
    for key in [*low, *(key for key in high if key not in low)]:
        inner = (*path, key)
        if key not in high:
            merged[key] = low[key]
            _copy_places(below, inner, places)
        elif high[key] is None:
            continue
        elif key in low:
            merged[key] = _merged(below, above, inner, places)
        else:
            merged[key] = high[key]
            _copy_places(above, inner, places)
    return merged


def _at(data: Any, path: Path_) -> Any:
    for key in path:
        data = data[key]
    return data


def _copy_places(document: Document, path: Path_, places: dict[Path_, Place]) -> None:
    size = len(path)
    places.update({p: at for p, at in document.places.items() if p[:size] == path})
