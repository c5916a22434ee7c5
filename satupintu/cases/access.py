"""Who may see and do what with an application."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.http import Http404

from satupintu.cases.models import Case, Hold, Opinion, SavedFilter, Task
from satupintu.compiled import compiled
from satupintu.journal.events import By
from satupintu.lib.errors import Refused, both
from satupintu.offices import queries as offices
from satupintu.people import queries as people
from satupintu.people.queries import HeldPost

# No one acts twice on one case in these pairs (domain.md 13, separation of duties).
# Assessing and collecting are kept apart by levies.take_cash.
SEPARATE = (("verify", "sign"), ("recommend", "sign"), ("draft", "sign"))

# A holder of one of these rights in the case's own office may read the whole case.
# A cashier needs the bill, not the case.
READING_RIGHTS = frozenset({"assign", "counter", "audit", "handover", "sanction"})


class OwnCase(Refused):
    """An officer acts on their own application."""


class DutiesAreSeparate(Refused):
    """The same person did the step that must be somebody else's."""


def applicant_case(by: By, case_id: int) -> Case:
    """The applicant's own case, whatever its phase; anybody else gets a 404."""
    case = _one(_own(case_id, by.person))
    if case is None:
        raise Http404
    return case


def fillable_case(by: By, case_id: int) -> Case:
    """A case whose form this account may fill: the applicant's own, or one begun at the counter.

    A draft is filled on by the officer who began it; what was sent, by any colleague there.
    """
    case = _one(_fillable(case_id, by.account_id)) if by.account_id is not None else None
    if case is None:
        raise Http404
    if case.applicant.account_id != by.account_id:
        posts = people.posts_held(by.account_id)
        if not any("counter" in held.rights and held.office_id == case.office_id for held in posts):
            raise Http404
    return case


def eraser(by: By, case: Case) -> By:
    """A person who administers the unit of the case; never a command, and never for oneself."""
    require_not_own(by, case)
    if by.account_id is None:
        raise people.NoRight(
            both(
                "Penghapusan diputuskan oleh administrator dengan namanya sendiri",
                "An administrator decides on erasing, under their own name",
            )
        )
    return people.require_admin(by, case.office_id)


def may_hold(by: By, case: Case) -> bool:
    """For a link; the action decides."""
    posts = people.posts_held(by.account_id)
    if case.erased_at is not None or not any("admin" in held.rights for held in posts):
        return False
    reach = people.admin_reach(by)
    return reach is None or case.office_id in reach


def appellant(by: By, case_id: int) -> Case:
    """The applicant, or the counter of the case's office for whoever comes there."""
    case = _one(whole().filter(pk=case_id))
    if case is None or by.account_id is None:
        raise Http404
    is_counter = any(
        "counter" in post.rights and post.office_id == case.office_id
        for post in people.posts_held(by.account_id)
    )
    if case.applicant.account_id != by.account_id and not is_counter:
        raise Http404
    return case


def officer_case(by: By, number: str) -> Case:
    """A case that one of the officer's posts has, or had, a duty on; else a 404."""
    case = _one(_numbered(number))
    if case is None or not may_read(by, case):
        raise Http404
    require_not_own(by, case)
    return case


def may_read(by: By, case: Case) -> bool:
    if by.account_id is None:
        return False
    posts = people.posts_held(by.account_id)
    if any(post.office_id == case.office_id and post.rights & READING_RIGHTS for post in posts):
        return True
    duties = {(post.role, post.office_id) for post in posts}
    units = overseen(posts)
    return any(
        (step.role, step.office_id) in duties or step.office_id in units for step in case.steps()
    )


def of_unit(office_id: int) -> Q:
    """Sent cases of a unit: what another system that was let in for it reads, and no more."""
    return Q(office_id=office_id, number__isnull=False)


def in_charge(posts: tuple[HeldPost, ...]) -> Q:
    """Tasks of these posts, and those of a unit whose work one of them shares out."""
    return of_posts(posts) | Q(office_id__in=overseen(posts))


