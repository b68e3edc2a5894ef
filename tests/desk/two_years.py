"""The example world, and two years of moves in it; and its figures by plain counting."""

import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta

from certcentre.accounts.models import Organisation
from certcentre.desk.cases.case import Case
from certcentre.log.models import LogEntry
from standards.attestation.certificates import Certificate
from standards.attestation.findings import CorrectiveAction, Finding
from tests import make
from tests.make.assessment import signer
from tests.make.attestation import officer
from tests.make.cases import appeal
from tests.make.moment import AT

END = AT + timedelta(days=729)
OUTCOMES = ("upheld", "partly_upheld", "not_upheld", "taken_back", "")


def after(days):
    return AT + timedelta(days=days)


def registered(day):
    """An organisation that was verified a few days after it asked; every fifth still waits."""
    person, at = make.user("founder"), after(day)
    made = Organisation.register(
        by=person, at=at, kind="buyer", name=f"Late {day}", country="EE", register_number=f"L{day}"
    )
    if day % 5:
        made.verify(by=officer(), at=at + timedelta(days=day % 7, hours=day), how="By hand")


def corrected(engagement, at):
    """The nonconformities of an examination are handed over, answered and seen done."""
    person = engagement.body.person
    engagement.await_corrections(by=person, at=at)
    for action in CorrectiveAction.objects.filter(finding__engagement=engagement):
        action.finding.engagement = engagement
        who = {"by": person, "at": at + timedelta(days=9)}
        day = (at + timedelta(days=8)).date()
        action.answer(plan="Mended.", due_on=day, by=signer(engagement.provider), at=at)
        action.accept(**who)
        action.close(methods=["test"], reply="Seen.", **who)
    engagement.resume(by=person, at=at + timedelta(days=9))


def examined(day, body, criteria, *, state, results=None, months=24, product=None):
    """An examination that begins on a day and moves on every few days."""
    at = after(day)
    declaration = make.declaration(product, criteria=criteria, at=at)
    made = make.engagement("requested", declaration=declaration, organisation=body, at=at)
    if state != "requested":
        make.advance(made, "accepted", at=at + timedelta(days=day % 4))
    if state in ("granted", "refused"):
        made.examine(by=body.person, at=after(day + 5))
        make.examine(made, results or {}, at=after(day + 6))
        if "minor" in (results or {}).values() and state == "granted":
            corrected(made, after(day + 7))
        made.ready(by=body.person, at=after(day + 20), summary="Seen.")
        make.decide(made, state, at=after(day + 21 + day % 3), months=months)
    return made


def raised(day, about, outcome, **more):
    """A case that is received on a day and decided some days later."""
    at, person = after(day), more.pop("by", None) or make.user("raiser")
    case = Case.receive(about, words=f"Day {day}", by=person, at=at, **more)
    who = officer()
    if outcome == "taken_back":
        case.take_back(by=person, at=at + timedelta(days=1))
    elif outcome:
        case.acknowledge(by=who, at=at + timedelta(days=day % 6))
        case.examine(by=who, at=after(day + 8), found="Seen.")
        case.decide(by=who, at=after(day + 9 + day % 11), outcome=outcome, reason="So.")


def two_years():
    """The world, and what happened in it until `END`."""
    world = make.world()
    for day in range(3, 720, 60):
        registered(day)
    body, criteria = make.body(), make.criteria(3)
    keys = [each.key for each in criteria]
    kept = [
        examined(40 + 30 * n, body, criteria, state="granted", results=results, months=months)
        for n, (results, months) in enumerate(
            [(None, 24), ({keys[0]: "minor"}, 2), (None, 24), ({keys[1]: "observation"}, 24)]
        )
    ]
    again = kept[1].declaration.release
    examined(300, body, criteria, state="granted", product=again)
    bad = {keys[0]: "major", keys[2]: "minor"}
    for day, outcome in ((420, "not_upheld"), (450, "upheld")):
        refused = examined(day, body, criteria, state="refused", results=bad)
        appeal(refused, outcome, at=after(day + 25))
    examined(640, body, criteria, state="requested")
    examined(650, body, criteria, state="accepted")
    first, _short, third, _last = (each.certificates.get() for each in kept)
    for day, verb in ((200, "suspend"), (230, "reinstate"), (500, "withdraw")):
        getattr(first, verb)(by=body.second, at=after(day), reason="So it is.")
    appeal(first, "partly_upheld", at=after(510))
    third.suspend(by=body.second, at=after(710), reason="So it is.")
    appeal(third, "taken_back", at=after(715))
    for n in range(10):
        outcome, more = OUTCOMES[n % 5], {}
        if n % 3 == 0:
            more = {"by": world.rival.person, "organisation": world.rival}
        raised(100 + 61 * n, world.listed, outcome, **more)
    return world


def bodies():
    """What the log's entries say, public ones as everybody reads them, oldest first."""
    return [json.loads(bytes(each.body)) for each in LogEntry.objects.order_by("pk")]


def taken():
    """The moments of each step by record: {step: {key: [moments]}}."""
    steps = defaultdict(lambda: defaultdict(list))
    for body in bodies():
        key = body["subject"].partition(":")[2]
        steps[body["step"]][key].append(datetime.fromisoformat(body["at"]))
    return steps


