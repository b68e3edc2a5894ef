"""Products described by facts, answered, proven and declared, as their providers would."""

from datetime import datetime, timedelta
from random import Random
from zlib import crc32

from django.core.files.base import ContentFile

from certcentre.accounts.models import Organisation, User
from certcentre.desk.demo.products import Product, facts_of, read
from standards.assessment.answers import Answer, waiting
from standards.assessment.assessments import Assessment
from standards.assessment.declarations import Declaration
from standards.assessment.evidence import Evidence
from standards.assessment.many_answers import assign_many
from standards.assessment.solutions import Release, Solution
from standards.assessment.teamwork import editors_of, remark
from standards.catalogue.editions import Domain, Edition, Level, Obligation
from standards.catalogue.profiles import Profile

Shelf = dict[str, tuple[Organisation, User]]  # provider key → organisation and its person
Declared = dict[tuple[str, str], Declaration]  # (name, release line) → its last declaration
REASONS = {
    "partly_met": (
        "Most screens do; the older settings pages follow in the next release.",
        "Done on the web. The Android app follows by March.",
        "Met for new content; earlier content is being reworked, half is done.",
    ),
    "not_met": (
        "Planned, with no date yet.",
        "Not in this release; we start on it in the spring.",
    ),
}
PROOF = {
    Domain.ACCESSIBILITY: "Accessibility test report",
    Domain.SECURITY: "Penetration test summary",
    Domain.LEGAL: "Privacy notice and processing record",
    Domain.CHILD_RIGHTS: "Child safety policy",
}
OTHER_PROOF = "Product handbook"
MEASURED = "page,kilobytes,seconds_on_2g\nhome,38,2.1\nstory,61,3.4\nprogress,22,1.3\n"


def make(providers: Shelf, solid: set[tuple[str, str]], *, at: datetime) -> Declared:
    """Every product, the earliest first; what is `solid` (name, edition) is all met."""
    made: Declared = {}
    declared, unfinished = read()
    for product in declared:
        made |= offer(product, *providers[product.provider], solid, at=at)
    organisation, by = providers[unfinished.provider]
    release = describe(unfinished, organisation, by, at=at - timedelta(days=unfinished.days))
    draft = begin(unfinished, release, by, at=at - timedelta(days=5))
    answer(unfinished, draft, by, solid, at=at - timedelta(days=1), share=0.6)
    share(draft, by, at=at - timedelta(hours=20))
    return made


def share(draft: Assessment, by: User, *, at: datetime) -> None:
    """What is left is given to colleagues, the first of it with a question."""
    left = list(draft.answers.filter(waiting()).with_provider().in_order()[:6])
    for colleague in editors_of(draft).exclude(pk=by.pk)[:1]:
        seen = {each.pk: each.revision for each in left}
        due = (at + timedelta(days=9)).date()
        assign_many(draft, seen, colleague, due, by=by, at=at)
        words = "Which of our two log-in pages does this speak of?"
        remark(left[0], words=words, asks=colleague, by=by, at=at)


def offer(
    product: Product,
    organisation: Organisation,
    by: User,
    solid: set[tuple[str, str]],
    *,
    at: datetime,
) -> Declared:
    """One product: its first release declared, perhaps again, perhaps a second release."""
    then = at - timedelta(days=product.days)
    release = describe(product, organisation, by, at=then - timedelta(days=12))
    draft = begin(product, release, by, at=then - timedelta(days=9))
    answer(product, draft, by, solid, at=then - timedelta(days=1))
    prove(product, draft, organisation, by, at=then - timedelta(days=1))
    made = {(product.name, product.label): sign(draft, by, at=then)}
    if product.renewed:
        then = at - timedelta(days=product.renewed)
        again = Assessment.start(release, by=by, at=then)
        prove(product, again, organisation, by, at=then)
        sign(again, by, at=then)
    if product.then:
        label, days = product.then
        then = at - timedelta(days=days)
        made[product.name, label] = follow(product, release, label, by, solid, at=then)
    return made


