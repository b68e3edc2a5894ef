"""Mails about access to evidence, and whom they are for."""

from tests import make
from tests.make.moment import AT


def access(verb, side, **words):
    """A buyer and a provider with two people each on either side."""

    def scenario():
        buyer = make.organisation("buyer")
        asking = {buyer.person, make.member(buyer, "editor")}
        make.member(buyer, "manager")
        if verb == "ask":
            declaration = make.proven(make.organisation())
            yield
            request = make.access_request(declaration=declaration, buyer=buyer)
        else:
            request = make.access_request("granted" if verb == "end" else "asked", buyer=buyer)
            yield
            getattr(request, verb)(by=request.signatory, at=AT, **words)
        yield asking if side == "buyer" else {request.signatory}

    return scenario


ACCESS = {
    "access.asked": access("ask", "provider"),
    "access.granted": access("grant", "buyer"),
    "access.refused": access("refuse", "buyer", reason="So."),
    "access.ended": access("end", "buyer", reason="So."),
}
