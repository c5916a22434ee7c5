"""Every read of cases, by who asks: the applicant, the officer, the public."""

from satupintu.cases.queries import form, papers, wording
from satupintu.cases.queries.lists import (
    Filters,
    Page,
    by_bill_subject,
    by_id,
    by_number,
    by_permit,
    of_applicants,
    opinions_waiting,
    running,
    running_ids,
    search,
    task_counts,
    tasks,
    timeline,
    track,
)

__all__ = [
    "Filters",
    "Page",
    "by_bill_subject",
    "by_id",
    "by_number",
    "by_permit",
    "form",
    "of_applicants",
    "opinions_waiting",
    "papers",
    "running",
    "running_ids",
    "search",
    "task_counts",
    "tasks",
    "timeline",
    "track",
    "wording",
]
