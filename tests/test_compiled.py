"""A query that Django writes once gives what the query itself gives."""

from __future__ import annotations

import gc
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.test.utils import CaptureQueriesContext

import satupintu.site.urls  # noqa: F401  (every page, and so every query, is loaded)
from satupintu.compiled import compiled, fetched, is_fetched
from satupintu.offices.models import Area

pytestmark = pytest.mark.django_db


@compiled
def named(name: str) -> QuerySet[Area]:
    return Area.objects.select_related("parent").filter(name=name).order_by("code")


@compiled
def coded(codes: tuple[str, ...], kind: str) -> QuerySet[Area]:
    return Area.objects.filter(code__in=codes, kind=kind).only("code").order_by("code")


@compiled
def counted(code: str) -> QuerySet[Area]:
    return Area.objects.filter(code=code).annotate(within=Count("children"))


@compiled
def locked(area_id: int) -> QuerySet[Area]:
    return Area.objects.select_for_update().filter(pk=area_id)


@pytest.fixture
def areas() -> list[Area]:
    city = Area.objects.create(code="72.71", name="Palu", kind="kecamatan")
    rest = [
        Area.objects.create(code=f"72.71.0{n}", name=name, kind="kelurahan", parent=city)
        for n, name in enumerate(("Mantikulore", "Ulujadi"))
    ]
    return [city, *rest]


def test_it_finds_what_the_query_finds_each_time_anew(areas: list[Area]) -> None:
    assert [area.code for area in named("Ulujadi")] == ["72.71.01"]
    with CaptureQueriesContext(connection) as asked:
        (found,) = named("Mantikulore")
        assert found == areas[1]
        assert found.parent is not None
        assert found.parent.name == "Palu"
    assert len(asked) == 1
    assert named("Tidak ada") == []


def test_lists_of_values_may_have_any_length(areas: list[Area]) -> None:
    for codes in (("72.71.00",), ("72.71.00", "72.71.01"), ("72.71.01", "x", "72.71")):
        wanted = [area.code for area in areas if area.code in codes and area.kind == "kelurahan"]
        assert [area.code for area in coded(codes, "kelurahan")] == wanted
    assert coded((), "kelurahan") == []


def test_what_was_not_asked_for_is_read_when_it_is_wanted(areas: list[Area]) -> None:
    (area,) = coded(("72.71.01",), "kelurahan")
    assert area.get_deferred_fields()
    assert area.name == "Ulujadi"


def test_what_is_worked_out_comes_with_it(areas: list[Area]) -> None:
    (city,) = counted("72.71")
    assert city.within == 2  # type: ignore[attr-defined]


def test_no_value_is_not_a_value() -> None:
    with pytest.raises(KeyError):
        named(None)  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
def test_a_lock_wants_a_transaction_each_time() -> None:
    area = Area.objects.create(code="72.71", name="Palu", kind="kecamatan")
    with transaction.atomic():
        assert locked(area.pk) == [area]
    with pytest.raises(transaction.TransactionManagementError):
        locked(area.pk)


def test_a_relation_that_was_read_is_not_asked_again(areas: list[Area]) -> None:
    city = areas[0]
    assert not is_fetched(city, "children")
    fetched(city, "children", areas[1:])
    with CaptureQueriesContext(connection) as asked:
        assert list(city.children.all()) == areas[1:]
        assert areas[1].parent is city
    assert is_fetched(city, "children")
    assert not asked


VALUES: dict[str, Callable[[int], Any]] = {
    "str": lambda n: f"value {n}",
    "int": lambda n: n,
    "date": lambda n: date(2026, 11, n),
    "datetime": lambda n: datetime(2026, 11, n, tzinfo=UTC),
    "tuple[str, ...]": lambda n: (f"value {n}", f"value {n + 1}"),
    "tuple[int, ...]": lambda n: (n, n + 1),
}


def test_no_compiled_query_depends_on_its_values() -> None:
    """Its SQL with these values is its SQL with those."""
    queries = [one for one in gc.get_objects() if type(one) is compiled]
    assert len(queries) > 10
    for query in queries:
        kinds = [kind for name, kind in query.build.__annotations__.items() if name != "return"]
        with transaction.atomic():
            one, other = (
                query.build(*(VALUES[kind](n) for kind in kinds)).query.get_compiler("default")
                for n in (3, 8)
            )
            assert one.as_sql()[0] == other.as_sql()[0], query.build
