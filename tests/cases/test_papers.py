"""What is printed carries what was given, in whatever form it was given."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdfium2 import raw

from satupintu.cases.models import Case
from satupintu.cases.queries import papers
from satupintu.people import queries as people
from satupintu.permits import queries as permits
from tests.cases import filling
from tests.world import World, world

__all__ = ["world"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_the_passport_photo_stands_on_the_permit(kind: str, world: World) -> None:
    siti = world.applicant()
    case = filling.complete(siti, "SKP-PENELITIAN", world.applicants["siti"].pk)
    written = io.BytesIO()
    Image.new("RGB", (300, 400), "#36a").save(written, kind)
    photo = SimpleUploadedFile(f"foto.{kind.lower()}", written.getvalue())
    assert siti.post(f"/permohonan/draf/{case.pk}/berkas/foto/", {"file": photo}).status_code == 302
    case = Case.objects.select_related("service_version", "applicant", "office").get(pk=case.pk)

    letter = case.definition["documents"]["permit"]
    head = world.officer("kepala")
    post = people.posts_held(head.pk)[0]
    words = papers.decision(case, "permit", office=case.office, signer=post, account_id=head.pk)
    pdf = permits.paper(case.definition, letter["template"], {**words, "number": "1/SKP/2026"})

    document = pypdfium2.PdfDocument(pdf)
    pictures = [
        one for page in document for one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE])
    ]
    assert pictures
    document.close()
