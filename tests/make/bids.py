"""Bids on tenders that take them in the portal."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from standards.assessment.solutions import Release
from tenders.asking_grounds import ask
from tenders.award import Award
from tenders.bids.bid import Bid
from tenders.bids.comparison import compared
from tenders.bids.dossier import BidFile
from tenders.bids.evaluation import Evaluation
from tenders.bids.given import read
from tenders.bids.opening import Opening
from tenders.bids.scores import Scores, questions
from tenders.cancelling import cancel_tender
from tenders.grounds import ANSWERS
from tenders.lot import Lot
from tenders.scoring import HIGHEST
from tests.make.accounts import member, organisation
from tests.make.again import again
from tests.make.attestation import certificate as certified
from tests.make.moment import AT
from tests.make.registry import listed
from tests.make.tenders import tender

SIGNED = {"signatory_name": "Amina Example", "signatory_role": "Director"}
CLOSES = AT + timedelta(days=30)


@again
def bids_tender(
    *, own="", status="published", deadline=CLOSES, by_post=False, grounds=None, **more
):
    """A tender of one lot whose bids come in here, or by post; `own` is a must in the buyer's
    words; `grounds`: what is asked of bidders, by code."""
    more |= {} if by_post else {"bid_how": "here", "bid_address": ""}
    made = tender(deadline=deadline, currency="KES", **more)
    if own:
        made.lot.add_words(own, obligation="must", justification="They read", by=made.person, at=AT)
    if grounds:
        ask(made, grounds, by=made.person, at=AT)
    if status != "draft":
        made.publish(by=made.person, at=AT)
    return made


@again
def offered(asked, provider=None, *, level=1, name="Example Reader", without=(), **facts):
    """A listed product of which everything that a tender asks for is said, but for the criteria
    at these places."""
    keys = asked.edition.criteria.order_by("position").values_list("key", flat=True)
    claims = {key: level for place, key in enumerate(keys, start=1) if place not in without}
    return listed(name, organisation=provider, claims=claims, facts=facts).current_release


@again
def bid(asked, status="draft", *, provider=None, release=None, at=AT, price=1000, declares=True):
    """A bid of a provider's person for the first lot, with all that is asked in own words said,
    and each ground declared as it is asked for."""
    provider = provider or organisation("provider")
    by = {"by": provider.person, "at": at}
    release = release or offered(asked, provider)
    made = Bid.start(asked.lots.order_by("number").first(), organisation=provider, **by)
    if made.price is None:
        about = {"price": price, "currency": "KES", "releases": [release]}
        if declares:
            about["declared"] = {
                each["code"]: {"answer": ANSWERS[each["kind"]][0], "words": ""}
                for each in asked.grounds
            }
        made.state(revision=made.revision, **about, **by)
        for line in made.lines(at=at):
            if line.open:
                said = {"response": "complies", "words": "In ours too."}
                made.say(line.requirement, revision=0, **said, **by)
    made.person, made.release = provider.person, release
    if status == "draft":
        return made
    made.hand_in(**SIGNED, **by)
    if status == "taken_back":
        made.take_back(**by)
    if status == "unopened":
        cancel_tender(made.tender, by=asked.person, at=at, reason="No budget")
        made.refresh_from_db()
    if status in Bid.READ:
        opened(asked)
        made.refresh_from_db()
    return made


def bid_file(bid, title="L1-002: test report", content=b"%PDF-1.7 a test report", *, by=None):
    """Filed with a draft."""
    made = BidFile(bid=bid, title=title)
    made.add(by=by or bid.person, at=AT, file=SimpleUploadedFile("report.pdf", content))
    return made


@again
def bought(*, at=CLOSES + timedelta(hours=2), **more):
    """The award of a lot to a bid that rests on a certificate (`.certificate`)."""
    certificate = certified()
    release = certificate.release
    Release.objects.filter(pk=release.pk).update(public_since=AT)
    asked = bids_tender(edition=certificate.edition, **more)
    provider = release.solution.organisation
    provider.person = member(provider, "editor", "signatory")
    chosen = bid(asked, "handed_in", provider=provider, release=release)
    opened(asked)
    made = award(asked.lot, bid=chosen, reason="Best", by=asked.person, at=at)
    made.certificate, made.tender, made.bidder = certificate, asked, provider.person
    return made


@again
def scored_tender(own="Prints a report", *, least=None, **more):
    """One with a should of 40 points in the buyer's words; `least`: its least score."""
    made = bids_tender(status="draft", criteria=1, **more)
    by = {"by": made.person, "at": AT}
    asked = made.lot.add_words(own, obligation="should", **by)
    scores = {"weights": {str(asked.pk): 40}, "least_scores": {str(asked.pk): least}}
    made.lot.state_award(price_weight=60, **scores, **by)
    made.publish(**by)
    return made


@again
def scores(lot, score=4, *, by, at=CLOSES + timedelta(hours=2), given=True):
    """Of one evaluator, for each question and bid; not handed in."""
    made = Scores.begin(lot, by=by, at=at, interests="None")
    if given:
        keys = questions(compared(lot))
        made.say(by=by, at=at, revision=0, given=dict.fromkeys(keys, (score, "Seen on film.")))
    return made


@again
def closed(lot, *, by=None, at=CLOSES + timedelta(hours=2)):
    """The evaluation of a lot, closed; what nobody scored or judged is given by an evaluator."""
    by = by or lot.tender.created_by
    if set(questions(compared(lot))) - set(read(lot).means):
        evaluator = member(lot.tender.buyer, "evaluator")
        scores(lot, HIGHEST, by=evaluator, at=at).hand_in(by=evaluator, at=at)
    return Evaluation.close(lot, by=by, at=at)


def award(lot, *, by, at, **given):
    """Of a lot, whose evaluation is closed first where bids for it are read."""
    if Lot.objects.filter(pk=lot.pk).to_close():
        closed(lot, by=by, at=at)
    return Award.give(lot, by=by, at=at, **given)


@again
def opened(asked, *, at=CLOSES + timedelta(hours=1)):
    """The opening, called by the tender's `.person` and held by a colleague."""
    called = Opening.call(asked, by=asked.person, at=at)
    called.open(by=member(asked.buyer, "editor"), at=at)
    return called
