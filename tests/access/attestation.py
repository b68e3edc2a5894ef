"""Accreditations, examinations, corrections and certificates."""

from datetime import date, timedelta
from uuid import UUID

from standards.attestation.findings import CorrectiveAction
from tests.access.table import Row, everyone, only, signed_in

NOWHERE = [UUID(int=0)]
REASON = {"reason": "Because."}
TERM = {"valid_from": "2026-12-01", "valid_until": "2029-06-30"}
TERMS = {
    "fee_from": "2000",
    "fee_to": "5000",
    "currency": "EUR",
    "lead_days": "30",
    "languages": "English",
    "contact": "audits@example.org",
}


def known(**codes):
    """A public record: everybody may look, so others get 403 where a step asks for a role."""
    return {**signed_in(403), **codes}


def body(**codes):
    """Both parties see it; the named may act."""
    return only(**{"provider": 403, "reader": 403, "auditor": 403, "decider": 403, **codes})


def at(state):
    return lambda world: [world.engagements[state].pk]


def own_body(world):
    return [world.accreditation.body_id]


def accreditation(world):
    return [world.accreditation.pk]


def application(world):
    return [world.application.pk]


def certificate(world):
    return [world.certificate.number]


def external(world):
    return [world.external.number]


def recorded(world):
    return [world.recorded.number]


def declaration(world):
    return [world.declaration.number]


def action(world):
    return [CorrectiveAction.objects.get(finding__engagement=world.engagements["corrections"]).pk]


def one_finding(world):
    engagement = world.engagements["examining"]
    return [engagement.pk, engagement.findings.order_by("pk").first().pk]


def finding_sent(world):
    pk = one_finding(world)[1]
    return {f"v{pk}": "conforming", f"m{pk}": ["test"], "revision": "0"}


def step(name, state, get, post, **data):
    """The page of a step and the step itself."""
    address = f"engagement-{name}"
    return [
        Row(address, body(**get), at(state), unknown=NOWHERE),
        Row(address, body(**post), at(state), method="post", data=lambda w: data, unknown=NOWHERE),
    ]


def pressed(name, state, **post):
    return Row(f"engagement-{name}", body(**post), at(state), method="post", unknown=NOWHERE)


def pressed_by_nobody(name, state):
    return Row(f"engagement-{name}", only(), at(state), method="post", unknown=NOWHERE)


def correction(name, get, post, **data):
    address = f"correction-{name}"
    return [
        Row(address, body(**get), action, unknown=NOWHERE),
        Row(address, body(**post), action, method="post", data=lambda w: data, unknown=NOWHERE),
    ]


PARTIES = only(provider=200, reader=200, auditor=200, decider=200)
INSIDE = body(auditor=200, decider=200)

