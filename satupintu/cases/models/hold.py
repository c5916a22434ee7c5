"""What keeps a case whole although its retention has ended."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from satupintu.cases.models.case import Case


class Hold(models.Model):
    """Penahanan: a dispute, an audit or an investigation needs the file: nothing is erased."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=500)
    ground = models.CharField(max_length=200)
    placed_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(auto_now_add=True)
    lifted_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True)
    lift_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(lifted_at__isnull=True), name="hold_one_in_force"
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(ground=""), name="hold_has_reason_and_ground"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lift_reason="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lift_reason="")),
                name="hold_lifted_by_somebody",
            ),
        ]
