"""The same application for an ASGI server; jobs then need a worker or `manage.py work`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "certcentre.settings")
application = get_asgi_application()
