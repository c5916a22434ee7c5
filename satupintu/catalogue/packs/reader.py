"""YAML and CSV with the line of every value: YAML 1.2, exact decimals, no anchors, bounded size."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from satupintu.catalogue.packs.problems import PackError, Problem

MAX_BYTES = 256 * 1024
MAX_DEPTH = 40
Path_ = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Place:
    file: str
    line: int


@dataclass
class Document:
    """The data of one file, or of several merged ones, and where each part was written."""

    data: Any
    places: dict[Path_, Place] = field(default_factory=dict)

    def place(self, path: Path_) -> Place:
        """Where this part stands; a part that is not there answers with its nearest parent."""
        while path not in self.places and path:
            path = path[:-1]
        return self.places.get(path, Place("", 0))

    def part(self, path: Path_) -> Document:
        data = self.data
        for key in path:
            data = data[key]
        size = len(path)
        return Document(data, {p[size:]: at for p, at in self.places.items() if p[:size] == path})

    def graft(self, path: Path_, other: Document) -> None:
        """Put another document at this path, which must have a parent here."""
        parent = self.data
        for key in path[:-1]:
            parent = parent[key]
        parent[path[-1]] = other.data
        self.places = {p: at for p, at in self.places.items() if p[: len(path)] != path}
        self.places.update({path + p: at for p, at in other.places.items()})

    def drop(self, path: Path_) -> None:
        """Take one item out of a list; those after it move up, with their places."""
        parents, index = path[:-1], int(path[-1])
        items = self.data
        for key in parents:
            items = items[key]
        del items[index]
        size, moved = len(parents), {}
        for p, at in self.places.items():
            if len(p) > size and p[:size] == parents:
                if p[size] == index:
                    continue
                if int(p[size]) > index:
                    p = (*parents, int(p[size]) - 1, *p[size + 1 :])
            moved[p] = at
        self.places = moved


def read_text(path: Path, name: str) -> str:
    """Raises PackError."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise PackError(
                [
                    Problem(
                        name,
                        0,
                        "Berkas ini lebih besar dari 256 KB.",
                        "Bagi menjadi beberapa berkas.",
                    )
                ]
            )
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise PackError(
            [Problem(name, 0, "Berkas ini bukan teks UTF-8.", "Simpan ulang sebagai UTF-8.")]
        ) from None
    except OSError:
        raise PackError(
            [Problem(name, 0, "Berkas ini tidak dapat dibaca.", "Periksa nama dan izinnya.")]
        ) from None


def read_yaml(path: Path, name: str) -> Document:
    """Raises PackError."""
    text = read_text(path, name)
    try:
        node = _compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        raise PackError(
            [
                Problem(
                    name,
                    line,
                    f"YAML tidak dapat dibaca: {error.problem}.",
                    "Periksa indentasi, tanda kutip, dan titik dua di baris ini.",
                )
            ]
        ) from None
    except (YAMLError, RecursionError, ValueError) as error:
        raise PackError(
            [
                Problem(
                    name,
                    0,
                    f"YAML tidak dapat dibaca: {error}.",
                    "Simpan ulang tanpa karakter khusus.",
                )
            ]
        ) from None
    if node is None:
        return Document({}, {(): Place(name, 1)})
    builder = _Builder(name)
    data = builder.build(node, ())
    if builder.problems:
        raise PackError(builder.problems)
    return Document(data, builder.places)


@lru_cache(maxsize=128)
def _compose(text: str) -> Node | None:
    """Kept, because one command checks, loads and plays the same files; nobody changes a node."""
    return YAML(typ="safe", pure=True).compose(text)  # type: ignore[no-any-return]


