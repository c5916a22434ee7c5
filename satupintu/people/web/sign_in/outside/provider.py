"""The provider as allauth knows it; PKCE and state are allauth's, the nonce is ours."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings

from satupintu.people.web.sign_in.outside.views import NONCE, Adapter

if TYPE_CHECKING:
    from django.http import HttpRequest


class OutsideProvider(OpenIDConnectProvider):  # type: ignore[misc]
    id = "outside"
    oauth2_adapter_class = Adapter

    def get_auth_params_from_request(self, request: HttpRequest, action: Any) -> dict[str, Any]:
        """Nothing of it is taken from the address, which a stranger may have written."""
        request.session[NONCE] = secrets.token_urlsafe(24)
        asked = {"nonce": request.session[NONCE]}
        return asked | ({"acr_values": " ".join(settings.OIDC_ACR)} if settings.OIDC_ACR else {})


provider_classes = [OutsideProvider]
