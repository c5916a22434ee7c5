"""The web process: pages and API."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satupintu.site.settings")
if settings.TRACES:
    from satupintu.site import traces

    traces.start("web")
application = get_wsgi_application()
# What is loaded by now stays for good, and a page makes few cycles: to look for them as often as
# Python does by itself took a tenth of each answer.
gc.freeze()
gc.set_threshold(50_000, 20, 50)
