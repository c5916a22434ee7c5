"""The journal: how long its proof takes, and what writing to it costs an act."""

from __future__ import annotations

import statistics
import time
from typing import Any
from unittest.mock import patch

from benchmarks import city
from satupintu.cases.actions import review
from satupintu.cases.models import Task
from satupintu.journal import actions as journal
from satupintu.journal import merkle
from satupintu.journal import queries as entries
from satupintu.journal.events import By
from satupintu.journal.models import Log

PROOFS, ACTS = 200, 150


def measure() -> dict[str, Any]:
    while journal.seal(Log.JOURNAL):
        pass
    began = time.perf_counter()
    report = entries.verify(Log.JOURNAL)
    spent = time.perf_counter() - began
    newest = entries.checkpoint(Log.JOURNAL)
    assert newest is not None
    times = []
    for n in range(PROOFS):
        sequence = n * 7919 * 131 % newest.size
        started = time.perf_counter()
        path = entries.inclusion_proof(sequence, newest.size)
        times.append(time.perf_counter() - started)
        (leaf,) = entries.leaves(Log.JOURNAL, sequence, sequence + 1)
        root = merkle.root_by_inclusion(merkle.leaf_hash(leaf), sequence, newest.size, path)
        assert root == bytes(newest.root)
    return {
        "rows": report.size,
        "problems": len(report.problems),
        "verify_s": round(spent, 2),
        "proof_p95_ms": round(statistics.quantiles(times, n=20)[18] * 1000, 2),
        "share_of_an_act": round(_share(), 3),
    }


def _share() -> float:
    """The part of an act's time that is spent in journal.record, jobs included."""
    clerks = city.holders("kasi")
    tasks = Task.objects.filter(status="open", role="kasi", kind="initial").order_by("-case_id")
    found = list(tasks.values_list("pk", "case__version", "office_id")[20 : 20 + ACTS])
    spent = 0.0
    record = journal.record

    def timed(*args: Any, **named: Any) -> Any:
        nonlocal spent
        started = time.perf_counter()
        try:
            return record(*args, **named)
        finally:
            spent += time.perf_counter() - started

    began = time.perf_counter()
    with patch.object(journal, "record", timed):
        for pk, version, office in found:
            review.forward(pk, version=version, by=By(clerks[office].account, "web"))
    return spent / (time.perf_counter() - began)
