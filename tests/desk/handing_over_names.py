"""Mails on what an organisation is called."""

from tests import make
from tests.make.attestation import officer
from tests.make.moment import AT


def told_of_a_new_name():
    company = make.organisation()
    editor = make.member(company, "editor")
    yield
    make.renamed(company, "Other")
    yield {company.person, editor}


def new_name_asked(verb="", **words):
    def scenario():
        company, chief = make.organisation(), officer()
        asked = verb and make.new_name(company)
        yield
        if asked:
            getattr(asked, verb)(by=chief, at=AT, **words)
        else:
            make.new_name(company)
        yield {company.person} if verb else {chief}

    return scenario


OF_NAMES = {
    "organisation.renamed": told_of_a_new_name,
    "organisation.name_asked": new_name_asked(),
    "organisation.name_declined": new_name_asked("decline", reason="Not in the register."),
}
