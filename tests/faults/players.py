"""People at work while things die: each act that was answered is written down as acknowledged."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import Error, connection
from django.http import Http404

from satupintu import workflow
from satupintu.cases import queries as cases
from satupintu.cases.actions import submission
from satupintu.cases.models import Case
from satupintu.journal.events import By
from satupintu.levies import actions as levies
from satupintu.lib.errors import Refused
from satupintu.people.models import Applicant
from satupintu.site import demo

SERVICES = {"MAKAM": "counter", "SKP-PENELITIAN": "online"}
NEW, SECOND_THOUGHTS, REFUSED = 0.2, 0.02, 0.05
OLDEST = 3


class Player:
    """Does what is next for an application of its applicants, again and again."""

    def __init__(self, seed: str, applicants: Sequence[int], book: Path) -> None:
        self.chance = random.Random(seed)  # noqa: S311  (a plan that can be repeated)
        self.applicants = applicants
        self.book = os.open(book, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def play(self, acts: int) -> None:
        with closing(connection):
            for _ in range(acts):
                try:
                    self._act()
                except (Refused, Http404):
                    continue  # somebody was faster, or the signer is down: said in a sentence
                except Error:
                    return  # the database went; nobody was promised anything

    def _act(self) -> None:
        running = list(
            Case.objects.filter(
                phase__in=["open", "waiting"], applicant_id__in=self.applicants
            ).order_by("id")
        )
        if not running or self.chance.random() < NEW:
            self._send()
            return
        case = self.chance.choice(running[:OLDEST])  # so that some come to their end
        if self.chance.random() < SECOND_THOUGHTS and case.channel == "online":
            submission.withdraw(case.pk, reason="Rencana berubah", by=By(case.opened_by_id, "web"))
            self._note(act="withdraw", case=case.pk)
            return
        task = next(iter(cases.now_at(case)), None)
        if task is None or task.status != "open":
            return
        if task.kind == "pay":
            self._pay(case)
            return
        refuse = self.chance.random() < REFUSED
        step = workflow.step(case.process, task.step)
        refuse = refuse and "refuse" in step.get("moves", ())
        row = {"service": case.service_code, "age": 0}
        player: Any = demo._Player(row, case.pk, case.applicant)
        player._do(case, task, refuse=refuse)
        self._note(act=task.kind, case=case.pk, task=task.pk)

    def _send(self) -> None:
        applicant = Applicant.objects.get(pk=self.chance.choice(self.applicants))
        possible = [
            service
            for service, channel in SERVICES.items()
            if channel == "counter" or applicant.account_id
        ]
        row = {
            "service": self.chance.choice(possible),
            "scenario": 0,
            "reach": "submitted",
            "applicant": "",
            "age": 0,
        }
        case = demo.send(row, applicant)
        self._note(act="submit", case=case.pk, number=case.number)

    def _pay(self, case: Case) -> None:
        assert case.bill is not None
        receipt = levies.take_cash(
            case.bill.pk,
            cash_given=case.bill.total,
            key=UUID(int=case.bill.pk),
            by=demo._officer("kasir", case.office.code),
        )
        self._note(act="pay", case=case.pk, bill=case.bill.pk, receipt=receipt.number)

    def _note(self, **what: Any) -> None:
        """The answer that the person sees; from here on it has to be true for ever."""
        os.write(self.book, (json.dumps(what) + "\n").encode())
