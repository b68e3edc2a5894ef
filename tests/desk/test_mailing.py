"""How notices are written, sent and tried again."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from certcentre.accounts.models import Invitation
from certcentre.desk import mailing, notices
from certcentre.desk.mailing import ATTEMPTS
from certcentre.desk.models import Cursor, Notice
from certcentre.desk.notices import HISTORY, send_notices
from certcentre.log.models import LogEntry, record
from tests import make
from tests.desk.handing_over import KEY, engaged

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(provider, at):
    """A fresh invitation; what came before it is sent and cleared."""
    send_notices(at=at)
    mail.outbox.clear()
    return make.invitation(provider, "new@example.org", at=at)


def test_the_mail_of_an_invitation_carries_its_address(letter, at):
    send_notices(at=at)
    sent = mail.outbox[0]
    assert letter.organisation.name in sent.subject
    assert f"http://127.0.0.1:8000{letter.get_absolute_url()}" in sent.body


def test_the_log_never_holds_a_token(letter):
    held = b"".join(bytes(entry.body) for entry in LogEntry.objects.all())
    assert letter.token.encode() not in held
    assert b"new@example.org" not in held


def test_a_withdrawn_invitation_is_not_sent(letter, at):
    letter.withdraw(by=letter.invited_by, at=at)
    send_notices(at=at)
    assert mail.outbox == []


def test_names_with_markup_and_line_breaks_are_plain_text(at, centre):
    make.organisation(verified=False, name="A & <b>\r\nBcc: x@example.org")
    send_notices(at=at)
    sent = mail.outbox[-1]
    assert "A & <b> Bcc: x@example.org" in sent.subject
    assert sent.recipients() == [centre.officer.email]


def test_a_mail_is_written_in_its_readers_language(centre, at, monkeypatch):
    seen = []
    spoken = mailing.render_to_string
    monkeypatch.setattr(
        mailing,
        "render_to_string",
        lambda *args: seen.append(mailing.translation.get_language()) or spoken(*args),
    )
    type(centre.officer).objects.filter(pk=centre.officer.pk).update(language="fr")
    make.organisation(verified=False)
    send_notices(at=at)
    assert set(seen) == {"fr"}


class Away(EmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, messages):
        raise ConnectionRefusedError


def test_a_failed_mail_is_tried_again(letter, at, settings):
    settings.EMAIL_BACKEND = "tests.desk.test_mailing.Away"
    assert send_notices(at=at) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_notices(at=at) == 0
    assert send_notices(at=at + timedelta(minutes=3)) == 1
    assert Notice.objects.get(recipient=None).attempts == 2


def test_it_is_not_tried_for_ever_and_the_operator_is_told(letter, at, settings, caplog):
    settings.EMAIL_BACKEND = "tests.desk.test_mailing.Away"
    for day in range(ATTEMPTS + 3):
        send_notices(at=at + timedelta(days=day))
    notice = Notice.objects.get(recipient=None)
    assert (notice.attempts, notice.next_try_at, notice.sent_at) == (ATTEMPTS, None, None)
    assert f"notice {notice.pk} was let go after {ATTEMPTS} tries" in caplog.text
    assert "new@example.org" not in caplog.text


def test_what_another_process_is_sending_is_left_to_it(letter, at):
    notices.plan(at=at)
    notice = Notice.objects.get(recipient=None)
    assert notice.claim(at=at, until=at + timedelta(minutes=5))
    assert send_notices(at=at) == 0


def test_where_nobody_was_ever_told_what_is_old_is_no_news(at, centre):
    make.organisation(verified=False)
    LogEntry.objects.update(at=at - HISTORY - timedelta(days=1))
    assert send_notices(at=at) == 0
    assert not Notice.objects.exists()


def test_after_the_timers_stood_still_what_still_matters_goes_late(at, centre, caplog):
    """A registration that was judged meanwhile is overtaken; what waits for the officer is not."""
    send_notices(at=at)
    judged, waiting = (make.organisation(verified=False) for _n in range(2))
    other = make.member(centre, "officer")
    judged.refuse(by=other, at=at, reason="No such number")
    judged.verify(by=other, at=at, how="Looked it up")
    mail.outbox.clear()
    assert send_notices(at=at + timedelta(days=30)) == len(mail.outbox)
    assert sorted((each.to[0], each.subject) for each in mail.outbox) == sorted(
        [
            (judged.person.email, f"{judged} is verified"),
            (centre.officer.email, f"To verify: {waiting}"),
            (other.email, f"To verify: {waiting}"),
        ]
    )
    steps = [line.entry.step for line in Notice.objects.of(centre.officer)]
    assert steps.count("organisation.registered") == 2  # in the inbox all the same
    assert "3 mails go late" in caplog.text
    assert "2 late mails on organisation.registered were let go" in caplog.text
    assert "1 late mails on organisation.refused were let go" in caplog.text


def test_what_is_due_goes_late_although_another_step_followed(at):
    made = engaged("examining", {KEY: "minor"})
    working = make.signer(made.provider)
    send_notices(at=at)
    made.await_corrections(by=made.body.person, at=at)
    made.reschedule(due_on=date(2027, 5, 1), by=made.body.person, at=at, reason="Agreed.")
    mail.outbox.clear()
    send_notices(at=at + timedelta(days=3))
    subjects = [each.subject for each in mail.outbox if each.to == [working.email]]
    assert len(subjects) == 2
    assert "asks for corrections" in subjects[0]


def test_the_cursor_passes_only_what_has_settled(letter, at):
    send_notices(at=at)
    assert Cursor.objects.get().entry_id < LogEntry.objects.last().pk
    send_notices(at=at + timedelta(minutes=2))
    assert Cursor.objects.get().entry_id == LogEntry.objects.last().pk
    assert len(mail.outbox) == 1


def test_an_entry_that_cannot_be_read_holds_nobody_up(letter, at):
    gone = Invitation(pk="00000000-0000-0000-0000-000000000000")
    record(gone, "invitation.sent", by=None, at=at)
    assert send_notices(at=at) == 1
