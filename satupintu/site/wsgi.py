"""The web process: pages and API."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satupintu.site.settings")
if settings.TRACES:
    from satupintu.site import traces

    traces.start("web")
application = get_wsgi_application()
