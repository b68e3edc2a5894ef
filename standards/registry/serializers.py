"""Shapes of the register's data."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from certcentre import links
from certcentre.api_views import Known
from standards.assessment.claims import Claim, Outcome
from standards.assessment.solutions import Release, Solution
from standards.attestation.accreditation import Accreditation
from standards.attestation.certificates import Certificate
from standards.catalogue.editions import Obligation
from standards.registry.matching.facts import ALL, ANY, ONLY
from standards.registry.matching.narrowing import Where
from standards.registry.matching.qualifying import Requirement
from standards.registry.needs import State
from standards.registry.public_facts import public_facts
from standards.registry.verify.records import found_since, status_shown
from standards.registry.verify.verdicts import State as VerdictState
from standards.registry.verify.verdicts import Verdict

MOST_REQUIREMENTS = 2000
MOST_PLACES = 300
OF_CRITERIA, OF_FACTS = ("least", "must_be_present", "alternatives"), ("values", "how")


class EarlierNameShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    until = serializers.DateField()


class ProviderShape(serializers.Serializer[Any]):
    """An organisation; its earlier names the latest first."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    country = serializers.CharField()
    earlier_names = EarlierNameShape(source="formerly", many=True)


class PartiesShape(serializers.Serializer[Any]):
    provider = serializers.CharField(source="provider.name")
    body = serializers.CharField(source="body.name")


