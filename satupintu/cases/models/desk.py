"""How officers arrange their own desk."""

from __future__ import annotations

from django.db import models


class SavedFilter(models.Model):
    """A view of the work list that an officer keeps, alone or for a whole unit."""

    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=200)  # as the address of the list has it
    office = models.ForeignKey(  # the unit it is shared with
        "offices.Office", on_delete=models.PROTECT, null=True, related_name="+"
    )
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="saved_filter_name_once")
        ]

    @property
    def subject(self) -> str:
        return f"account:{self.account_id}"
