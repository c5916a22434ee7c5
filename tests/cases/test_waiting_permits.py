"""What waits to be fetched or renewed is read from an index, however much was ever issued."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from satupintu.files import actions as files
from satupintu.journal.events import SYSTEM
from satupintu.permits import actions, queries
from satupintu.permits.models import Permit
from tests.cases import desk
from tests.world import World


def issue(world: World, count: int) -> list[Permit]:
    """Copies of one signed permit, some signed at the same moment."""
    case = desk.sent(world, "SKP-PENELITIAN")
    desk.sign(case, desk.reach(case, "tanda_tangan"))
    first = Permit.objects.get()
    for at in range(1, count):
        copy = Permit.objects.get(pk=first.pk)
        copy.pk, copy.number, copy.token = None, f"{first.number}-{at}", f"{first.token}{at}"
        copy.subject = f"case:9{at}"
        copy.signed_at = timezone.now() - timedelta(minutes=at % 7)
        copy.file = files.store_bytes(
            b"%%PDF-1.7 %d" % at, name="izin.pdf", media_type="application/pdf", by=SYSTEM
        )
        copy.save()
    return list(Permit.objects.order_by("signed_at", "id"))


def plan_of(rows: object) -> str:
    with connection.cursor() as cursor:
        # A handful is read faster as it lies; with many the planner does this by itself.
        for way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    return str(rows.explain())  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=False)
def test_every_document_that_waits_is_on_one_page_and_each_only_once(world: World) -> None:
    permits = issue(world, queries.PAGE + 5)
    client = world.desk("penyerahan")

    seen: list[int] = []
    after = ""
    while True:
        page = queries.to_hand_over([permits[0].office_id], after=after)
        seen += [permit.pk for permit in page.permits]
        after = page.next
        if not after:
            break
    assert seen == [permit.pk for permit in permits]
    assert "Berikutnya" in client.get("/penyerahan/").content.decode()
    for odd in ("x", "2026-01-01T00:00:00_5", "_", f"2026-01-01T00:00:00+00:00_{10**30}"):
        assert client.get("/penyerahan/", {"after": odd}).status_code == 200, odd

    actions.hand_over(
        permits[0].pk, to_name="Siti", relation="holder", proof="KTP asli", authority=None,
        by=world.by("penyerahan"),
    )  # fmt: skip
    left = queries.to_hand_over([permits[0].office_id]).permits
    assert permits[0].pk not in [permit.pk for permit in left]


@pytest.mark.django_db(transaction=False)
def test_a_document_is_found_by_its_holders_nik_however_it_is_typed(world: World) -> None:
    permit = issue(world, 1)[0]
    client, nik = world.desk("penyerahan"), permit.holder.nik or ""
    for typed in (nik, f"{nik[:4]} {nik[4:8]} {nik[8:12]} {nik[12:]}", permit.number[:9]):
        assert permit.number in client.post("/penyerahan/", {"q": typed}).content.decode(), typed
    assert permit.number not in client.post("/penyerahan/", {"q": "9" * 16}).content.decode()


@pytest.mark.django_db(transaction=False)
def test_a_proxy_is_written_down_under_their_own_name(world: World) -> None:
    permit = issue(world, 1)[0]
    client, page = world.desk("penyerahan"), f"/penyerahan/{permit.pk}/"
    holder = permit.holder.name
    assert f'value="{holder}"' in client.get(page).content.decode()
    empty = client.post(page, {"relation": "proxy", "to_name": "", "proof": "KTP asli"})
    assert empty.status_code == 422
    assert f'value="{holder}"' not in empty.content.decode(), "the holder did not come"
    same = client.post(page, {"relation": "proxy", "to_name": holder.upper(), "proof": "KTP asli"})
    assert "bukan nama pemegang" in same.content.decode()
    assert not permit.handovers.exists()


@pytest.mark.django_db(transaction=False)
def test_both_lists_are_read_from_their_index(world: World) -> None:
    permit = issue(world, 3)[0]
    key = f"{permit.signed_at.isoformat() if permit.signed_at else ''}_{permit.pk}"
    for after in ("", key):
        plan = plan_of(queries.not_handed_over(permit.office_id, after=after)[:101])
        assert "permit_to_hand_over" in plan, plan
        assert "Sort" not in plan
    plan = plan_of(queries.to_renew(limit=50))
    assert "permit_to_renew" in plan
    assert "Sort" not in plan


@pytest.mark.django_db(transaction=False)
def test_a_file_is_renewed_when_it_lacks_its_stamp_or_the_stamp_grows_old(world: World) -> None:
    permit = issue(world, 1)[0]  # signed while the time-stamp authority was down
    assert list(queries.to_renew(limit=50)) == [permit]
    lifted = files.store_bytes(
        b"%PDF-1.7 lifted", name="izin.pdf", media_type="application/pdf", by=SYSTEM
    )
    actions.renew_edition(permit.pk, file=lifted, level="B-LTA")
    assert list(queries.to_renew(limit=50)) == []
    with time_machine.travel(datetime.now(UTC) + timedelta(days=731)):
        assert list(queries.to_renew(limit=50)) == [permit]
