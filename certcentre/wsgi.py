"""The web process. Without a broker it also runs the jobs, in a thread started only here."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "certcentre.settings")
application = get_wsgi_application()

from certcentre.desk import worker  # noqa: E402 (models may be imported only from here on)

gc.collect()
gc.freeze()  # what was loaded stays, and is not looked through again while pages are made
worker.start()
