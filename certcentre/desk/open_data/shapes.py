"""Shapes of open data that have no door of their own in the API."""

from datetime import datetime
from typing import Any, cast

from rest_framework import serializers

from certcentre import links
from standards.assessment.claims import Claim
from standards.attestation.accreditation import Accreditation
from standards.attestation.external import ExternalCertificate
from standards.registry.serializers import ClaimShape, ProviderShape


class ClaimLineShape(ClaimShape):
    """A claim of a product on the register, also one that ran out or was ended. `source` is the
    number of the declaration or certificate that it rests on; a finding has none."""

    solution = serializers.UUIDField(source="release.solution_id")
    release = serializers.CharField(source="release.label")
    ended = serializers.DateTimeField(source="ended_at", allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        source = serializers.SerializerMethodField(method_name="public_source")
        return {**super().get_fields(), "source": source}

    def public_source(self, claim: Claim) -> str | None:
        return None if claim.basis == Claim.Basis.FINDING else claim.source


class AccreditationShape(serializers.Serializer[Accreditation]):
    """What a body may attest: the keys of editions, and the countries of providers, where none
    means all. `status` is as its dates say: `coming`, `active`, `expired`, or as the centre left
    it: `suspended`, as is one whose body is suspended or closed, or `withdrawn`."""

    number = serializers.CharField()
    status = serializers.SerializerMethodField()
    body = ProviderShape()
    editions = serializers.SerializerMethodField()
    countries = serializers.ListField(child=serializers.CharField())
    valid_from = serializers.DateField()
    valid_until = serializers.DateField()
    granted_at = serializers.DateTimeField()
    url = serializers.SerializerMethodField()

    def get_status(self, accreditation: Accreditation) -> str:
        return accreditation.standing_at(cast(datetime, self.context["at"]))

    def get_editions(self, accreditation: Accreditation) -> list[str]:
        return sorted(edition.key for edition in accreditation.editions.all())

    def get_url(self, accreditation: Accreditation) -> str:
        return links.full(accreditation.get_absolute_url())


class ExternalShape(serializers.Serializer[ExternalCertificate]):
    """A certificate of an outside scheme that somebody independent made sure of. `status` is
    `recorded`, `ended` early, or `lapsed`; `assurance` is what it gives the criteria it names."""

    number = serializers.CharField()
    status = serializers.SerializerMethodField()
    scheme = serializers.CharField(source="scheme.name")
    issuer = serializers.CharField()
    their_number = serializers.CharField()
    scope = serializers.CharField()
    exclusions = serializers.CharField()
    criteria = serializers.SerializerMethodField()
    assurance = serializers.IntegerField(allow_null=True)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField()
    solution = serializers.UUIDField(source="release.solution_id")
    release = serializers.CharField(source="release.label")
    url = serializers.SerializerMethodField()

    def get_status(self, external: ExternalCertificate) -> str:
        return external.status_at(cast(datetime, self.context["at"]))

    def get_criteria(self, external: ExternalCertificate) -> list[str]:
        return sorted(criterion.key for criterion in external.criteria.all())

    def get_url(self, external: ExternalCertificate) -> str:
        return links.full(external.get_absolute_url())


class FigureShape(serializers.Serializer[Any]):
    """How often a public step was taken in a month, `2026-11`. Of nobody in particular."""

    month = serializers.CharField()
    step = serializers.CharField()
    words = serializers.CharField()
    count = serializers.IntegerField()


class RecordShape(serializers.Serializer[Any]):
    """The record of one process (OCDS 1.1): its releases, and how it stands now."""

    ocid = serializers.CharField()
    releases = serializers.ListField(child=serializers.DictField())
    compiledRelease = serializers.DictField()  # as the standard spells it