class SolutionShape(serializers.Serializer[Solution]):
    """A listed solution, as its current release stands."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    summary = serializers.CharField()
    website = serializers.CharField()
    url = serializers.SerializerMethodField()
    provider = ProviderShape(source="organisation")
    release = serializers.CharField(source="current_release.label")
    public_since = serializers.DateTimeField(source="current_release.public_since")

    def get_url(self, solution: Solution) -> str:
        return links.full(solution.get_absolute_url())


class LackingShape(serializers.Serializer[Any]):
    """A need that is supported in part: `lacks` has the criteria of each check that is not met,
    of which one is enough."""

    need = serializers.CharField()
    met = serializers.IntegerField()
    of = serializers.IntegerField()
    lacks = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))


class SolutionLineShape(SolutionShape):
    """A line of the list. `assurance` is how well what was asked for is proven: the lowest of the
    checks of each need, and what a criterion of the standard is met at; null where neither is.
    `partly`: what it lacks of the needs of which a part was asked for. `only_said`: whose word
    the connection is that was asked for, and how it stands in the need that checks it; empty where
    none was."""

    assurance = serializers.SerializerMethodField()
    partly = serializers.SerializerMethodField()
    only_said = serializers.SerializerMethodField()

    def get_assurance(self, solution: Solution) -> int | None:
        assured = self.context["assured"].get(solution.pk)
        return assured.level if assured else None

    def get_only_said(self, solution: Solution) -> str:
        words: Mapping[UUID, str] = self.context["only_said"]
        return words.get(solution.pk, "")

    @extend_schema_field(LackingShape(many=True))
    def get_partly(self, solution: Solution) -> list[dict[str, Any]]:
        return [each._asdict() for each in self.context["lacking"].get(solution.pk, [])]


class ClaimShape(serializers.Serializer[Claim]):
    """An effective claim; its `id` stays the same for ever. `accepted` says by whom, where the
    outcome is *not applicable*."""

    id = serializers.IntegerField()
    criterion = serializers.CharField(source="criterion.key")
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    assurance = serializers.IntegerField()
    basis = serializers.ChoiceField(choices=Claim.Basis.choices)
    to = serializers.DateTimeField(source="valid_until", allow_null=True)
    accepted = serializers.SerializerMethodField()

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        return {**fields, "from": serializers.DateTimeField(source="valid_from")}

    def get_accepted(self, claim: Claim) -> str | None:
        return (claim.accepted_by or "nobody") if claim.outcome == "not_applicable" else None


class NeedShape(serializers.Serializer[Any]):
    """A derived learner need; `assurance` is the lowest of the claims it rests on."""

    need = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    assurance = serializers.IntegerField(allow_null=True)
    met = serializers.IntegerField()
    of = serializers.IntegerField()
    barriers = serializers.ListField(child=serializers.CharField())
    until = serializers.DateTimeField(allow_null=True)


class SolutionDetailShape(SolutionShape):
    """With the facts as declared, which are the provider's word, the effective claims, and the
    needs derived from them."""

    facts = serializers.SerializerMethodField()
    claims = ClaimShape(many=True)
    needs = NeedShape(many=True)

    @extend_schema_field(serializers.JSONField())
    def get_facts(self, solution: Solution) -> dict[str, Any]:
        release = cast(Release, solution.current_release)
        return public_facts(release.declared_facts)


class CertificateShape(serializers.Serializer[Certificate]):
    """A certificate, or a verification of a part; `status` is as of the request.

    `disagrees`: it is not what the log says of it, and nobody should rely on it. `as_issued` has
    the names that it was issued with, `provider` and `body` those of today.
    """

    number = serializers.CharField()
    status = serializers.SerializerMethodField()
    complete = serializers.BooleanField()
    edition = serializers.CharField(source="edition.key")
    level = serializers.CharField(source="level.key", default=None, allow_null=True)
    named = serializers.IntegerField(source="named_count")
    covered = serializers.IntegerField(source="covered_count")
    provider = serializers.CharField(source="release.solution.organisation.name")
    body = serializers.CharField(source="body.name")
    as_issued = PartiesShape(source="facts")
    solution = serializers.UUIDField(source="release.solution_id")
    release = serializers.CharField(source="release.label")
    issued_at = serializers.DateTimeField()
    valid_until = serializers.DateTimeField()
    surveillance_due = serializers.DateField(allow_null=True)
    url = serializers.SerializerMethodField()

    def get_status(self, certificate: Certificate) -> str:
        return status_shown(certificate, at=self.context["at"])

    def get_url(self, certificate: Certificate) -> str:
        return links.full(f"/certificates/{certificate.number}/")


class FoundSinceShape(serializers.Serializer[Any]):
    """What was found against a criterion that it attests, after it was issued."""

    criterion = serializers.CharField(source="key")
    outcome = serializers.CharField()
    basis = serializers.CharField()


class WholeCertificateShape(CertificateShape):
    """With what was found otherwise since: of these criteria it proves nothing any more."""

    found_since = serializers.SerializerMethodField()

    @extend_schema_field(FoundSinceShape(many=True))
    def get_found_since(self, certificate: Certificate) -> list[dict[str, Any]]:
        return list(FoundSinceShape(found_since(certificate), many=True).data)


class TermsShape(serializers.Serializer[Any]):
    """What a body says of its examinations itself."""

    fee_from = serializers.IntegerField()
    fee_to = serializers.IntegerField()
    currency = serializers.CharField()
    lead_days = serializers.IntegerField()
    languages = serializers.ListField(child=serializers.CharField())
    contact = serializers.CharField()
    stated_at = serializers.DateTimeField()


class AccreditationShape(serializers.Serializer[Accreditation]):
    """What a body may attest; `standing` is as of the request, `countries` empty is everywhere."""

    number = serializers.CharField()
    standing = serializers.SerializerMethodField()
    body = ProviderShape()
    editions = serializers.SerializerMethodField()
    countries = serializers.ListField(child=serializers.CharField())
    valid_from = serializers.DateField()
    valid_until = serializers.DateField()
    terms = TermsShape(source="body.terms", default=None, allow_null=True)
    url = serializers.SerializerMethodField()

    def get_standing(self, accreditation: Accreditation) -> str:
        return accreditation.standing_at(self.context["at"])

    def get_editions(self, accreditation: Accreditation) -> list[str]:
        return sorted(edition.key for edition in accreditation.editions.all())

    def get_url(self, accreditation: Accreditation) -> str:
        return links.full(accreditation.get_absolute_url())


class RequirementShape(Known):
    """A criterion by its key, with `least`, `must_be_present` and `alternatives`; or a fact with
    `values`, and `how`: any of them, all of them, or only these."""

    criterion = serializers.CharField(max_length=141, required=False)
    fact = serializers.CharField(max_length=40, required=False)
    values = serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=MOST_PLACES, required=False
    )
    how = serializers.ChoiceField(choices=(ANY, ALL, ONLY), default=ANY)
    obligation = serializers.ChoiceField(choices=Obligation.choices, default="must")
    least = serializers.IntegerField(min_value=1, max_value=4, default=1)
    must_be_present = serializers.BooleanField(default=False)
    alternatives = serializers.ListField(
        child=serializers.CharField(max_length=141), max_length=20, default=list
    )

    def to_internal_value(self, data: object) -> Any:
        values = super().to_internal_value(data)
        if isinstance(data, dict) and ("criterion" in data) != ("fact" in data):
            refuse_needless(data)
        return values

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("criterion" in attrs) == ("fact" in attrs) or ("values" in attrs) != ("fact" in attrs):
            words = gettext("Name a criterion, or a fact with its values.")
            raise serializers.ValidationError(words)
        return attrs

    @staticmethod
    def read(values: dict[str, Any]) -> Requirement:
        lists = {name: tuple(values.get(name, ())) for name in ("alternatives", "values")}
        return Requirement(**{**values, **lists})


def refuse_needless(sent: dict[str, Any]) -> None:
    """What means nothing beside a criterion, or beside a fact, was meant for something."""
    of_fact = "fact" in sent
    words = (
        gettext("Only a criterion takes this.") if of_fact else gettext("Only a fact takes this.")
    )
    needless = [name for name in (OF_CRITERIA if of_fact else OF_FACTS) if name in sent]
    if needless:
        raise serializers.ValidationError({name: [words] for name in needless})


class QuestionShape(Known):
    """What a tender asks for. Countries are ISO 3166 codes, languages BCP 47 tags: each of them is
    asked for, or any of them where `all_countries`, `all_languages` say false."""

    requirements = RequirementShape(many=True, max_length=MOST_REQUIREMENTS)  # type: ignore[call-arg]
    countries = serializers.ListField(
        child=serializers.RegexField(r"^[A-Za-z]{2}\Z"), max_length=MOST_PLACES, default=list
    )
    languages = serializers.ListField(
        child=serializers.RegexField(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}\Z"),
        max_length=MOST_PLACES,
        default=list,
    )
    all_countries = serializers.BooleanField(default=True)
    all_languages = serializers.BooleanField(default=True)

    @staticmethod
    def where(values: dict[str, Any]) -> Where:
        return Where(
            tuple(values["countries"]),
            tuple(values["languages"]),
            values["all_countries"],
            values["all_languages"],
        )


class MatchShape(serializers.Serializer[Any]):
    """How many listed solutions qualify, and how many would without each requirement.

    One that asks for a fact is named by it and what is asked, as `audience_age=6-9,10-12`;
    `unsaid` counts those that do not state the fact.
    """

    count = serializers.IntegerField()
    of = serializers.IntegerField()
    without = serializers.DictField(child=serializers.IntegerField())
    unsaid = serializers.DictField(child=serializers.IntegerField())
    facts_match = serializers.IntegerField()
    facts_unknown = serializers.IntegerField()
    without_facts = serializers.IntegerField()
    small = serializers.IntegerField()


class CredentialShape(serializers.Serializer[Any]):
    """A credential (an object, or a token as text), or a number of ours."""

    credential = serializers.JSONField(required=False)
    number = serializers.CharField(required=False)


class CheckShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    passed = serializers.BooleanField()
    text = serializers.CharField()


class PartShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    value = serializers.CharField()


class VerdictShape(serializers.Serializer[Verdict]):
    """The answer. `valid` is true for nothing but `state` *valid*; `parts` and
    `results` (by criterion) are what may be relied on, from signed words alone."""

    state = serializers.ChoiceField(choices=VerdictState.choices)
    valid = serializers.SerializerMethodField()
    title = serializers.CharField()
    reason = serializers.CharField(source="text")
    checks = CheckShape(many=True)
    parts = PartShape(many=True)
    results = PartShape(many=True)
    notes = serializers.ListField(child=serializers.CharField())
    number = serializers.CharField(allow_blank=True)
    url = serializers.SerializerMethodField()

    def get_valid(self, verdict: Verdict) -> bool:
        return verdict.state == VerdictState.VALID

    def get_url(self, verdict: Verdict) -> str:
        return links.full(verdict.path) if verdict.path else ""
