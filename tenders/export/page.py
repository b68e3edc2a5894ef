"""The annex as one page for browsers, complete in itself: no script, nothing from elsewhere."""

from django.template.loader import render_to_string
from django.utils.html import format_html

from tenders.annex import Annex, Tell, silent


def write(annex: Annex, tell: Tell = silent) -> bytes:
    """HTML in UTF-8, in the order of interop.md section 2."""
    words = annex.labels
    context = {
        "annex": annex,
        "words": words,
        "schedule": [words[name] for name in ("assurance", "counts", "issuer", "age")],
        "form": [words[name] for name in ("ref", "offered", "why", "documents")],
        "sources": [words[name] for name in ("standard", "publisher", "date", "licence")],
        "lines": range(5),
        "style": format_html("<style>{}</style>", render_to_string("documents/annex.css")),
    }
    made = render_to_string("documents/annex.html", context)
    tell(len(annex.rows), len(annex.rows))
    return made.encode()
