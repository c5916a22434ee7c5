"""The city, its units and posts, its areas and calendar, outages, and official numbers."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class City(models.Model):
    """The one city this installation serves."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=60)
    government = models.CharField(max_length=160)
    province = models.CharField(max_length=120)
    zone = models.CharField(max_length=40)
    language = models.CharField(max_length=8, default="id")
    brand_color = models.CharField(max_length=7, default="#0B4F6C")
    crest = models.TextField(blank=True)
    contact = models.JSONField(default=dict)
    hours = models.JSONField(default=dict)
    regulation = models.TextField(blank=True)
    maklumat = models.JSONField(default=str)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="offices_city_only_one"),
        ]

    def __str__(self) -> str:
        return self.name


class Area(models.Model):
    class Kind(models.TextChoices):
        KECAMATAN = "kecamatan", "Kecamatan"
        KELURAHAN = "kelurahan", "Kelurahan"
        RW = "rw", "RW"
        RT = "rt", "RT"

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    aliases = models.JSONField(default=list)
    active = models.BooleanField(default=True)
    imported = models.BooleanField(default=False)  # not of the pack, which leaves it alone

    def __str__(self) -> str:
        return self.name


class Office(models.Model):
    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="offices")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    contact = models.JSONField(default=dict)
    hours = models.JSONField(default=dict)
    active = models.BooleanField(default=True)
    imported = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area", "kind"],
                condition=Q(active=True),
                name="offices_office_one_of_a_kind_in_an_area",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        return f"office:{self.pk}"


class Role(models.Model):
    code = models.CharField(max_length=60, unique=True)
    name = models.JSONField()
    rights = models.JSONField(default=list)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.code


class Post(models.Model):
    """A chair in a unit; people come and go, the post keeps the role and the tasks."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="posts")
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="posts")
    active = models.BooleanField(default=True)
    imported = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "code"], name="offices_post_code_in_office"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        return f"post:{self.pk}"


class Holiday(models.Model):
    class Kind(models.TextChoices):
        PUBLIC = "public", "Libur nasional"
        JOINT = "joint", "Cuti bersama"
        LOCAL = "local", "Libur daerah"

    date = models.DateField()
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=8, choices=Kind.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["date", "kind"], name="offices_holiday_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class Outage(models.Model):
    """A declared period in which the service stood still; clocks pause for it."""

    class Kind(models.TextChoices):
        OUTAGE = "outage", "Gangguan sistem"
        FORCE_MAJEURE = "force_majeure", "Keadaan kahar"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    reason = models.TextField()
    decision = models.TextField(blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    offices = models.ManyToManyField(Office, related_name="outages")
    declared_by = models.BigIntegerField(null=True)
    declared_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("started_at")),
                name="offices_outage_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def subject(self) -> str:
        return f"outage:{self.pk}"


class NumberSeries(models.Model):
    """A running number of an office; it begins again at 1 every 1 January."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="number_series")
    series = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "series", "year"], name="offices_numberseries_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.year}"


class Number(models.Model):
    """A number that was given out; it belongs to one subject and is never used again."""

    class Status(models.TextChoices):
        USED = "used", "Dipakai"
        VOID = "void", "Batal"

    series = models.ForeignKey(NumberSeries, on_delete=models.PROTECT, related_name="numbers")
    value = models.PositiveIntegerField()
    text = models.CharField(max_length=120)
    purpose = models.CharField(max_length=80)
    status = models.CharField(max_length=4, choices=Status.choices, default=Status.USED)
    reason = models.TextField(blank=True)
    taken_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "value"], name="offices_number_value_once"),
            models.UniqueConstraint(fields=["series", "text"], name="offices_number_text_once"),
            models.UniqueConstraint(
                fields=["series", "purpose"],
                condition=Q(status="used"),
                name="offices_number_one_per_purpose",
            ),
            models.CheckConstraint(
                condition=Q(status="used", reason="") | (Q(status="void") & ~Q(reason="")),
                name="offices_number_void_has_reason",
            ),
        ]
        indexes = [models.Index(fields=["purpose"], name="offices_number_purpose")]

    def __str__(self) -> str:
        return self.text
