"""The shapes of standards, editions and criteria as the API gives them."""

from typing import Any

from rest_framework import serializers

from standards.catalogue.editions import Criterion, Edition, Level, Mapping, Standard


class StandardShape(serializers.ModelSerializer[Standard]):
    editions = serializers.SlugRelatedField[Edition](
        slug_field="key", many=True, read_only=True, source="published_editions"
    )

    class Meta:
        model = Standard
        fields = ["key", "name", "issuing_body", "editions"]


class LevelShape(serializers.ModelSerializer[Level]):
    class Meta:
        model = Level
        fields = ["key", "label", "obligation", "cumulative"]


class EditionShape(serializers.ModelSerializer[Edition]):
    standard = serializers.SlugRelatedField[Standard](slug_field="key", read_only=True)
    category = serializers.CharField(source="seed_category")
    levels = LevelShape(many=True)
    criteria = serializers.IntegerField(
        source="total", help_text="How many criteria the edition has."
    )
    published = serializers.CharField(source="published_text")

    class Meta:
        model = Edition
        fields = [
            "key",
            "standard",
            "name",
            "version",
            "issuing_body",
            "reference",
            "status",
            "published",
            "effective_from",
            "domain",
            "category",
            "jurisdictions",
            "levels",
            "criteria",
            "text_licence",
            "may_quote_text",
            "catalogue_licence",
            "notice",
            "last_checked",
            "words_digest",
        ]


class CriterionShape(serializers.ModelSerializer[Criterion]):
    id = serializers.CharField(source="key")
    edition = serializers.CharField(source="edition.key")
    level = serializers.CharField(source="level.key")
    obligation = serializers.CharField(source="level.obligation")
    category = serializers.CharField(source="edition.seed_category")

    class Meta:
        model = Criterion
        fields = [
            "id",
            "edition",
            "ref",
            "title",
            "statement",
            "evidence_hint",
            "level",
            "obligation",
            "domain",
            "category",
            "group",
            "verification",
        ]


class RelationShape(serializers.Serializer[dict[str, Any]]):
    """A mapping seen from one criterion: this criterion <relation> the other."""

    criterion = serializers.CharField()
    title = serializers.CharField()
    relation = serializers.ChoiceField(choices=Mapping.Relation.choices)
    note = serializers.CharField()
    status = serializers.CharField()


class CriterionDetailShape(CriterionShape):
    mappings = RelationShape(many=True, source="relations")

    class Meta(CriterionShape.Meta):
        fields = [*CriterionShape.Meta.fields, "mappings"]


class FactsShape(serializers.Serializer[dict[str, Any]]):
    """What is asked of `applies`."""

    facts = serializers.DictField(help_text="Answers by fact. What is left out is unknown.")


class FiredShape(serializers.Serializer[dict[str, Any]]):
    """A rule that fired."""

    rule = serializers.CharField()
    effect = serializers.CharField()
    standard = serializers.CharField(help_text="The key of the edition.")
    level = serializers.CharField()
    criteria = serializers.ListField(child=serializers.CharField())
    also_expected = serializers.ListField(
        child=serializers.CharField(),
        help_text="Criteria of the edition that the law does not refer to; they are expected.",
    )
    reason = serializers.CharField()
    basis = serializers.CharField()
    applies_from = serializers.DateField(allow_null=True)
    comes = serializers.BooleanField(help_text="The date is still ahead.")


class AppliedShape(serializers.Serializer[dict[str, Any]]):
    """What applies."""

    rules = FiredShape(many=True)
    criteria = serializers.DictField(child=serializers.CharField())
    standards = serializers.DictField(child=serializers.CharField())
    flags = serializers.ListField(child=serializers.CharField())
    open = serializers.ListField(child=serializers.CharField())