class _Builder:
    """Turns YAML nodes into plain data and notes the line of each."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.places: dict[Path_, Place] = {}
        self.problems: list[Problem] = []
        self._seen: set[int] = set()

    def build(self, node: Node, path: Path_) -> Any:
        line = node.start_mark.line + 1
        self.places[path] = Place(self.file, line)
        if node.anchor or id(node) in self._seen:
            return self._refuse(
                line,
                "Jangkar dan alias YAML (& dan *) tidak dipakai di pack.",
                "Tulis isinya lengkap, atau pakai `use:`.",
            )
        if len(path) > MAX_DEPTH:
            return self._refuse(line, "Susunan ini terlalu dalam.", "Sederhanakan.")
        self._seen.add(id(node))
        tag = str(node.tag)
        if isinstance(node, MappingNode) and tag.endswith(":map"):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode) and tag.endswith(":seq"):
            return [self.build(item, (*path, at)) for at, item in enumerate(node.value)]
        if isinstance(node, ScalarNode):
            return self._scalar(tag, str(node.value), line)
        return self._unknown(tag, line)

    def _mapping(self, node: MappingNode, path: Path_) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = key_node.value
            if not isinstance(key_node, ScalarNode):
                self._refuse(line, "Kunci harus berupa teks.", "Tulis `kunci: nilai`.")
                continue
            if key in result:
                self._refuse(line, f"Kunci {key!r} ditulis dua kali.", "Hapus salah satu.")
                continue
            result[key] = self.build(value_node, (*path, key))
            # A key is easier to find than the block below it.
            self.places[(*path, key)] = Place(self.file, line)
        return result

    def _scalar(self, tag: str, text: str, line: int) -> Any:
        kind = tag.rsplit(":", 1)[-1]
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        if kind in ("int", "float"):
            try:
                # Decimal refuses 0x1F and 1_000; ruamel took those for numbers, people seldom do.
                number = Decimal(text)
            except InvalidOperation:
                return text
            if not number.is_finite():
                return self._refuse(line, f"{text!r} bukan angka.", "Tulis angka biasa.")
            if abs(number.adjusted()) > 30:
                return self._refuse(
                    line,
                    f"Angka {text!r} terlalu besar.",
                    "Tulis sebagai teks di dalam tanda kutip.",
                )
            return int(number) if kind == "int" else number
        if kind in ("str", "timestamp"):
            return text
        return self._unknown(tag, line)

    def _unknown(self, tag: str, line: int) -> None:
        self._refuse(line, f"Tag YAML {tag} tidak dipakai di pack.", "Hapus tandanya.")

    def _refuse(self, line: int, message: str, cure: str) -> None:
        self.problems.append(Problem(self.file, line, message, cure))


def read_csv(
    path: Path, name: str, columns: Mapping[str, bool]
) -> list[tuple[int, dict[str, str]]]:
    """Rows with their line numbers; `columns` says which must be filled. Raises PackError."""
    reader = csv.DictReader(io.StringIO(read_text(path, name)), strict=True)
    problems = []
    rows = []
    try:
        header = list(reader.fieldnames or ())
        if header != list(columns):
            raise PackError(
                [
                    Problem(
                        name,
                        1,
                        f"Baris pertama harus: {','.join(columns)}",
                        f"Sekarang: {','.join(header)}",
                    )
                ]
            )
        for row in reader:
            line = reader.line_num
            if None in row or None in row.values():
                problems.append(
                    Problem(
                        name,
                        line,
                        "Jumlah kolom di baris ini tidak sama dengan judulnya.",
                        f"Isi {len(columns)} kolom.",
                    )
                )
                continue
            clean = {key: str(value).strip() for key, value in row.items()}
            problems += [
                Problem(name, line, f"Kolom {key!r} kosong.", "Isi kolom ini.")
                for key, must in columns.items()
                if must and not clean[key]
            ]
            rows.append((line, clean))
    except csv.Error as error:
        raise PackError(
            [
                Problem(
                    name,
                    reader.line_num,
                    f"CSV tidak dapat dibaca: {error}.",
                    "Periksa tanda kutip.",
                )
            ]
        ) from None
    if problems:
        raise PackError(problems)
    return rows
