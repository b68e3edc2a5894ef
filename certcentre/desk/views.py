"""The work page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from certcentre.accounts.people import signed_in_user
from certcentre.desk.worklists import waiting_for


def work(request: HttpRequest) -> HttpResponse:
    """What waits for whoever is signed in."""
    return render(
        request, "desk/work.html", {"work": waiting_for(signed_in_user(request), at=timezone.now())}
    )
