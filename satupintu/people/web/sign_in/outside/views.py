"""There and back: the answer of the provider is believed only after every check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jwt
import structlog
from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.sessions.backends.base import UpdateError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from satupintu.people.web.sign_in.words import both

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

NONCE = "nonce of the outside sign-in"
SILENT = both(
    "Penyedia itu sedang tidak bisa dihubungi. Masuk dengan kata sandi, atau coba lagi nanti",
    "That provider can not be reached now. Sign in with your password, or try again later",
)
log = structlog.get_logger(__name__)
# Never "none", never a shared secret.
ALGORITHMS = frozenset({"RS256", "PS256", "ES256", "EdDSA"})


class Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("no id_token")
        login = super().complete_login(request, app, token, **kwargs)
        said = login.account.extra_data
        if "userinfo" in said and said["userinfo"].get("sub") != said["id_token"]["sub"]:
            raise OAuth2Error("userinfo is about somebody else")
        return login

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        """allauth trusts the line to the provider; we check signature and nonce too."""
        expected = self.request.session.pop(NONCE, None)
        try:
            algorithm = jwt.get_unverified_header(id_token).get("alg")
        except jwt.PyJWTError as error:
            raise OAuth2Error("unreadable id_token") from error
        if algorithm not in ALGORITHMS:
            raise OAuth2Error("an algorithm that proves nothing")
        said: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        if not expected or said.get("nonce") != expected:
            raise OAuth2Error("an answer to another question")
        return said

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """The city's own address, as the provider knows it, whatever the request called us."""
        path = reverse("outside_callback", kwargs={"provider_id": self.provider_id})
        return str(settings.BASE_URL + path)


@login_not_required  # type: ignore[untyped-decorator]
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _view(OAuth2LoginView, request, provider_id)


@login_not_required  # type: ignore[untyped-decorator]
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _view(OAuth2CallbackView, request, provider_id)


def _view(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        answer: HttpResponse = view.adapter_view(Adapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (OSError, KeyError) as error:  # every failure of requests is an OSError
        log.warning("outside_provider_silent", provider=provider_id, error=type(error).__name__)
        messages.error(request, SILENT)
        return redirect("account_login")
    except UpdateError:  # the session ended meanwhile, in another tab
        request.session.flush()
        return redirect("account_login")
    return answer
