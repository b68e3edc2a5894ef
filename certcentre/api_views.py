"""What every view of the API does alike: it refuses names that it does not know."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

from certcentre.api_input import LANGUAGE


class ApiView(APIView):
    """A view that takes the names of its filters and pages, those in `takes`, and no other; one
    that `speaks` takes `language` too, before what the reader's program asks for by header."""

    takes: tuple[str, ...] = ()
    speaks = False

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_unknown(set(request.query_params) - set(self.known_names()))
        if self.speaks and LANGUAGE in request.query_params:
            translation.activate(known_language(request.query_params[LANGUAGE]))

    def known_names(self) -> list[str]:
        names = [*self.takes, *([LANGUAGE] if self.speaks else [])]
        names += [*getattr(getattr(self, "filterset_class", None), "base_filters", ())]
        if paginator := getattr(self, "paginator", None):
            names += [paginator.page_query_param, paginator.page_size_query_param]
        return names


def known_language(code: str) -> str:
    """A language of the portal; 400 naming them for another."""
    codes = [known for known, _name in settings.LANGUAGES]
    if code not in codes:
        words = gettext("We have these languages: %(codes)s.") % {"codes": ", ".join(codes)}
        raise ValidationError({LANGUAGE: [words]})
    return code


class Known(serializers.Serializer[Any]):
    """A body whose keys are the fields. A key that is none was meant for something: it is named."""

    def to_internal_value(self, data: object) -> Any:
        if isinstance(data, dict):
            refuse_unknown(set(data) - set(self.fields))
        return super().to_internal_value(data)


def refuse_unknown(names: set[str]) -> None:
    if names:
        words = gettext("There is no such name here.")
        raise ValidationError({name[:80]: [words] for name in sorted(names)[:20]})
