"""Services, their unchangeable versions, and texts that belong to no single service."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from django.db.models import QuerySet

# Definitions by their digest. They are large, and nearly every page needs one; nobody changes them.
MOST_KEPT = 300
_kept: dict[str, Any] = {}


class Service(models.Model):
    """What the city offers; all but the code repeats the current version, for lists and search."""

    code = models.CharField(max_length=40, unique=True)
    active = models.BooleanField(default=True)
    current = models.OneToOneField(
        "ServiceVersion", null=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.JSONField()
    summary = models.JSONField()
    kind = models.CharField(max_length=20)
    sector = models.CharField(max_length=60)
    office = models.CharField(max_length=60)
    stage = models.CharField(max_length=20)
    applicants = ArrayField(models.CharField(max_length=20))
    free = models.BooleanField()
    days = models.PositiveSmallIntegerField()
    popular = models.BooleanField(default=False)
    search = SearchVectorField(null=True)

    class Meta:
        indexes = [GinIndex(fields=["search"], name="catalogue_service_search")]

    def __str__(self) -> str:
        return self.code

    @property
    def subject(self) -> str:
        return f"service:{self.pk}"


class ServiceVersion(models.Model):
    """Form, requirements, process, tariff, letters and clock, frozen as one (by a trigger)."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "number"], name="catalogue_serviceversion_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.definition['code']} v{self.number}"

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: QuerySet[ServiceVersion] | None = None,
    ) -> None:
        """A definition that was left out of a query comes from memory once it was read."""
        wanted = list(fields or ())
        if wanted == ["definition"] and self.digest in _kept:
            self.definition = _kept[self.digest]
            return
        super().refresh_from_db(using, fields, from_queryset)
        if wanted == ["definition"]:
            if len(_kept) >= MOST_KEPT:
                _kept.clear()
            _kept[self.digest] = self.definition


class Availability(models.Model):
    """From a day on a service (or all) is open or closed in the city or in a unit and below it.

    Rows are only added: the latest that has begun counts, and that of the nearer unit before
    that of a unit above or of the city (Probolinggo art. 10(2), 11(2)).
    """

    service = models.ForeignKey(
        Service, null=True, on_delete=models.PROTECT, related_name="availability"
    )
    office = models.ForeignKey(
        "offices.Office", null=True, on_delete=models.PROTECT, related_name="+"
    )
    is_open = models.BooleanField()
    from_date = models.DateField()
    reason = models.CharField(max_length=300)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="catalogue_availability_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(service__isnull=False) | Q(office__isnull=False),
                name="catalogue_availability_of_something",
            ),
        ]
        indexes = [
            models.Index(
                fields=["service", "office", "-from_date", "-id"], name="catalogue_availability_now"
            )
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.office_id} {self.is_open} {self.from_date}"


class Reference(models.Model):
    """Texts of the pack that change without a new version: messages, pages, sectors."""

    class Kind(models.TextChoices):
        MESSAGES = "messages", "Pesan"
        PAGES = "pages", "Halaman"
        SECTORS = "sectors", "Bidang"

    kind = models.CharField(max_length=20, choices=Kind.choices, unique=True)
    content = models.JSONField()

    def __str__(self) -> str:
        return self.kind
