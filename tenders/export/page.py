"""The annex as one page for browsers, complete in itself: no script, nothing from elsewhere."""

from django.template.loader import render_to_string
from django.utils.html import format_html

from tenders.annex import Annex, Tell, silent
from tenders.export.printed import parts


def write(annex: Annex, tell: Tell = silent) -> bytes:
    """HTML in UTF-8, with an anchor at each reference."""
    style = format_html("<style>{}</style>", render_to_string("documents/annex.css"))
    context = {"annex": annex, "parts": list(parts(annex)), "style": style}
    made = render_to_string("documents/annex.html", context)
    tell(len(annex.rows), len(annex.rows))
    return made.encode()
