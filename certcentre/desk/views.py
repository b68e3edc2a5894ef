"""Home, work lists, health."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/home.html")


def work(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/work.html")


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is up; nothing else is asked."""
    return HttpResponse("up\n", content_type="text/plain")
