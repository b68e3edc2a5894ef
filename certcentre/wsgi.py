"""The web process. Without a broker it also runs the jobs, in a thread started only here."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "certcentre.settings")
application = get_wsgi_application()

from certcentre.desk import worker  # noqa: E402 (models may be imported only from here on)

worker.start()
