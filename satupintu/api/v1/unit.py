"""With a client's token: applications and tasks of the unit it was let in for, and webhooks."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from ninja import Router
from ninja.params.functions import Path

from satupintu.api import actions, queries
from satupintu.api.v1 import once, paging, schemas
from satupintu.api.v1.door import CASES, TASKS, WEBHOOKS, Caller, client_of
from satupintu.api.v1.problems import language
from satupintu.api.v1.public import steps_told
from satupintu.cases import queries as cases
from satupintu.catalogue import queries as catalogue
from satupintu.lib.identity import mask_name

router = Router(tags=["unit"])
hooks = Router(auth=WEBHOOKS, tags=["webhooks"])
NUMBER: Any = Path(..., max_length=40, pattern=r"^[A-Za-z0-9.-]+$")


@router.get("/cases", auth=CASES, response=schemas.UnitCases, summary="Sent cases of the unit")
def list_cases(
    request: Caller, limit: int = paging.LIMIT, cursor: str = paging.CURSOR
) -> dict[str, Any]:
    found = cases.outside.cases_of_unit(
        client_of(request).office_id, before=paging.place(cursor, "cases"), most=limit + 1
    )
    rows, following = paging.cut(found, limit, "cases", lambda case: case.pk)
    return {"items": [_case(case, language(request)) for case in rows], "next": following}


@router.get(
    "/cases/{number}", auth=CASES, response=schemas.UnitCaseWhole, summary="One, with its steps"
)
def get_case(request: Caller, number: str = NUMBER) -> dict[str, Any]:
    case = cases.outside.case_of_unit(client_of(request).office_id, number)
    asked = language(request)
    return {**_case(case, asked), "steps": steps_told(cases.timeline(case, asked))}


@router.get("/tasks", auth=TASKS, response=schemas.Tasks, summary="Steps that wait in the unit")
def list_tasks(
    request: Caller, limit: int = paging.LIMIT, cursor: str = paging.CURSOR
) -> dict[str, Any]:
    found = cases.outside.tasks_of_unit(
        client_of(request).office_id, after=paging.place(cursor, "tasks"), most=limit + 1
    )
    rows, following = paging.cut(found, limit, "tasks", lambda task: task.pk)
    asked = language(request)
    return {
        "items": [
            {
                "id": task.pk,
                "case_number": task.case.number,
                "service": catalogue.text(task.case.service_version.service.name, asked),
                "step": task.step,
                "name": cases.wording.step_name(task.case, task.step, asked),
                "status": task.status,
                "role": task.role,
                "opened_at": task.opened_at,
                "due_date": task.due_date,
            }
            for task in rows
        ],
        "next": following,
    }


@hooks.get("", response=schemas.Webhooks, summary="Subscriptions of the client")
def list_webhooks(request: Caller) -> dict[str, Any]:
    return {"items": [_hook(one) for one in queries.subscriptions(client_of(request).pk)]}


@hooks.post("", response={201: schemas.Webhook}, summary="Be told of events")
def subscribe(request: Caller, wanted: schemas.WebhookWanted, key: str = once.KEY) -> HttpResponse:
    def act() -> tuple[int, schemas.Webhook]:
        made = actions.subscribe(
            client_of(request).pk, url=wanted.url, events=wanted.events, by=request.by
        )
        return 201, _hook(made)

    return once.answer(request, key, act)


@hooks.get("/{int:webhook_id}/secret", response=schemas.Secret, summary="What signs its messages")
def get_secret(request: Caller, webhook_id: int) -> dict[str, str]:
    found = queries.subscriptions(client_of(request).pk).filter(pk=webhook_id).first()
    if found is None:
        raise Http404
    return {"secret": queries.signing_secret(found)}


@hooks.delete("/{int:webhook_id}", response={204: None}, summary="Be told no more")
def unsubscribe(request: Caller, webhook_id: int, key: str = once.KEY) -> HttpResponse:
    def act() -> tuple[int, None]:
        if not actions.unsubscribe(client_of(request).pk, webhook_id, by=request.by):
            raise Http404
        return 204, None

    return once.answer(request, key, act)


def _case(case: Any, asked: str) -> dict[str, Any]:
    return {
        "number": case.number,
        "service": catalogue.text(case.service_version.service.name, asked),
        "service_code": case.service_code,
        "status": cases.own.standing(case).status,
        "channel": case.channel,
        "applicant": mask_name(case.applicant.display_name),
        "submitted_at": case.submitted_at,
        "due_date": case.due_date,
        "closed_at": case.closed_at,
    }


def _hook(subscription: Any) -> schemas.Webhook:
    return schemas.Webhook(
        id=subscription.pk,
        url=subscription.url,
        events=subscription.events,
        made_at=subscription.made_at,
    )
