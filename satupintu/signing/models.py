"""The register of signing keys: whose, at which provider, until when. Never the key itself."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class SigningKey(models.Model):
    """One certificate of one officer; the private key stays with the provider."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="signing_keys"
    )
    provider = models.CharField(max_length=40)
    reference = models.CharField(max_length=200)
    certificate = models.TextField()
    signer_name = models.CharField(max_length=200)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    registered_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(retired_at__isnull=True),
                name="signing_key_one_in_use_per_account",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("valid_from")), name="signing_key_validity"
            ),
        ]

    def __str__(self) -> str:
        return self.signer_name

    @property
    def subject(self) -> str:
        return f"signing-key:{self.pk}"
