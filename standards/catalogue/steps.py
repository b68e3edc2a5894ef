"""What can happen to standards, editions, mappings, rules, profiles, needs and facts."""

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from certcentre.steps import Step, about, table

OF_STANDARD = about(standard="standard_id")
STANDARD_RENAMED = Step("standard.renamed", _("renamed"), public=_("Standard renamed"))
STANDARD_CHANGED = Step("standard.changed", _("changed"), public=_("Standard changed"))
EDITION_DRAFTED = Step("edition.drafted", _("drafted"))
EDITION_IMPORTED = Step("edition.imported", _("brought in from a file"))
EDITION_CHANGED = Step("edition.changed", _("changed"), public=_("Edition corrected"))
EDITION_TRANSLATED = Step(
    "edition.translated", _("translations changed"), public=_("Edition translated")
)
EDITION_TEXTS = Step(
    "edition.texts",
    _("digest of guidance, hints and translations taken"),
    public=_("Guidance, hints and translations of an edition put under a digest"),
)
EDITION_RESCHEDULED = Step(
    "edition.rescheduled",
    _("days changed"),
    public=_("Days of an edition changed"),
    followed=OF_STANDARD,
)
EDITION_DEPRECATED = Step(
    "edition.deprecated",
    _("to be deprecated"),
    public=_("Edition to be deprecated"),
    followed=OF_STANDARD,
)
EDITION_PUBLISHED = Step(
    "edition.published", _("published"), public=_("Edition published"), followed=OF_STANDARD
)
EDITION_WITHDRAWN = Step(
    "edition.withdrawn", _("withdrawn"), public=_("Edition withdrawn"), followed=OF_STANDARD
)
LEVEL_CHANGED = Step("level.changed", _("changed"), public=_("Level changed"))
LEVEL_TRANSLATED = Step("level.translated", _("translations changed"), public=_("Level translated"))
CRITERION_CHANGED = Step("criterion.changed", _("changed"), public=_("Criterion corrected"))
CRITERION_TRANSLATED = Step(
    "criterion.translated", _("translations changed"), public=_("Criterion translated")
)
MAPPING_PROPOSED = Step("mapping.proposed", _("proposed"))
MAPPING_CHANGED = Step("mapping.changed", _("changed"), public=_("Mapping changed"))
MAPPING_PUBLISHED = Step("mapping.published", _("published"), public=_("Mapping published"))
MAPPING_WITHDRAWN = Step("mapping.withdrawn", _("withdrawn"), public=_("Mapping withdrawn"))
RULE_PROPOSED = Step("rule.proposed", _("proposed"))
RULE_CHANGED = Step("rule.changed", _("changed"), public=_("Rule changed"))
RULE_TRANSLATED = Step("rule.translated", _("translations changed"), public=_("Rule translated"))
RULE_PUBLISHED = Step("rule.published", _("published"), public=_("Rule published"))
RULE_WITHDRAWN = Step("rule.withdrawn", _("withdrawn"), public=_("Rule withdrawn"))
PROFILE_PROPOSED = Step("profile.proposed", _("proposed"))
PROFILE_IMPORTED = Step("profile.imported", _("brought in from a file"))
PROFILE_CHANGED = Step("profile.changed", _("changed"), public=_("Profile changed"))
PROFILE_TRANSLATED = Step(
    "profile.translated", _("translations changed"), public=_("Profile translated")
)
PROFILE_PUBLISHED = Step("profile.published", _("published"), public=_("Profile published"))
PROFILE_WITHDRAWN = Step("profile.withdrawn", _("withdrawn"), public=_("Profile withdrawn"))
NEED_PROPOSED = Step("need.proposed", _("proposed"))
NEED_CHANGED = Step("need.changed", _("changed"), public=_("Learner need changed"))
NEED_TRANSLATED = Step(
    "need.translated", _("translations changed"), public=_("Learner need translated")
)
NEED_PUBLISHED = Step("need.published", _("published"), public=_("Learner need published"))
NEED_WITHDRAWN = Step("need.withdrawn", _("withdrawn"), public=_("Learner need withdrawn"))
FACT_CHANGED = Step("fact.changed", _("changed"), public=_("Fact changed"))
FACT_TRANSLATED = Step("fact.translated", _("translations changed"), public=_("Fact translated"))
GROUP_CHANGED = Step("countrygroup.changed", _("changed"), public=_("Country group changed"))
SCHEME_CHANGED = Step("scheme.changed", _("changed"), public=_("Outside scheme changed"))
SCHEME_TRANSLATED = Step(
    "scheme.translated", _("translations changed"), public=_("Outside scheme translated")
)

STEPS = table(globals())


def step_of(record: Model, verb: str) -> Step:
    """The step that many kinds of record take alike, from the table."""
    return STEPS[f"{record._meta.model_name}.{verb}"]
