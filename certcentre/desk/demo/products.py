"""The demo's products: what each is, what it declares, and how well it does; see products.yaml.

Their facts: kinds that products start from, and what each then changes."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Facts = dict[str, Any]

BASE: Facts = {
    "product_kind": ["learning_app"],
    "delivery": ["web"],
    "audience_age": ["6-9", "10-12"],
    "stages": ["isced_1"],
    "price_model": ["per_school"],
    "direct_users": ["learner", "teacher"],
    "learner_login": "school_sso",
    "provider_size": "small",
    "buyer_type": ["public_school"],
    "provider_role": ["processor"],
    "personal_data": ["school_identifier", "learning_activity"],
    "data_origin": ["provided", "observed"],
    "retention": "days_90",
    "uses_subprocessors": True,
    "subprocessors": ["Example Hosting | KE | servers"],
    "ai_use": ["none"],
    "ai_effect": "nothing",
    "hosting": "saas",
    "integrations": ["none"],
    "content_type": ["text", "image", "interactive"],
    "flashing_or_motion": "none",
    "authoring": False,
    "interaction": "none",
    "advertising": "none",
    "payments": "nobody",
    "issues_credentials": False,
    "assessment_stakes": "formative",
    "claims_learning_effect": False,
    "claims_needs_support": False,
    "connectivity": "tolerates_gaps",
    "open_source": False,
    "minor_users": "under_10k",
}
KINDS: dict[str, Facts] = {
    "reading": {
        "subjects": ["reading_writing", "first_language"],
        "price_model": ["per_learner", "per_country"],
        "delivery": ["android", "offline_package"],
        "learner_login": "class_code",
        "personal_data": ["school_identifier", "learning_activity", "voice_audio"],
        "hosting": "hybrid",
        "content_type": ["text", "image", "audio", "interactive"],
        "claims_learning_effect": True,
        "claims_needs_support": True,
        "connectivity": "works_offline",
    },
    "tutor": {
        "product_kind": ["adaptive_tutor"],
        "subjects": ["mathematics"],
        "stages": ["isced_1", "isced_2"],
        "price_model": ["per_learner"],
        "audience_age": ["10-12", "13-15"],
        "personal_data": [
            "school_identifier",
            "learning_activity",
            "assessment_results",
            "inferred_profiles",
        ],
        "ai_use": ["recommendation", "automated_scoring"],
        "ai_effect": "steers_learning",
        "integrations": ["oidc", "lti", "rest_api"],
        "content_type": ["text", "math", "interactive", "video_recorded"],
        "interaction": "teacher_learner",
        "minor_users": "10k_to_1m",
    },
    "chat": {
        "product_kind": ["communication"],
        "subjects": ["none"],
        "stages": ["isced_1", "isced_2", "isced_3"],
        "delivery": ["web", "android", "ios"],
        "audience_age": ["10-12", "13-15", "16-17"],
        "direct_users": ["learner", "teacher", "parent"],
        "personal_data": ["contact", "learning_activity", "image_video", "free_text"],
        "content_type": ["text", "image", "user_generated"],
        "authoring": True,
        "interaction": "class_only",
        "connectivity": "always_online",
        "assessment_stakes": "none",
    },
    "lms": {
        "product_kind": ["lms"],
        "subjects": ["none"],
        "stages": ["isced_1", "isced_2", "isced_3"],
        "delivery": ["web", "android"],
        "audience_age": ["10-12", "13-15", "16-17", "18+"],
        "direct_users": ["learner", "teacher", "school_admin"],
        "buyer_type": ["ministry", "public_school"],
        "personal_data": [
            "contact",
            "school_identifier",
            "learning_activity",
            "assessment_results",
        ],
        "integrations": ["lti", "oidc", "common_cartridge"],
        "content_type": ["text", "image", "video_recorded", "user_generated"],
        "authoring": True,
        "interaction": "teacher_learner",
        "assessment_stakes": "school_summative",
        "minor_users": "10k_to_1m",
    },
    "library": {
        "product_kind": ["content_library"],
        "subjects": ["reading_writing", "first_language"],
        "stages": ["isced_1", "isced_2"],
        "price_model": ["free"],
        "delivery": ["web", "offline_package"],
        "audience_age": ["6-9", "10-12", "13-15"],
        "learner_login": "none",
        "buyer_type": ["public_school", "nonprofit"],
        "provider_role": ["no_personal_data"],
        "personal_data": ["none"],
        "data_origin": ["none"],
        "retention": "none",
        "uses_subprocessors": False,
        "subprocessors": [],
        "content_type": ["text", "image", "audio", "video_recorded", "epub"],
        "assessment_stakes": "none",
        "connectivity": "works_offline",
        "open_source": True,
    },
    "science": {
        "subjects": ["science"],
        "stages": ["isced_2", "isced_3"],
        "audience_age": ["13-15", "16-17"],
        "content_type": ["text", "image", "interactive", "game"],
        "flashing_or_motion": "motion_only",
    },
    "exam": {
        "product_kind": ["assessment"],
        "subjects": ["none"],
        "stages": ["isced_3", "isced_4"],
        "price_model": ["per_learner"],
        "delivery": ["web", "desktop"],
        "audience_age": ["16-17", "18+"],
        "direct_users": ["learner", "school_admin"],
        "learner_login": "own_account",
        "personal_data": ["contact", "assessment_results", "device_identifiers"],
        "integrations": ["lti", "rest_api", "qti"],
        "content_type": ["text", "image"],
        "assessment_stakes": "national_exam",
        "connectivity": "always_online",
    },
    "teacher": {
        "product_kind": ["teacher_tool"],
        "subjects": ["teaching"],
        "stages": ["isced_1", "isced_2", "isced_3"],
        "audience_age": ["18+"],
        "direct_users": ["teacher"],
        "learner_login": "not_used_by_learners",
        "personal_data": ["contact", "free_text"],
        "content_type": ["text", "image"],
        "authoring": True,
        "assessment_stakes": "none",
    },
}


@dataclass(frozen=True)
class Product:
    """A solution and its first release, as its provider describes and declares it."""

    provider: str
    name: str
    summary: str
    kind: str
    countries: str
    languages: str
    label: str
    days: int  # declared so many days ago
    sets: tuple[str, ...] = ("starter",)
    rough: float = 0.08  # share of answers that are not fully met
    proven: float = 0.5  # share of met answers with evidence
    weak: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    renewed: int = 0  # declared again so many days ago
    then: tuple[str, int] | None = None  # a second release, declared so many days ago


def read() -> tuple[list[Product], Product]:
    """All that are declared, the earliest first; and the one that is half answered."""
    content = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
    products = [Product(**product) for product in content["products"]]
    return sorted(products, key=lambda product: -product.days), Product(**content["draft"])


def facts_of(kind: str, *, home: str, countries: str, languages: str, **changed: Any) -> Facts:
    """The facts of a product of a kind, offered in the countries and languages named."""
    places = countries.split()
    return {
        **BASE,
        **KINDS[kind],
        "provider_country": home,
        "countries_offered": places,
        "data_location": [home],
        "subprocessors": [f"Example Hosting | {home} | servers"],
        "languages": languages.split(),
        **changed,
    }
