"""What the reference says of every operation: the errors it may answer, in their one shape."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from certcentre.api_input import LANGUAGE

SPOKEN = OpenApiParameter(
    LANGUAGE,
    description=_("The language to read in; else that which `Accept-Language` asks for."),
    enum=[code for code, _name in settings.LANGUAGES],
)
PROBLEM = "application/problem+json"
ALWAYS = (400, 401, 406, 414, 429, 500, 503, 507)
WITH_A_BODY = (413, 415)


class ProblemShape(serializers.Serializer[Any]):
    """An error (RFC 9457). `errors` says by name which values cannot be taken, `problems` which
    rules stand against a step; `instance` names a mistake of ours as it is written down."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = serializers.DictField(required=False)  # type: ignore[assignment] # its own are none
    problems = serializers.ListField(child=serializers.CharField(), required=False)
    instance = serializers.CharField(required=False)


class Described(AutoSchema):
    """A view says in `refusals` which codes it answers beside the usual ones."""

    def get_operation(self, *given: Any, **named: Any) -> Any:
        operation = super().get_operation(*given, **named)
        if operation:
            shape = self.resolve_serializer(ProblemShape, "response").ref
            responses = operation["responses"]
            for code in self.refusals():
                words = HTTPStatus(code).phrase
                content = {PROBLEM: {"schema": shape}}
                responses.setdefault(str(code), {"description": words, "content": content})
            operation["responses"] = dict(sorted(responses.items()))
        return operation

    def get_override_parameters(self) -> list[Any]:
        spoken = [SPOKEN] if getattr(self.view, "speaks", False) else []
        return [*super().get_override_parameters(), *spoken]

    def refusals(self) -> list[int]:
        codes = [*ALWAYS, *getattr(self.view, "refusals", ())]
        if "{" in self.path or (self._is_list_view() and self._get_paginator()):
            codes.append(404)
        return [*codes, *WITH_A_BODY] if self.method == "POST" else codes

    def get_auth(self) -> list[dict[str, Any]]:
        """Nothing here needs an account: a session only shows officers their drafts."""
        return []