def overseen(posts: tuple[HeldPost, ...]) -> list[int]:
    return [post.office_id for post in posts if "assign" in post.rights]


def of_posts(posts: tuple[HeldPost, ...]) -> Q:
    """Tasks that wait for one of these posts. No post, no task."""
    condition = Q(pk__in=[])
    for post in posts:
        condition |= Q(role=post.role, office_id=post.office_id)
    return condition


def worker(by: By, task: Task) -> HeldPost:
    """The post that may do this task. Raises NoRight, OwnCase, DutiesAreSeparate."""
    post = people.acting_post(by, role=task.role, office_id=task.office_id)
    require_other_person(task.case, by, task.kind)
    return post


def require_not_own(by: By, case: Case) -> None:
    """What colleagues write inside an application is not for its applicant, who also works here."""
    if people.is_same_person(by.account_id, case.applicant):
        raise OwnCase(
            both(
                "Ini permohonan Anda sendiri. Petugas lain yang memprosesnya.",
                "This is your own application. Another officer handles it.",
            )
        )


def require_other_person(case: Case, by: By, kind: str) -> None:
    require_not_own(by, case)
    if case.tasks.filter(kind__in=_apart_from(kind), status="done", done_by=by.account_id).exists():
        raise DutiesAreSeparate(
            both(
                "Anda sudah mengerjakan langkah yang harus dipisah dari langkah ini. "
                "Petugas lain yang melanjutkannya.",
                "You did a step that must be kept apart from this one. "
                "Another officer goes on with it.",
            )
        )


def did_what_is_apart(by: By, task: Task) -> bool:
    """Whether they worked where this step's signer may not; from the tasks as they were read."""
    apart = _apart_from(task.kind)
    return any(
        one.kind in apart and one.status == "done" and one.done_by_id == by.account_id
        for one in task.case.tasks.all()
    )


def _apart_from(kind: str) -> set[str]:
    return {one for pair in SEPARATE if kind in pair for one in pair if one != kind}


def is_of_neighbourhood(task: Task) -> bool:
    """A step of a head of RT or RW, who may answer it by a link, or on paper at the counter."""
    return task.kind == "endorse" and task.role in endorsing_roles()


def endorsing_roles() -> set[str]:
    return {role.code for role in offices.roles() if "endorse" in role.rights}


def endorsers(case: Case, task: Task) -> set[int]:
    """Who may answer the step today. Nobody agrees to a letter of their own."""
    team = people.team(role=task.role, office_id=task.office_id)
    return {one for one in team if not people.is_same_person(one, case.applicant)}


def overseer(by: By, office_id: int) -> HeldPost:
    return people.acting_post(by, right="assign", office_id=office_id)


def counter_clerk(by: By, office_id: int) -> HeldPost:
    return people.acting_post(by, right="counter", office_id=office_id)


def counter_offices(by: By) -> list[int]:
    return [post.office_id for post in people.posts_held(by.account_id) if "counter" in post.rights]


def form_keeper(by: By, office_id: int) -> By:
    """Who sets numbers aside for paper, and notes one as unused; the counter only enters them.

    Whoever declares outages, or shares out the work of that unit. Raises NoRight.
    """
    if any("outage" in post.rights for post in people.posts_held(by.account_id)):
        return in_post(by, people.acting_post(by, right="outage"))
    return in_post(by, overseer(by, office_id))


def keeps_forms(by: By, office_id: int) -> bool:
    """For a form on a page; the action decides."""
    return any(
        "outage" in post.rights or ("assign" in post.rights and post.office_id == office_id)
        for post in people.posts_held(by.account_id)
    )


