"""An appeal goes to three who had no part in it: at every door, whoever named them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certcentre.accounts.models import Membership, User
from certcentre.desk.cases import panel
from certcentre.desk.cases.appeal import APPEALING, appeal, appealable, party
from certcentre.desk.cases.case import Case
from certcentre.desk.cases.panel import PanelMember
from certcentre.desk.notices import people_told
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.log.models import LogEntry
from certcentre.worklist import tasks
from standards.attestation.certificates import Certificate
from standards.attestation.decision import Decision
from standards.attestation.engagement import Engagement
from standards.attestation.findings import Finding
from tests import make
from tests.abilities.people import belong
from tests.desk.two_years import two_years
from tests.make.attestation import officer
from tests.make.cases import appeal as appealed
from tests.make.cases import refused
from tests.make.moment import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def lived(django_db_setup, django_db_blocker):
    with make.once(django_db_blocker, two_years) as world:
        yield world


@pytest.fixture
def now(monkeypatch, at):
    monkeypatch.setattr(timezone, "now", lambda: at + timedelta(hours=1))


def every_appeal():
    """An appeal against all in the world that can be, made a minute after."""
    for model in (Engagement, Certificate):
        for record in model.objects.all():
            if entry := appealable(record):
                at = entry.at + timedelta(minutes=1)
                if made := Case.objects.filter(appealed=entry).first():
                    yield record, made, made.received_at
                    continue
                rows = party(record).memberships.filter(role__in=APPEALING, until=None)
                if row := rows.first():
                    yield record, appeal(record, words="So?", by=row.user, at=at), at


def walked(record, case, at):
    """Who had a part, row by row."""
    engagement = record if isinstance(record, Engagement) else record.engagement
    people = {case.raised_by_id, engagement.evaluator_id}
    people |= {each.recorded_by_id for each in Finding.objects.filter(engagement=engagement)}
    people |= {each.pk for each in engagement.examiners.all()}
    people |= {each.decided_by_id for each in Decision.objects.filter(engagement=engagement)}
    about = Q(solution=engagement.declaration.release.solution) | Q(engagement=engagement)
    others = Case.objects.filter(about | Q(certificate__engagement=engagement))
    others = others.exclude(pk=case.pk)
    for each in (record, engagement, *others):
        people |= {entry.actor_id for entry in LogEntry.objects.about(each)}
    parties = {engagement.provider_id, engagement.body_id}
    for membership in Membership.objects.filter(organisation__in=parties):
        if membership.until is None or membership.until > at - timedelta(days=730):
            people.add(membership.user_id)
    return people - {None}


def barred(case, people, at):
    return panel.took_part(case) | panel.belonging(case, people, at=at)


def test_it_never_goes_to_anybody_who_had_a_part(lived, db):
    everybody, asked = list(User.objects.all()), 0
    for record, case, at in every_appeal():
        expected = walked(record, case, at)
        assert barred(case, everybody, at) == expected, record
        assert len(panel.unfit(case, everybody, at=at)) == len(expected) < len(everybody)
        asked += 1
    assert asked > 5


def test_the_control_a_part_that_is_not_asked_for_is_found(lived, db, monkeypatch):
    monkeypatch.setattr(panel, "hands_in", lambda engagement: set())
    monkeypatch.setattr(panel, "actors", lambda entries: set())
    assert any(
        barred(case, User.objects.all(), at) != walked(record, case, at)
        for record, case, at in every_appeal()
    )


def built_case():
    made = appealed(status="acknowledged")
    made.other = make.user("panel")
    return made


kept_case = make.kept(built_case)


@pytest.fixture
def case(kept_case, db):
    return kept_case()


def people_with_a_part(case):
    certificate = case.about
    provider, body = certificate.release.solution.organisation, certificate.body
    left = make.user("left")
    belong(left, provider, days=700)
    other = make.member(officer().memberships.first().organisation, "officer")
    make.case(certificate, words="It is not so.").acknowledge(by=other, at=AT)
    return {
        "who suspended it": body.second,
        "who examined": body.person,
        "who appeals": case.raised_by,
        "a member of the provider": make.member(provider, "editor"),
        "who left the provider lately": left,
        "who handled the complaint": other,
    }


def test_nobody_with_a_part_is_named(case, at):
    for words, person in people_with_a_part(case).items():
        with pytest.raises((NotReady, NotAllowed), match=r"had a part|belongs to a party"):
            case.empanel(by=case.handler, at=at, people=[person, *case.seated[:2]])
        assert person not in panel.sitting(case), words


def test_three_different_ones_and_not_who_names_them(case, at):
    first, second, third = case.seated
    for people in ([first, second], [first, first, second], [first, second, third, case.other]):
        with pytest.raises(NotReady, match="three persons, each once"):
            case.empanel(by=case.handler, at=at, people=people)
    with pytest.raises(NotReady, match="Whoever names the panel"):
        case.empanel(by=case.handler, at=at, people=[case.handler, first, second])
    case.empanel(by=case.handler, at=at, people=[first, second, case.other])
    assert panel.sitting(case) == [first, second, case.other]


def test_the_database_takes_nobody_twice_and_no_fourth(case, at):
    more = {"case": case, "named_at": at, "named_by": case.handler}
    for person, seat in ((case.seated[0], 3), (case.other, 1), (case.other, 4)):
        with pytest.raises(IntegrityError), transaction.atomic():
            PanelMember.objects.create(person=person, seat=seat, **more)


def test_two_do_not_decide(case, at):
    case.examine(by=case.seated[0], at=at, found="Seen.")
    PanelMember.objects.filter(case=case, seat=3).delete()
    who = {"by": case.seated[0], "at": at, "outcome": "upheld", "reason": "So."}
    with pytest.raises(NotReady, match="decided by three"):
        case.decide(agreed=True, **who)
    case.empanel(by=case.handler, at=at, people=[*case.seated[:2], case.other])
    with pytest.raises(NotReady, match="once the other two agree"):
        case.decide(agreed=False, **who)
    case.decide(agreed=True, **who)
    assert PanelMember.objects.filter(case=case, agreed_at=at).count() == 3
    with pytest.raises(IllegalMove):
        case.decide(agreed=True, **who)


def test_who_joins_a_party_meanwhile_decides_no_more(case, at):
    case.examine(by=case.seated[0], at=at, found="Seen.")
    belong(case.seated[0], case.about.body, "evaluator")
    who = {"at": at, "outcome": "upheld", "reason": "So.", "agreed": True}
    with pytest.raises(NotAllowed, match="You belong to a party"):
        case.decide(by=case.seated[0], **who)
    with pytest.raises(NotReady, match="belongs to a party"):
        case.decide(by=case.seated[1], **who)
    deed = f"Name the panel of {case.number}"
    assert deed in [task.title for task in tasks(case.handler, at=at)]
    case.empanel(by=case.handler, at=at, people=[*case.seated[1:], case.other])
    assert deed not in [task.title for task in tasks(case.handler, at=at)]


def test_officers_do_not_decide_and_whoever_took_the_step_does_not_name(case, at):
    with pytest.raises(NotAllowed, match="The panel"):
        case.examine(by=case.handler, at=at, found="Seen.")
    appeal_of_refusal = appealed(refused())
    with pytest.raises(NotAllowed, match="took the step"):
        appeal_of_refusal.acknowledge(by=appeal_of_refusal.appealed.actor, at=at)
    with pytest.raises(IllegalMove, match="Only an appeal"):
        make.case(status="acknowledged").empanel(by=officer(), at=at, people=case.seated)


def test_an_officer_names_them_by_address_and_they_find_it(case, now, at):
    client = Client()
    client.force_login(case.handler)
    address = reverse("case-empanel", args=[case.number])
    sent = {"first": case.other.email, "second": case.seated[1].email, "third": "no@example.org"}
    assert "Nobody has an account" in client.post(address, sent).text
    client.post(address, {**sent, "third": case.seated[2].email})
    assert panel.sitting(case) == [case.other, *case.seated[1:]]
    assert case.seated[0].name
    reader = Client()
    reader.force_login(case.other)
    page = reader.get(case.get_absolute_url()).text
    assert case.words in page
    assert reverse("case-examine", args=[case.number]) in page
    (task,) = tasks(case.other, at=timezone.now())
    assert task.url == case.get_absolute_url()
    left = Client()
    left.force_login(case.seated[0])
    assert case.words not in left.get(case.get_absolute_url()).text
    assert left.get(reverse("case-examine", args=[case.number])).status_code == 404


def test_what_the_panel_asks_of_a_party_all_three_read(case, now, at):
    body = case.about.body
    client = Client()
    client.force_login(case.seated[0])
    sent = {"party": body.pk, "question": "Was the report in time?"}
    client.post(reverse("case-ask", args=[case.number]), sent)
    question = case.questions.get()
    question.reply(by=body.person, at=at, answer="It was late by a day.")
    for reader in case.seated:
        client.force_login(reader)
        page = client.get(case.get_absolute_url()).text
        assert "It was late by a day." in page
        assert "It was not kept up." in page  # the reason of what is appealed
    told = people_told("partyquestion.answered", question, at=at)
    assert set(case.seated) <= set(told)


def test_the_page_of_what_is_not_theirs_is_no_link(now, at):
    case = appealed(make.engagement("refused"), "acknowledged")
    client = Client()
    for reader, leads in ((case.seated[0], False), (case.raised_by, True)):
        client.force_login(reader)
        page = client.get(case.get_absolute_url()).text
        assert case.about.number in page
        assert (case.about.get_absolute_url() in page) == leads


def test_all_three_both_parties_and_whoever_decides_anew_are_told(db, at):
    case = appealed(refused(), "partly_upheld")
    told = set(people_told("case.partly_upheld", case, at=at))
    assert {case.raised_by, case.handler, *case.seated} <= told
    certificate = appealed(status="not_upheld")
    told = set(people_told("case.not_upheld", certificate, at=at))
    body = certificate.about.body
    assert {body.person, body.second, certificate.raised_by, *certificate.seated} == told


def test_the_panel_reads_the_report_while_it_is_open_and_that_is_seen(now, at):
    case, client = appealed(make.engagement("refused"), "examined"), Client()
    address = reverse("case-report", args=[case.number])
    for reader in (case.handler, case.raised_by, make.user("stranger")):
        client.force_login(reader)
        assert client.get(address).status_code == 404
        assert address not in client.get(case.get_absolute_url()).text
    reader = case.seated[1]
    client.force_login(reader)
    assert address in client.get(case.get_absolute_url()).text
    assert client.get(address).content.startswith(b"%PDF")
    (entry,) = LogEntry.objects.about(case.about).filter(step="case.report_read")
    assert (entry.actor, entry.reason) == (reader, case.number)
    client.force_login(case.raised_by)
    assert "opened the report" in client.get(case.about.get_absolute_url()).text
    case.decide(by=reader, at=at, outcome="not_upheld", reason="So.", agreed=True)
    client.force_login(reader)
    assert client.get(address).status_code == 404
