"""The words across what an officer sees of somebody's document: who looked, in what post, when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from satupintu.people import queries as people

if TYPE_CHECKING:
    from satupintu.cases.models import Case
    from satupintu.journal.events import By


def of_reader(by: By, case: Case) -> str:
    name = people.names([by.account_id]).get(by.account_id or 0, "")
    posts = people.posts_held(by.account_id)
    own = [post for post in posts if post.office_id == case.office_id] or list(posts)
    title = own[0].title if own else ""
    return " · ".join(
        filter(None, (name, title, f"{timezone.localtime():%d-%m-%Y %H.%M}", case.number))
    )
