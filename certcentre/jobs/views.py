"""How far a job is, and the file it made."""

import uuid

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext

from certcentre.jobs.models import Job


def job(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The page asks again by itself until the job has ended; it says when nothing takes up work."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    context = {"job": job, "untaken_since": job.untaken_since(at=timezone.now())}
    part = request.headers.get("HX-Request") == "true"
    return render(request, "jobs/_job.html" if part else "jobs/job.html", context)


def job_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """What the job made, for the person who asked for it."""
    ready = Job.objects.visible_to(request.user).filter(status=Job.Status.DONE)
    job = get_object_or_404(ready, pk=pk)
    if not default_storage.exists(str(job.file.name)):
        raise Http404(gettext("This file was cleared away. Ask for it again."))
    return FileResponse(job.file.open(), as_attachment=True, filename=job.file_name)