def describe(product: Product, organisation: Organisation, by: User, *, at: datetime) -> Release:
    """The solution, its first release and its facts."""
    solution = Solution.create(
        organisation,
        by=by,
        at=at,
        name=product.name,
        summary=product.summary,
        website="https://example.org/",
        release_label=product.label,
    )
    release = solution.releases.get()
    release.solution = solution
    places = {"countries": product.countries, "languages": product.languages}
    size = {"provider_size": organisation.size}
    facts = facts_of(product.kind, home=organisation.country, **places, **{**size, **product.facts})
    release.state_facts(facts, by=by, at=at)
    return release


def begin(product: Product, release: Release, by: User, *, at: datetime) -> Assessment:
    """A draft over the product's sets: the starter profile, editions, editions at a level."""
    profiles = [starter for starter in product.sets if "starter" in starter]
    editions = []
    for name in product.sets:
        key, _, level = name.partition("@")
        if name not in profiles:
            edition = Edition.objects.get(key=key)
            grade = Level.objects.get(edition=edition, key=level) if level else None
            editions.append((edition, grade))
    profile = Profile.objects.get(key=profiles[0]) if profiles else None
    return Assessment.start(release, by=by, at=at, profile=profile, editions=editions)


def answer(
    product: Product,
    draft: Assessment,
    by: User,
    solid: set[tuple[str, str]],
    *,
    at: datetime,
    share: float = 1.0,
) -> None:
    """Answer what no rule has marked; the same product always answers the same."""
    chance = Random(product.name)  # noqa: S311 (examples, not secrets)
    answers = draft.answers.select_related("criterion__level", "criterion__edition")
    for answer in answers.exclude(origin=Answer.Origin.RULE).order_by("pk"):
        answer.assessment = draft
        key = answer.criterion.key
        open_ = answer.criterion.level.obligation != Obligation.MUST and chance.random() < 0.4
        firm = (product.name, answer.criterion.edition.key) in solid
        if chance.random() >= share or (open_ and not firm):
            continue
        value = product.weak.get(key, "met")
        if not firm and chance.random() < product.rough:
            value = chance.choice(("partly_met", "partly_met", "not_met"))
        reason = chance.choice(REASONS[value]) if value in REASONS else ""
        answer.give(value=value, reason=reason, by=by, at=at, revision=answer.revision)


def prove(
    product: Product, draft: Assessment, organisation: Organisation, by: User, *, at: datetime
) -> None:
    """File evidence by domain, and let a share of the met answers rest on it."""
    chance = Random(f"{product.name} {at:%Y}")  # noqa: S311
    filed: dict[str, Evidence] = {}
    met = draft.answers.filter(value="met").select_related("criterion").order_by("pk")
    for answer in met:
        if chance.random() >= product.proven:
            continue
        answer.assessment = draft
        title = PROOF.get(Domain(answer.criterion.domain), OTHER_PROOF)
        if title not in filed:
            filed[title] = file(product, title, organisation, by, at=at)
        answer.attach(filed[title], by=by, at=at)


def file(
    product: Product, title: str, organisation: Organisation, by: User, *, at: datetime
) -> Evidence:
    """A link; the demo provider's handbook is a file, so that there is one to open."""
    name = f"{title}: {product.name}"
    since = (at - timedelta(days=20)).date()
    if product.provider == "soma" and title == OTHER_PROOF:
        content = ContentFile(MEASURED.encode(), name="measured.csv")
        return Evidence.add_file(
            organisation, by=by, at=at, title=name, file=content, speaks_from=since
        )
    link = f"https://example.org/evidence/{crc32(name.encode()):08x}/{title.split()[0].lower()}"
    return Evidence.add_link(organisation, by=by, at=at, title=name, link=link, speaks_from=since)


def sign(draft: Assessment, by: User, *, at: datetime) -> Declaration:
    return Declaration.sign(draft, by=by, at=at, signatory_name=by.name, signatory_role="Director")


def follow(
    product: Product,
    first: Release,
    label: str,
    by: User,
    solid: set[tuple[str, str]],
    *,
    at: datetime,
) -> Declaration:
    """A second release: every carried answer is looked at and confirmed, then declared."""
    solution = first.solution
    release = Release.add(solution, by=by, at=at - timedelta(days=10), label=label)
    release.solution = solution
    draft = Assessment.start(release, by=by, at=at - timedelta(days=8))
    answer(product, draft, by, solid, at=at - timedelta(days=1))
    prove(product, draft, solution.organisation, by, at=at - timedelta(days=1))
    return sign(draft, by, at=at)