def in_the_middle(lengths):
    """By sorting and counting in."""
    ordered, half = sorted(lengths), len(lengths) // 2
    if len(ordered) < 3:
        return None
    low, high = (half, half) if len(ordered) % 2 else (half - 1, half)
    return round((ordered[low] + ordered[high]).total_seconds() / 2 / 86_400, 1)


def month(moment):
    moment = moment.astimezone(UTC)
    return date(moment.year, moment.month, 1)


def shown_months():
    return [date(2028 - (n > 10) - (n > 22), (10 - n) % 12 + 1, 1) for n in range(24)]


def waiting():
    """By the state that the last move in the log gave each record."""
    states, since = {}, defaultdict(dict)
    for body in bodies():
        kind, _, key = body["subject"].partition(":")
        if body["to"]:
            states[kind, key] = body["to"]
        since[kind, key].setdefault(body["step"], datetime.fromisoformat(body["at"]))
    held = {
        "organisations": ("accounts.organisation", {"", "registered"}, "organisation.registered"),
        "to_accept": ("standards.engagement", {"requested"}, "engagement.requested"),
        "to_decide": (
            "standards.engagement",
            {"accepted", "examining", "corrections", "ready"},
            "engagement.accepted",
        ),
        "cases": ("desk.case", {"received", "acknowledged", "examined"}, "case.received"),
    }
    lines = {}
    for name, (kind, open_states, step) in held.items():
        begun = [
            moments[step]
            for (of, key), moments in since.items()
            if of == kind and states.get((of, key), "") in open_states and step in moments
        ]
        lines[name] = (len(begun), in_the_middle([END - each for each in begun]))
    return lines


def taking():
    steps = taken()
    opened = {str(each.pk): [each.opened_at] for each in CorrectiveAction.objects.all()}
    outcomes = ("case.upheld", "case.partly_upheld", "case.not_upheld")
    spans = {
        "verified": (steps["organisation.registered"], ["organisation.verified"]),
        "accepted": (steps["engagement.requested"], ["engagement.accepted"]),
        "decided": (steps["engagement.accepted"], ["engagement.granted", "engagement.refused"]),
        "corrected": (opened, ["correctiveaction.closed"]),
        "acknowledged": (steps["case.received"], ["case.acknowledged"]),
        "closed": (steps["case.received"], outcomes),
    }
    first, second = set(shown_months()[:12]), set(shown_months()[12:])
    lines = {}
    for name, (begins, ends) in spans.items():
        cells = []
        for shown in (first, second):
            lengths = [
                moments[0] - begins[key][0]
                for step in ends
                for key, moments in steps[step].items()
                if key in begins and month(moments[0]) in shown
            ]
            cells += [len(lengths), in_the_middle(lengths)]
        lines[name] = tuple(cells)
    return lines


def passing():
    """Each finding in the order of the decisions: the first of a product and criterion counts."""
    seen, examined_in, good, providers = set(), Counter(), Counter(), defaultdict(set)
    rows = Finding.objects.filter(engagement__decision__isnull=False)
    for each in rows.order_by("engagement__decision__decided_at", "pk"):
        engagement = each.engagement
        product = engagement.declaration.release.solution_id
        what = (each.criterion.key, product)
        late = month(engagement.decision.decided_at) >= date(2028, 11, 1)
        if each.result == "not_applicable" or what in seen or late:
            continue
        seen.add(what)
        if month(engagement.decision.decided_at) not in shown_months():
            continue
        examined_in[what[0]] += 1
        providers[what[0]].add(engagement.provider_id)
        told = CorrectiveAction.objects.filter(finding=each).exists()
        good[what[0]] += each.result in ("conforming", "observation") and not told
    return {
        key: (number, good[key], round(100 * good[key] / number))
        for key, number in examined_in.items()
        if len(providers[key]) >= 5
    }


def certified():
    """Of the public log alone, and of the days until which certificates are valid."""
    names = ("issued", "suspended", "reinstated", "withdrawn", "superseded")
    steps, counts = taken(), defaultdict(Counter)
    for name in names:
        for moments in steps[f"certificate.{name}"].values():
            counts[name].update(month(each) for each in moments)
    for each in Certificate.objects.filter(valid_until__lte=END):
        out = [
            *steps["certificate.withdrawn"][str(each.pk)],
            *steps["certificate.superseded"][str(each.pk)],
        ]
        if not any(moment <= each.valid_until for moment in out):
            counts["expired"][month(each.valid_until)] += 1
    columns = [counts[name] for name in (*names, "expired")]
    return {each: tuple(count[each] for count in columns) for each in shown_months()}


def handled(kind):
    steps, counts = taken(), defaultdict(Counter)
    keys = {str(each.pk) for each in Case.objects.filter(kind=kind)}
    names = ("received", "upheld", "partly_upheld", "not_upheld", "taken_back")
    for name in names:
        for key, moments in steps[f"case.{name}"].items():
            counts[name].update(month(each) for each in moments if key in keys)
    return {each: tuple(counts[name][each] for name in names) for each in shown_months()}


def by_counting():
    """Every figure, the plain way."""
    return {
        "queue": waiting(),
        "times": taking(),
        "first-attempt": passing(),
        "certificates": certified(),
        **{f"{kind}s": handled(kind) for kind in Case.Kind.values},
    }
