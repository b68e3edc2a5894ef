"""Documents to fill in: Markdown that ships, and the files that the writers of tenders make of it.

A template is a file `papers/<language>/<slug>.md`: a title, what it is for in one paragraph, and
sections with paragraphs, lists and tables. Where a language has none, the English one is given.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from certcentre.limits import limited
from certcentre.places import read_in
from tenders.export import FORMATS, SET_OUT
from tenders.export.printed import Paper, Part, Table

FOLDER = Path(__file__).parent / "papers"
ORIGINAL = "en"
MARKDOWN = "md"
WORD = ("docx", "odt")
WIDE = 6  # columns from which on a table lies on its side
ROOM = 9  # mm of a row that is written in


@dataclass(frozen=True)
class PaperTemplate:
    """One document to fill in, in one language."""

    slug: str
    language: str
    text: str

    @property
    def title(self) -> str:
        return self.text.partition("\n")[0].removeprefix("# ").strip()

    @property
    def purpose(self) -> str:
        """What it is for: the paragraph below its title."""
        return self.text.split("\n\n", 2)[1].strip()

    def paper(self, at: datetime) -> Paper:
        """As the writers of files set it out."""
        return Paper(
            language=self.language,
            title=self.title,
            reference=self.slug,
            buyer="",
            draft="",
            about=self.purpose,
            running=self.title,
            contents="",
            dated=at,
            opening=Part(),
            parts=tuple(parts(self.text.split("\n\n", 2)[2])),
            cover=False,
        )


def parts(text: str) -> Iterator[Part]:
    """The sections of a template: blocks apart by empty lines, under the heading before them."""
    heading = ""
    for block in text.strip().split("\n\n"):
        lines = block.strip().splitlines()
        if lines[0].startswith("## "):
            heading = lines[0].removeprefix("## ")
            continue
        if lines[0].startswith("|"):
            table = table_of(lines, heading)
            yield Part(heading, level=2, table=table, lies=len(table.head) >= WIDE)
        elif lines[0].startswith("- "):
            yield Part(heading, level=2, bullets=tuple(line.removeprefix("- ") for line in lines))
        else:
            yield Part(heading, level=2, lines=tuple(lines))
        heading = ""


def table_of(lines: list[str], name: str) -> Table:
    head, _rule, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    share, over = divmod(100, len(head))
    widths = (share + over, *(share for _cell in head[1:]))
    cells = tuple(tuple(((cell, False),) for cell in row) for row in rows)
    return Table(tuple(head), widths, cells, name=name, lying=widths, room=ROOM)


@cache
def templates(language: str) -> dict[str, PaperTemplate]:
    """By slug, in the order of their titles; the English ones where a language has none."""
    by_slug = {}
    for code in (ORIGINAL, language):
        for path in (FOLDER / code).glob("*.md"):
            by_slug[path.stem] = PaperTemplate(path.stem, code, path.read_text(encoding="utf-8"))
    return dict(sorted(by_slug.items(), key=lambda pair: pair[1].title))


def spoken() -> dict[str, PaperTemplate]:
    """Those of the reader's language."""
    return templates(read_in())


@login_not_required
@require_safe
@limited("export")
def help_template(request: HttpRequest, slug: str, format: str) -> HttpResponse:
    """One template as a file to fill in."""
    template = spoken().get(slug)
    if template is None or format not in (MARKDOWN, *WORD):
        raise Http404
    if format == MARKDOWN:
        content, media_type = template.text.encode(), "text/markdown; charset=utf-8"
    else:
        content = SET_OUT[format](template.paper(timezone.now()))
        media_type = FORMATS[format].media_type
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{slug}.{format}"'
    return answer
