"""The live process that never looks by itself who is still signed in."""

from __future__ import annotations

from satupintu.site import live

live.BEAT_SECONDS, live.SIGN_IN_CHECK_SECONDS = 1, 3600

application = live.application
