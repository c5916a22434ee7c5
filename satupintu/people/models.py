"""Accounts, applicants, and who holds which post from when to when."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable


class Account(AbstractBaseUser):
    """A person who can sign in, by e-mail or by phone; or a guest, who comes back by a code."""

    login = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=160)
    email = models.EmailField(null=True, blank=True, unique=True)
    phone = models.CharField(max_length=20, null=True, blank=True, unique=True)
    phone_verified = models.BooleanField(default=False)
    # Of a resident without an account: a hash of NIK and proved phone, or chance where none is.
    guest_key = models.BinaryField(max_length=32, null=True, unique=True)
    # Of officers, for the signer block of documents.
    nip = models.CharField(max_length=18, blank=True)
    rank = models.CharField(max_length=80, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BaseUserManager()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(email__isnull=False)
                | Q(phone__isnull=False)
                | Q(guest_key__isnull=False),
                name="people_account_has_a_contact",
            ),
            models.CheckConstraint(
                condition=Q(guest_key__isnull=True) | Q(email__isnull=True, phone__isnull=True),
                name="people_account_guest_signs_in_by_code_only",
            ),
            models.CheckConstraint(
                condition=Q(email__isnull=True) | (Q(email=Lower("email")) & ~Q(email="")),
                name="people_account_email_lower_case",
            ),
            models.CheckConstraint(
                condition=Q(phone__isnull=True) | Q(phone__startswith="+"),
                name="people_account_phone_e164",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        return f"account:{self.pk}"

    @property
    def is_guest(self) -> bool:
        return self.guest_key is not None


class Applicant(models.Model):
    """Who a licence or letter is for; exists without an account too (counter).

    Of a company, the personal columns are those of the person who is responsible for it.
    """

    class Kind(models.TextChoices):
        PERSON = "person", "Perorangan"
        COMPANY = "company", "Badan usaha"

    class Sex(models.TextChoices):
        MALE = "L", "Laki-laki"
        FEMALE = "P", "Perempuan"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    account = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="applicants"
    )
    name = models.CharField(max_length=200)
    nik = models.CharField(max_length=16, blank=True, db_index=True)
    birth_place = models.CharField(max_length=120, blank=True)
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=1, choices=Sex.choices, blank=True)
    address = models.JSONField(default=str, blank=True)
    area = models.ForeignKey(
        "offices.Area", null=True, on_delete=models.PROTECT, related_name="applicants"
    )
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    company = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(kind="person"),
                name="people_applicant_one_person_per_account",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        return f"applicant:{self.pk}"

    @property
    def display_name(self) -> str:
        """The name on the document: the company, or the person."""
        return str(self.company.get("name") or self.name)


def _same_post() -> Combinable:
    # A range of one value compares like "=", so core GiST is enough and btree_gist is not needed.
    return Func(F("post_id"), F("post_id"), Value("[]"), function="int8range")


def _period() -> Combinable:
    return Func(F("from_date"), F("to_date"), Value("[]"), function="daterange")


class Holding(models.Model):
    """Someone holds a post from a day to a day, both included."""

    post = models.ForeignKey("offices.Post", on_delete=models.PROTECT, related_name="holdings")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="holdings")
    from_date = models.DateField()
    to_date = models.DateField(null=True)
    # Taken back on or before its first day: counts for no day at all.
    withdrawn = models.BooleanField(default=False)
    # By whose decision: the decree of appointment, where it was recorded.
    decision_number = models.CharField(max_length=120, blank=True, db_default="")
    decision_date = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decision_number="", decision_date__isnull=True)
                | (~Q(decision_number="") & Q(decision_date__isnull=False)),
                name="people_holding_decision_whole",
            ),
            models.CheckConstraint(
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")),
                name="people_holding_period",
            ),
            ExclusionConstraint(
                name="people_holding_one_at_a_time",
                expressions=[(_same_post(), "&&"), (_period(), "&&")],
                condition=Q(withdrawn=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.from_date}"


class Mandate(models.Model):
    """Someone acts for a holder (Plh) or in an empty post (Plt), by a dated decision."""

    class Kind(models.TextChoices):
        PLH = "plh", "Plh"
        PLT = "plt", "Plt"

    post = models.ForeignKey("offices.Post", on_delete=models.PROTECT, related_name="mandates")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="mandates")
    kind = models.CharField(max_length=3, choices=Kind.choices)
    from_date = models.DateField()
    to_date = models.DateField()
    decision_number = models.CharField(max_length=120)
    decision_date = models.DateField()
    withdrawn = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(to_date__gte=F("from_date")), name="people_mandate_period"
            ),
            models.CheckConstraint(
                condition=~Q(decision_number=""), name="people_mandate_has_decision"
            ),
            ExclusionConstraint(
                name="people_mandate_one_at_a_time",
                expressions=[(_same_post(), "&&"), (_period(), "&&")],
                condition=Q(withdrawn=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.post_id} {self.from_date}"


class Throttle(models.Model):
    """How often one address did one thing in the present window; only a hash of both is kept."""

    key = models.BinaryField(primary_key=True, max_length=32)
    until = models.BigIntegerField()  # seconds since 1970
    count = models.IntegerField()


class Pin(models.Model):
    """Six digits with which a head of RT or RW answers by a link, hashed like a password."""

    account = models.OneToOneField(
        Account, on_delete=models.PROTECT, primary_key=True, related_name="pin"
    )
    hash = models.CharField(max_length=128)
    wrong = models.PositiveSmallIntegerField(default=0)  # tries since the last right one
    locked_until = models.DateTimeField(null=True)
    set_at = models.DateTimeField(auto_now=True)


class Device(models.Model):
    """A browser that signed in with an account from a place; only hashes of both are kept."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="devices")
    browser = models.BinaryField(max_length=32)
    place = models.BinaryField(max_length=32)
    words = models.CharField(max_length=60)  # "Chrome, Android", as its owner would say it
    first_seen = models.DateTimeField(auto_now_add=True)
    last_seen = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "browser", "place"], name="people_device_known_once"
            ),
        ]


class AccessReview(models.Model):
    """Somebody looked through who may do what in a unit, or in the city, and stands for it."""

    office = models.ForeignKey(
        "offices.Office", null=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_on = models.DateField()
    reviewer = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    # Posts whose holder or acting holder left since the review before: their ids.
    withdrawn = models.JSONField(default=list)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["office", "-id"], name="people_review_of_office")]


class DataRequest(models.Model):
    """Somebody says that what we hold of them is wrong (UU 27/2022 art. 30)."""

    class Outcome(models.TextChoices):
        NONE = ""
        CORRECTED = "corrected"
        PARTLY = "partly"
        REFUSED = "refused"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="data_requests")
    # Whose administrator answers; without one the city's.
    office = models.ForeignKey(
        "offices.Office", null=True, on_delete=models.PROTECT, related_name="+"
    )
    about = models.CharField(max_length=40, blank=True)  # "case:12"; empty is the account
    words = models.TextField()
    key = models.UUIDField(unique=True)  # a double click asks once
    made_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=9, choices=Outcome.choices, blank=True, default="")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, outcome="")
                | (
                    Q(answered_at__isnull=False, answered_by__isnull=False)
                    & ~Q(outcome="")
                    & ~Q(answer="")
                ),
                name="people_datarequest_answered_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(answered_at__isnull=True),
                name="people_datarequest_open",
            ),
            models.Index(fields=["about"], name="people_datarequest_about"),
        ]

    @property
    def subject(self) -> str:
        return f"data_request:{self.pk}"
