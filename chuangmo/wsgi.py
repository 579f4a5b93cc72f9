"""WSGI entry point: `gunicorn chuangmo.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangmo.settings")

application = get_wsgi_application()
