"""Queries that nearly every request asks: Django writes their SQL once in a process.

To write a join's SQL takes Django longer than PostgreSQL needs to answer it (docs/decisions/0018).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import update_wrapper
from typing import Any, Generic, NamedTuple, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.transaction import TransactionManagementError

M = TypeVar("M", bound=Model)
# What stands for a value while a query is written; no query has such values of its own.
STAND_INS: dict[type, Callable[[int], Any]] = {
    str: lambda place: f"\x01{place}",
    int: lambda place: 2_147_000_000 + place,
    date: lambda place: date(1 + place, 1, 1),
    datetime: lambda place: datetime(1 + place, 1, 1, tzinfo=UTC),
}
Value = str | int | date | tuple[str | int, ...]


class _Written(NamedTuple):
    sql: str
    params: list[Any]
    filled: list[tuple[int, int]]  # which parameter is which value
    locks: bool
    model: type[Model]
    names: list[str]
    columns: slice
    relations: list[Any]
    annotations: dict[str, int]
    converters: dict[int, tuple[list[Any], Any]]


class compiled(Generic[M]):  # noqa: N801 - a decorator
    """For a function that makes a QuerySet of texts, whole numbers, days, moments, or tuples.

    It is called once for each length of its tuples, with stand-ins, so that what it makes must not
    depend on the values; calling it gives the list of objects. What belongs to them comes by
    select_related and annotate; there are no prefetches. Raises KeyError for a value of another
    kind, also for None, whose SQL would be another.
    """

    def __init__(self, build: Callable[..., QuerySet[M]]) -> None:
        update_wrapper(self, build)
        self.build = build
        self._written: dict[tuple[Any, ...], _Written] = {}

    def __call__(self, *values: Value) -> list[M]:
        flat = [part for value in values for part in (value if type(value) is tuple else (value,))]
        lengths = [len(value) if type(value) is tuple else None for value in values]
        shape = (*lengths, *(type(value) for value in flat))
        written = self._written.get(shape)
        if written is None:
            try:
                written = self._written[shape] = _write(self.build, values, flat)
            except EmptyResultSet:  # an empty tuple, outside an "or"
                return []
        if written.locks and connection.get_autocommit():
            raise TransactionManagementError("a lock is taken in a transaction")
        params = written.params.copy()
        for place, value in written.filled:
            params[place] = flat[value]
        with connection.cursor() as cursor:
            cursor.execute(written.sql, params)
            rows = cursor.fetchall()
        return [_object(written, row) for row in rows]


def fetched(owner: Model, relation: str, rows: list[Any]) -> None:
    """The rows of a relation are known, as prefetch_related_objects() would leave them."""
    known = getattr(owner, relation).all()
    known._result_cache, known._prefetch_done = rows, True
    owner.__dict__.setdefault("_prefetched_objects_cache", {})[relation] = known
    back: Any = owner._meta.get_field(relation)
    for row in rows:
        setattr(row, back.remote_field.name, owner)


def is_fetched(owner: Model, relation: str) -> bool:
    return relation in owner.__dict__.get("_prefetched_objects_cache", {})


def _write(
    build: Callable[..., QuerySet[Any]], values: Sequence[Value], flat: Sequence[Any]
) -> _Written:
    stand_ins = [STAND_INS[type(value)](place) for place, value in enumerate(flat)]
    left = iter(stand_ins)
    query = build(
        *(
            tuple(next(left) for _ in value) if isinstance(value, tuple) else next(left)
            for value in values
        )
    ).query
    compiler = query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    objects: Any = compiler.klass_info
    own = objects["select_fields"]
    columns = slice(own[0], own[-1] + 1)
    return _Written(
        sql=sql,
        params=list(params),
        filled=[
            (at, stand_ins.index(value)) for at, value in enumerate(params) if value in stand_ins
        ],
        locks=query.select_for_update,
        model=objects["model"],
        names=[column[0].target.attname for column in compiler.select[columns]],
        columns=columns,
        relations=get_related_populators(objects, compiler.select, connection.alias),  # type: ignore[call-arg]
        annotations=dict(compiler.annotation_col_map or {}),
        converters=compiler.get_converters([column[0] for column in compiler.select]),
    )


def _object(written: _Written, row: tuple[Any, ...]) -> Any:
    if written.converters:
        changed = list(row)
        for place, (converters, expression) in written.converters.items():
            for convert in converters:
                changed[place] = convert(changed[place], expression, connection)
        row = tuple(changed)
    found = written.model.from_db(connection.alias, written.names, row[written.columns])
    for relation in written.relations:
        relation.populate(row, found)
    for name, place in written.annotations.items():
        setattr(found, name, row[place])
    return found