def form_reach(by: By) -> list[int] | None:
    """The units whose paper forms one may see; None for all of them. Raises NoRight."""
    posts = people.posts_held(by.account_id)
    if any(post.rights & {"outage", "audit"} for post in posts):
        return None
    units = [post.office_id for post in posts if post.rights & {"counter", "assign"}]
    if not units:
        people.acting_post(by, right="counter")
    return units


def may_cancel_paid(by: By, case: Case) -> bool:
    """For a link; the action decides."""
    paid = case.bill is not None and case.bill.status == "paid"
    signed = case.permit is not None and case.permit.file_id is not None
    return (
        paid
        and not signed
        and case.phase != Case.Phase.CLOSED
        and case.office_id in counter_offices(by)
    )


def counter_area(by: By) -> str:
    """The area of the counter where this officer sits, as its code; empty for a whole city."""
    held = people.acting_post(by, right="counter")
    area = offices.office(held.office_code).area
    return area.code if area else ""


def opinion(by: By, opinion_id: int) -> Opinion:
    """An opinion that was asked of an office in which this account holds a post."""
    found = (
        Opinion.objects.select_related("case__service_version__service", "office", "asked_by")
        .filter(pk=opinion_id)
        .first()
    )
    if found is None or not _holds_post_in(by, found.office_id):
        raise Http404
    return found


def opinions(by: By) -> QuerySet[Opinion]:
    units = {post.office_id for post in people.posts_held(by.account_id)} if by.account_id else ()
    return Opinion.objects.filter(office_id__in=units)


def saved_filters(by: By) -> list[SavedFilter]:
    """One's own, and those that colleagues share with a unit in which one holds a post."""
    if by.account_id is None:
        return []
    units = tuple(sorted({post.office_id for post in people.posts_held(by.account_id)}))
    return _filters(by.account_id, units)


@compiled
def _filters(account_id: int, units: tuple[int, ...]) -> QuerySet[SavedFilter]:
    found = SavedFilter.objects.filter(Q(account_id=account_id) | Q(office_id__in=units))
    return found.select_related("account", "office").order_by("name", "id")[:100]


def keeps_filter(by: By, kept: SavedFilter) -> bool:
    """Its maker may delete it; a shared one also whoever shares out the work of that unit."""
    return kept.account_id == by.account_id or any(
        "assign" in post.rights and post.office_id == kept.office_id
        for post in people.posts_held(by.account_id)
    )


def in_post(by: By, post: HeldPost) -> By:
    """The same actor, now with the post that this act is done in."""
    return replace(by, post_id=post.post_id, office_id=post.office_id)


def _holds_post_in(by: By, office_id: int) -> bool:
    return by.account_id is not None and any(
        post.office_id == office_id for post in people.posts_held(by.account_id)
    )


def _one(found: QuerySet[Case] | list[Case]) -> Case | None:
    """The only one there can be; to sort it by hundreds of columns, as first() does, costs more."""
    return next(iter(found[:1]), None)


@compiled
def _own(case_id: int, account_id: int) -> QuerySet[Case]:
    return whole().filter(pk=case_id, applicant__account_id=account_id)


@compiled
def _fillable(case_id: int, account_id: int) -> QuerySet[Case]:
    at_counter = Q(channel="counter") & (Q(opened_by=account_id) | ~Q(phase="draft"))
    return whole().filter(Q(applicant__account_id=account_id) | at_counter, pk=case_id)


@compiled
def _numbered(number: str) -> QuerySet[Case]:
    in_force = Hold.objects.filter(case=OuterRef("pk"), lifted_at=None)
    told = JSONObject(
        placed_at="placed_at",
        placed_by=JSONObject(name="placed_by__name"),
        reason="reason",
        ground="ground",
    )
    return whole().filter(number=number).annotate(held=Subquery(in_force.values_list(told)))


def whole() -> QuerySet[Case]:
    """With what every page of it needs; each further join makes PostgreSQL plan twice as long."""
    return Case.objects.select_related(
        "service_version__service", "applicant__account", "office"
    ).defer("service_version__definition", "service_version__service__search")
