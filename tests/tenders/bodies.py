"""Frozen bodies for the tests of annex and exports, without a database."""

import pytest

from certcentre.plain_text import plain
from tenders import legal_clauses, paper_languages
from tenders.neutrality import cite, closing, open_up

HOSTILE = (
    '=HYPERLINK("http://evil.example","x")',
    "+1+1",
    "-2",
    "@SUM(A1)",
    "\x00\x08control\x1f \ufffe characters",
    "وزارة التعليم הספר विद्यालय",
    "<b>bold</b> & ]]> {{ 7*7 }} #eval(1) $x$ \\u{41}",
    "a\u202egnp.exe",
    "x" * 10_000,
    "a long text " * 800,
    "two\nlines\tand a tab",
    "Meets WCAG 2.2 and ISO 27001.",
)


def requirement(place, *, text="Does a thing.", edition="ex", language="en", **fields):
    obligation = ("must", "should", "may")[place % 3]
    least = 1 + place % 4
    return {
        "id": str(place),
        "ref": f"L1-{place:03d}",
        "criterion": f"{edition}:{place}" if edition else None,
        "edition": edition,
        "group": "",
        "title": f"Criterion {place}" if edition else "",
        "text": open_up(plain(text), language, own=edition is None),
        "number": str(place) if edition else "",
        "cites": cite("Example Standard (WCAG) 2.2", str(place), closing("", language))
        if edition
        else "",
        "obligation": obligation,
        "weight": 7 if obligation == "should" else None,
        "least": least,
        "must_be_present": place % 5 == 0,
        "evidence": "Record of the thing",
        "other_proof": paper_languages.of(language).neutrality.other_proof if least >= 3 else "",
        "justification": "Needed",
        **fields,
    }


def body(requirements=None, *, language="en", published=True, title="Reading", count=6):
    asked = requirements or [requirement(n, language=language) for n in range(1, count + 1)]
    return {
        "format": "certcentre.tender/1",
        "reference": "TD-2026-000001",
        "version": 1,
        "title": plain(title),
        "summary": "",
        "language": language,
        "buyer": {"id": "1", "name": plain(title), "country": "KE", "register_number": "1"},
        "countries": ["KE", "XX"],
        "languages": ["sw"],
        "deadline": "2026-12-18T12:00:00+00:00",
        "address": "http://127.0.0.1:8000/tenders/TD-2026-000001/",
        "published": {"at": "2026-11-24T09:00:00+00:00", "by": "A. Person"} if published else None,
        "changed": "2026-11-24T09:00:00+00:00",
        "wording": legal_clauses.wording("eu", language, {r["least"] for r in asked}),
        "lots": [{"number": 1, "title": "Reading", "requirements": asked}],
        "editions": [
            {
                "key": "ex",
                "name": "Example Standard (WCAG) 2.2",
                "version": "2.2",
                "publisher": "Example Body",
                "reference": "EX 22",
                "date": "5 October 2023",
                "licence": "Example licence",
                "words_licence": "CC-BY-4.0",
                "notice": "Copyright Example Body",
            }
        ],
    }


def hostile(language="en"):
    """A body whose every free text is one that breaks careless programs."""
    asked = [
        requirement(
            n,
            text=text,
            edition=None,
            language=language,
            evidence=open_up(plain(text), language),
        )
        for n, text in enumerate(HOSTILE, start=1)
    ]
    return body(asked, language=language, title='=cmd|" /C calc"!A0 <وزارة> & "x"\x07')


EACH = [body, pytest.param(hostile, marks=pytest.mark.long)]  # hostile text takes long to lay out
