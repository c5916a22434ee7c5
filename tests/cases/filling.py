"""Fills the forms as a browser would, from the answers of a service's stored scenarios."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from satupintu.cases.models import Case
from satupintu.catalogue import queries as catalogue


def scenario(service: str, number: int = 0) -> dict[str, Any]:
    version = catalogue.current_version(service)
    assert version is not None
    found: dict[str, Any] = version.definition["scenarios"][number]
    return found


def typed(section: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the browser posts when these answers stand on a page."""
    posted: dict[str, Any] = {"_seen": []}
    for field in section["fields"]:
        code, value = field["code"], answers.get(field["code"])
        if "when" in field and value is not None:
            posted["_seen"].append(code)
        posted |= _posted(field, code, value)
    return posted


def _posted(field: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    if value is None or value is False:
        return {}
    if field["type"] == "date":
        year, month, day = value.split("-")
        return {f"{name}_day": day, f"{name}_month": month, f"{name}_year": year}
    if field["type"] == "geo":
        return {f"{name}_lat": value["lat"], f"{name}_lon": value["lon"]}
    if field["type"] == "table":
        cells: dict[str, Any] = {}
        for at, row in enumerate(value):
            for column in field["columns"]:
                cells |= _posted(column, f"{name}-{at}-{column['code']}", row.get(column["code"]))
        return cells
    return {name: "true" if value is True else str(value)}


def pdf(name: str = "berkas.pdf", pages: int = 1) -> SimpleUploadedFile:
    written = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        document.save(written)
    return SimpleUploadedFile(name, written.getvalue(), "application/pdf")


def jpg(name: str = "foto.jpg") -> SimpleUploadedFile:
    written = io.BytesIO()
    Image.new("RGB", (300, 400), "#b33").save(written, "JPEG")
    return SimpleUploadedFile(name, written.getvalue(), "image/jpeg")


def begin(client: Client, service: str, applicant_id: int, request_type: str = "baru") -> Case:
    answer = client.post(
        f"/permohonan/mulai/{service}/", {"applicant": applicant_id, "request_type": request_type}
    )
    assert answer.status_code == 302, answer.content.decode()
    return Case.objects.get(pk=int(answer["Location"].rstrip("/").rsplit("/", 1)[1]))


def fill(client: Client, case: Case, answers: Mapping[str, Any]) -> None:
    """Every page of the form, in its order."""
    for section in case.definition["sections"]:
        url = f"/permohonan/draf/{case.pk}/bagian/{section['code']}/"
        if client.get(url).status_code == 404:
            continue  # not asked of this applicant
        answer = client.post(url, typed(section, answers))
        assert answer.status_code == 302, answer.content.decode()


def upload(client: Client, case: Case, codes: list[str]) -> None:
    for code in codes:
        file = jpg() if code == "foto" else pdf(f"{code}.pdf")
        answer = client.post(f"/permohonan/draf/{case.pk}/berkas/{code}/", {"file": file})
        assert answer.status_code == 302, answer.content.decode()


def complete(client: Client, service: str, applicant_id: int, number: int = 0) -> Case:
    """A draft with nothing missing."""
    wanted = scenario(service, number)
    case = begin(client, service, applicant_id, wanted["request"])
    fill(client, case, wanted["answers"])
    upload(client, case, wanted["files"])
    case.refresh_from_db()
    return case


def send(client: Client, service: str, applicant_id: int, number: int = 0) -> Case:
    case = complete(client, service, applicant_id, number)
    answer = client.post(f"/permohonan/draf/{case.pk}/kirim/", {"truth": "true"})
    assert answer.status_code == 302, answer.content.decode()
    case.refresh_from_db()
    return case