ROWS = [
    Row("auditors", everyone()),
    Row("accreditations", known(officer=200)),
    Row("accreditation-grant", known(officer=200)),
    Row("accreditation-grant", known(officer=422), method="post"),
    Row("accreditation", everyone(), accreditation, unknown=NOWHERE),
    *[
        Row(f"accreditation-{verb}", known(officer=code), accreditation, unknown=NOWHERE)
        for verb, code in (("suspend", 200), ("withdraw", 200), ("reinstate", 409))
    ],
    *[
        Row(
            f"accreditation-{verb}",
            known(officer=code),
            accreditation,
            method="post",
            data=lambda world: REASON,
            unknown=NOWHERE,
        )
        for verb, code in (("suspend", 302), ("withdraw", 302), ("reinstate", 409))
    ],
    *[
        Row(
            "engagement-request",
            only(provider=200, reader=403),
            declaration,
            method=method,
            unknown=["DC-2026-999999"],
        )
        for method in ("get", "post")
    ],
    *[
        Row(name, only(auditor=200, decider=200), own_body, unknown=NOWHERE)
        for name in ("body-desk", "body-calendar", "body-days")
    ],
    Row("applications", signed_in()),
    Row("application-new", only(auditor=200, decider=403), own_body, unknown=NOWHERE),
    Row(
        "application-new",
        only(auditor=422, decider=403),
        own_body,
        method="post",
        unknown=NOWHERE,
    ),
    *[
        Row(name, only(auditor=200, decider=200, officer=200), application, unknown=NOWHERE)
        for name in ("application", "application-report")
    ],
    *[
        Row(
            f"application-{verb}",
            only(auditor=403, decider=403, officer=code),
            application,
            method=method,
            data=lambda world: REASON | TERM,
            unknown=NOWHERE,
        )
        for method, code in (("get", 200), ("post", 302))
        for verb in ("ask", "grant", "refuse")
    ],
    *[
        Row(
            "application-take-back",
            only(auditor=code, decider=403, officer=403),
            application,
            method=method,
            data=lambda world: REASON,
            unknown=NOWHERE,
        )
        for method, code in (("get", 200), ("post", 302))
    ],
    *[
        Row(
            "application-answer",
            only(auditor=code, decider=403, officer=403),
            application,
            method=method,
            unknown=NOWHERE,
        )
        for method, code in (("get", 409), ("post", 422))
    ],
    Row("body-terms", only(auditor=200, decider=403), own_body, unknown=NOWHERE),
    Row(
        "body-terms",
        only(auditor=302, decider=403),
        own_body,
        method="post",
        data=lambda world: TERMS,
        unknown=NOWHERE,
    ),
    Row("engagements", signed_in()),
    Row("engagements", signed_in(), query="?show=over&page=x"),
    *[
        Row("engagement", PARTIES, at(state), unknown=NOWHERE)
        for state in ("requested", "examining", "corrections", "ready", "granted")
    ],
    Row("findings", INSIDE, at("examining"), unknown=NOWHERE),
    Row("findings-part", INSIDE, at("examining"), unknown=NOWHERE),
    Row("findings-part", PARTIES, at("granted"), query="?k=1.x.2&open=1", unknown=NOWHERE),
    Row("findings", body(auditor=302), at("examining"), method="post", unknown=NOWHERE),
    Row(
        "findings",
        body(auditor=409),
        at("corrections"),
        method="post",
        data=lambda world: {"do": "all:conforming"},
        unknown=NOWHERE,
    ),
    Row("findings", INSIDE, at("corrections"), query="?only=against&page=x", unknown=NOWHERE),
    Row("findings", PARTIES, at("granted"), unknown=NOWHERE),
    Row("engagement-report-docx", PARTIES, at("granted"), unknown=NOWHERE),
    Row("engagement-report-docx", only(), at("ready"), unknown=NOWHERE),
    Row("engagement-report-pdf", PARTIES, at("granted"), unknown=NOWHERE),
    Row("engagement-report-pdf", only(), at("ready"), unknown=NOWHERE),
    Row("finding", {**INSIDE, "auditor": 302, "decider": 302}, one_finding, unknown=[*NOWHERE, 0]),
    Row(
        "finding",
        body(auditor=200),
        one_finding,
        method="post",
        data=finding_sent,
        unknown=[*NOWHERE, 0],
    ),
    Row("corrections", PARTIES, at("corrections"), unknown=NOWHERE),
    Row("corrections", PARTIES, at("examining"), unknown=NOWHERE),
    *step("accept", "requested", {"auditor": 200}, {"auditor": 302}, interest_statement="None."),
    *step("decline", "requested", {"auditor": 200}, {"auditor": 302}, **REASON),
    *step(
        "cancel",
        "requested",
        {"auditor": 409, "provider": 200},
        {"auditor": 409, "provider": 302},
        **REASON,
    ),
    *step(
        "reschedule",
        "examining",
        {"auditor": 200},
        {"auditor": 302},
        due_on=str(date.today() + timedelta(days=30)),
        **REASON,
    ),
    *step("sample", "accepted", {"auditor": 200}, {"auditor": 422}, what="schools"),
    *step("ask-rating", "ready", {"auditor": 200}, {"auditor": 422}),
    pressed("drop-rating", "ready", auditor=409),
    Row("engagement-scores", only(), at("ready"), unknown=NOWHERE),
    pressed_by_nobody("hand-in", "ready"),
    Row("sample-drop", only(), lambda world: [*at("accepted")(world), 0], "post"),
    Row("engagement-reschedule", body(auditor=409), at("granted"), unknown=NOWHERE),
    *step("ready", "examining", {"auditor": 200}, {"auditor": 422}, summary="Done."),
    *step(
        "reopen",
        "ready",
        {"auditor": 200, "decider": 200},
        {"auditor": 302, "decider": 302},
        **REASON,
    ),
    *step(
        "decide",
        "ready",
        {"decider": 200},
        {"decider": 302},
        outcome="granted",
        months="24",
        **REASON,
    ),
    pressed("examine", "accepted", auditor=302),
    pressed("await-corrections", "examining", auditor=409),
    pressed("resume", "corrections", auditor=302),
    *correction(
        "answer", {"provider": 200}, {"provider": 302}, plan="Mended.", due_on="2027-01-31"
    ),
    *correction("return", {"auditor": 409}, {"auditor": 409}, **REASON),
    *correction(
        "close", {"auditor": 409, "decider": 403}, {"auditor": 409, "decider": 403}, methods="test"
    ),
    Row("correction-accept", body(auditor=409), action, method="post", unknown=NOWHERE),
    Row("certificate", everyone(), certificate, unknown=["CC-2026-999999"]),
    Row("certificate-paper", everyone(), certificate, unknown=["CC-2026-999999"]),
    Row("certificate-paper", everyone(404), certificate, query="?language=xx"),
    Row("certificate-badge", everyone(), certificate, unknown=["CC-2026-999999"]),
    Row("certificate-proof", everyone(302), certificate, unknown=["CC-2026-999999"]),
    Row("external-certificates", signed_in()),
    Row(
        "external-certificate",
        only(provider=200, reader=200, auditor=200, officer=200),
        external,
        unknown=["XC-2026-999999"],
    ),
    Row("external-certificate", everyone(), recorded, unknown=["XC-2026-999999"]),
    *[
        Row(
            f"external-{step}",
            only(provider=403, reader=403, auditor=403, officer=code),
            external,
            method=method,
            data=lambda world: {**REASON, "seen": "Looked it up."},
            unknown=["XC-2026-999999"],
        )
        for step in ("record", "refuse")
        for method, code in (("get", 200), ("post", 302))
    ],
    *[
        Row(
            "external-end",
            known(provider=code, officer=code),
            recorded,
            method=method,
            data=lambda world: REASON,
            unknown=["XC-2026-999999"],
        )
        for method, code in (("get", 200), ("post", 302))
    ],
    Row(
        "external-file",
        only(provider=200, reader=403, auditor=200, officer=200),
        lambda world: [world.external.release_id],
        unknown=NOWHERE,
    ),
    *[
        Row(
            "external-file-of",
            only(provider=code, reader=403, auditor=code, officer=code),
            lambda world: [world.external.release_id, world.external.scheme.key],
            method=method,
            unknown=[*NOWHERE, "none"],
        )
        for method, code in (("get", 200), ("post", 422))
    ],
    Row("verify", everyone()),
    Row("verify", everyone(), query="?number=cc%202026%20999999"),
    *[
        Row(f"certificate-{name}", known(decider=code), certificate, unknown=["CC-2026-999999"])
        for name, code in (("suspend", 200), ("reinstate", 409), ("withdraw", 200), ("survey", 200))
    ],
    *[
        Row(
            f"certificate-{name}",
            known(decider=code),
            certificate,
            method="post",
            data=lambda world: {**REASON, "note": "Sampled."},
            unknown=["CC-2026-999999"],
        )
        for name, code in (("suspend", 302), ("reinstate", 409), ("withdraw", 302), ("survey", 302))
    ],
]
