"""What no page sends and somebody sends all the same is a 4xx, never a fault of ours."""

from __future__ import annotations

import pytest

from tests.cases import desk, filling
from tests.world import World, world

__all__ = ["world"]

FAR = "9" * 5000
ASKED = [
    ("kepala", "/v/%00/"),
    ("kepala", "/berkas/%00/"),
    ("kepala", "/permohonan/mulai/%00/"),
    ("kepala", "/izin/?nomor=%00"),
    ("kepala", "/tugas/?service=%00"),
    ("kepala", "/log/izin/tile/²/000"),
    ("kepala", f"/log/izin/tile/{'9' * 4500}/000"),
    ("pengawas", "/jejak/?objek=%00"),
    ("pengawas", "/jejak/?akun=²"),
    ("kasir", f"/kasir/?after={FAR}"),
    ("kasir", f"/kasir/tutup/?unit={FAR}"),
    ("kepala", f"/pesan/?after={FAR}"),
]


@pytest.mark.parametrize(("post", "address"), ASKED)
def test_an_odd_address_is_answered(world: World, post: str, address: str) -> None:
    assert world.desk(post).get(address).status_code < 500


@pytest.mark.parametrize(
    ("address", "form"),
    [("/verifikasi/", {"number": "a\x00"}), ("/berkas/", {"q": "a\x00"})],
)
def test_a_form_with_a_nul_is_refused(world: World, address: str, form: dict[str, str]) -> None:
    assert world.desk("kepala").post(address, form).status_code == 400


def test_an_odd_version_is_an_old_one(world: World) -> None:
    case = desk.sent(world, "SKP-PENELITIAN")
    task = case.tasks.get(status="open")
    page = world.desk("verifikator-1")
    for version in ("²", FAR, "", "-1"):
        form = {"act": "forward", "version": version}
        assert page.post(f"/berkas/{case.number}/tugas/{task.pk}/", form).status_code == 409
    head = {"task": str(task.pk), "passphrase": "x", f"version-{task.pk}": FAR}
    assert world.desk("kepala").post("/tanda-tangan/", head).status_code == 422


def test_what_an_applicant_writes_holds_no_nul(world: World) -> None:
    client = world.applicant()
    draft = filling.begin(client, "SIP-PERAWAT", world.applicants["siti"].pk)
    section = draft.definition["sections"][0]["code"]
    answer = client.post(f"/permohonan/draf/{draft.pk}/bagian/{section}/", {"alamat": "a\x00b"})
    assert answer.status_code == 400


def test_an_opinion_asked_for_a_step_of_nothing_is_not_found(world: World) -> None:
    case = desk.sent(world, "SKP-PENELITIAN")
    task = case.tasks.get(status="open")
    page = world.desk("verifikator-1")
    form = {"office": "dinkes", "question": "Boleh?", "days": "²", "shown": "²"}
    assert page.post(f"/berkas/{case.number}/tugas/0/pendapat/", form).status_code == 404
    assert page.post(f"/berkas/{case.number}/tugas/{task.pk}/pendapat/", form).status_code == 422
