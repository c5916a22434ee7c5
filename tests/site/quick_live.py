"""The live process with a quick pulse, so that tests need not wait."""

from __future__ import annotations

from satupintu.site import live

live.BEAT_SECONDS = live.SIGN_IN_CHECK_SECONDS = 1

application = live.application
