"""The annex as one page for browsers, complete in itself: no script, nothing from elsewhere."""

from itertools import groupby

from django.template.loader import render_to_string
from django.utils.html import format_html

from tenders.annex import Annex, Tell, silent
from tenders.export.printed import isolated, paper


def write(annex: Annex, tell: Tell = silent) -> bytes:
    """HTML in UTF-8, with an anchor at each part and each reference."""
    made = isolated(paper(annex))
    context = {
        "paper": made,
        "auto": "rtl" if made.rtl else "auto",
        "sheets": [list(sheet) for _, sheet in groupby(made.parts, key=lambda part: part.lies)],
        "style": format_html("<style>{}</style>", render_to_string("documents/annex.css")),
    }
    page = render_to_string("documents/annex.html", context)
    tell(made.asked, made.asked)
    return page.encode()
