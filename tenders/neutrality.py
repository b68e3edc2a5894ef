"""Neutral wording: a standard is named so that competition stays open (rule R38).

Pure. Wherever a text cites a standard, "or equivalent" stands in the same sentence, in the
language of the annex; a law that is in force where the product is used has no equivalent, and is
cited "as the law requires"; one of other countries is said to be one, and has. What names a brand,
a closed format or one auditor is found and said.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from babel import Locale

from certcentre.plain_text import plain
from standards.catalogue.editions import WORLDWIDE, Criterion, Edition, Nature
from tenders.paper_languages import LANGUAGES, of

SPOKEN = [language.neutrality for language in LANGUAGES.values()]
SENTENCES = re.compile(r"(?<=[.!?;])\s+|\n+")

# Bodies whose number makes a citation ("EN 301 549"), and names that are one by themselves.
BODY = (
    r"(?:ISO|IEC|CEN|CENELEC|ETSI|ITU-T|IEEE|ANSI|DIN|NIST|FIPS|RFC|BCP|BS|NF|EN|PAS)"
    r"(?:[ /-](?:ISO|IEC|IEEE|EN|TS|TR|SP|PAS|[A-Z]))*[ -]?\d+(?:[.:/-]\d+)*(?:[ ]\d{3}\b)?"
    r"(?: [vV]\d+(?:\.\d+)*)?[A-Za-z]?"
)
NAMED = (
    "WCAG|ATAG|UAAG|ARIA|ASVS|OWASP|xAPI|cmi5|SCORM|OneRoster|LTI|QTI|Caliper|Common Cartridge"
    "|Open Badges|CLR|CASE Network|Cyber Essentials|SOC ?[123]|CSA STAR|OAuth|OpenID Connect|OIDC"
    "|SAML|SCIM|OpenAPI|EPUB|PDF/UA|PDF/A|MathML|TLS|LOM|LRMI|Section 508|BITV|RGAA|X-Road"
    "|GovStack|ST4S|HECVAT|VPAT|PCI DSS|ITIL|COBIT|Unicode|IMS Global|1EdTech"
)
CITATION = re.compile(
    rf"(?<![\w/])(?:{BODY}|(?:{NAMED})(?:-\w+)?\)?(?:[ ]?v?\d+(?:\.\d+)*)?)"
    rf"(?:,? (?:{'|'.join(each.level for each in SPOKEN)}) \w+)?(?![\w])"
)

CLOSED_FORMATS = re.compile(
    r"(?<![\w])(?:"
    r"\.(?:doc|xls|ppt|pub|psd|swf|fla|wmv|wma|rar|dwg|pages|numbers|key|azw3?|mobi|one|vsdx?)\b"
    rf"|{'|'.join(each.closed_formats for each in SPOKEN)}"
    r"|Adobe Flash|Flash Player|Silverlight|ActiveX|VBA macros?|Internet Explorer)(?!\w)",
    re.I,
)
BRANDS = re.compile(
    r"(?<![\w])(?:Microsoft|Windows|MS Office|Office 365|Microsoft 365|PowerPoint|SharePoint"
    r"|Google|Chromebooks?|Chrome ?OS|Gmail|YouTube|Apple|iPads?|iPhones?|iOS|iPadOS|macOS"
    r"|MacBooks?|Samsung|Huawei|Lenovo|Dell|Acer|Adobe|Oracle|SAP|Cisco|Intel|AMD|Nvidia|Amazon|AWS|Azure"
    r"|Moodle|Blackboard|Kahoot|Quizlet|Duolingo|Zoom|WhatsApp|Facebook|Instagram|TikTok|OpenAI"
    r"|ChatGPT|Copilot|Gemini|Salesforce|Power BI|Tableau)(?!\w)"
)
TRADE_MARK = re.compile(r"[\w.-]+[ ]?[™®℠]")
# Words after which a capitalised name is most likely a product or a maker.
LEADS = f"(?:{'|'.join(each.leads for each in SPOKEN)})"
ARTICLES = "|".join(each.articles for each in SPOKEN)
NAME = r"((?:[A-Z][\w’'-]+)(?:[ ](?:[A-Z0-9][\w’'-]*))*)"
REST_OF_NAME = re.compile(r"(?:[ ][A-Z0-9][\w’'-]*)*")  # of the product, behind its maker’s
AFTER_LEAD = re.compile(rf"\b(?i:{LEADS})\s+(?:(?i:{ARTICLES})\s+)?{NAME}")
ISSUERS = re.compile(
    rf"\b(?i:{'|'.join(each.issued for each in SPOKEN)})\s*(?:(?i:{ARTICLES})\s+)?{NAME}"
)
FILLER = {word for each in SPOKEN for word in each.fillers.split()}
PLACES = {
    name.casefold()
    for code in LANGUAGES
    for names in (Locale(code).languages, Locale(code).territories)
    for name in names.values()
}
MONTHS = {name.casefold() for name in Locale("en").months["format"]["wide"].values()}


@dataclass(frozen=True)
class Flag:
    """Something in a text that may narrow competition, and the words that do."""

    kind: str  # brand, closed_format, issuer, name_only
    found: str


def cite(name: str, ref: str, words: str, *, title: str = "") -> str:
    """How a requirement cites a criterion of an edition: with the closing words of it."""
    parts = [name, " ".join(part for part in (ref, title) if part), words]
    return ", ".join(part for part in parts if part)


def closing(nature: str, language: str, places: Sequence[str] = ()) -> str:
    """The words behind what is cited, by what its edition rests on; `places`: the names of those
    whose law it is, where it is in force nowhere that matters."""
    words = of(language).neutrality
    if nature != Nature.LAW:
        return words.equivalent
    return words.foreign.format(places=", ".join(places)) if places else words.required


@dataclass(frozen=True)
class Laws:
    """Whose laws are in force where a product is used; `groups`: the members of the jurisdictions
    that are groups of countries."""

    countries: Sequence[str]
    groups: Mapping[str, Sequence[str]]

    def foreign(self, edition: Edition) -> bool:
        """Whether it is a law that is in force in none of these countries."""
        if edition.nature != Nature.LAW or WORLDWIDE in edition.jurisdictions:
            return False
        return not reached_by(edition.jurisdictions, self.groups) & set(self.countries)

    def closing(self, edition: Edition, language: str) -> str:
        """The words behind what it asks for."""
        places = edition.places_in(language) if self.foreign(edition) else ()
        return closing(edition.nature, language, places)


def reached_by(jurisdictions: Iterable[str], groups: Mapping[str, Sequence[str]]) -> set[str]:
    """The countries that these jurisdictions cover; a part of a country stands for all of it."""
    return {country for code in jurisdictions for country in groups.get(code, [code[:2]])}


def citations(text: str) -> list[str]:
    """The standards that a text names."""
    return [cited.group() for cited in CITATION.finditer(text)]


def sentences(text: str) -> Iterator[tuple[str, str]]:
    """Each sentence, and the white space after it."""
    start = 0
    for gap in SENTENCES.finditer(text):
        yield text[start : gap.start()], gap.group()
        start = gap.end()
    yield text[start:], ""


def covered(language: str) -> re.Pattern[str]:
    """What says "or equivalent" in a language."""
    return re.compile(of(language).neutrality.covered, re.I)


def uncovered(text: str, language: str) -> list[str]:
    """Citations that no "or equivalent" follows in the same sentence."""
    return [
        matches.group()
        for sentence, _ in sentences(text)
        for matches in CITATION.finditer(sentence)
        if not covered(language).search(sentence, matches.end())
    ]


def open_up(text: str, language: str, *, own: bool = False) -> str:
    """The text with "(or equivalent)" where a sentence cites a standard without it.

    In a buyer's own words a brand is opened too. Twice changes nothing.
    """
    return "".join(
        _open_sentence(sentence, language, own) + gap for sentence, gap in sentences(text)
    )


def _open_sentence(sentence: str, language: str, own: bool) -> str:
    ends = [cited.end() for cited in CITATION.finditer(sentence)]
    if own:
        ends += [end for _, end in _brand_spans(sentence)]
    if not ends or covered(language).search(sentence, max(ends)):
        return sentence
    end = max(ends)
    while end < len(sentence) and sentence[end] in ')]”»"':
        end += 1
    return f"{sentence[:end]} ({of(language).neutrality.equivalent}){sentence[end:]}"


def flags(text: str) -> list[Flag]:
    """What in a buyer's own words may narrow competition, in the order of the rules."""
    flagged = [Flag("brand", name) for name in brands(text)]
    flagged += [Flag("closed_format", hit.group()) for hit in CLOSED_FORMATS.finditer(text)]
    flagged += [
        Flag("issuer", hit.group(1)) for hit in ISSUERS.finditer(text) if is_name(hit, text)
    ]
    if name_only(text):
        flagged.append(Flag("name_only", citations(text)[0]))
    return list(dict.fromkeys(flagged))


def brands(text: str) -> list[str]:
    """Products, makers and trade marks that a text names."""
    kept: list[str] = []
    for start, end in _brand_spans(text):
        hit = text[start:end]
        if not any(hit in other or other in hit for other in kept):
            kept.append(hit)
    return kept


def _brand_spans(text: str) -> list[tuple[int, int]]:
    hits = [hit.span() for pattern in (TRADE_MARK, BRANDS) for hit in pattern.finditer(text)]
    spans = [(start, REST_OF_NAME.match(text, end).end()) for start, end in hits]  # type: ignore[union-attr]
    return spans + [hit.span(1) for hit in AFTER_LEAD.finditer(text) if is_name(hit, text)]


def is_name(hit: re.Match[str], text: str) -> bool:
    """Whether a name follows the lead: no standard, language, place, month or acronym."""
    name = hit.group(1)
    first = re.split(r"[\s’'-]", name)[0].casefold()
    known = {name.casefold(), first} & (PLACES | MONTHS)
    cited = any(match.start() <= hit.start(1) < match.end() for match in CITATION.finditer(text))
    acronym = name.isupper() and " " not in name and len(name) <= 5
    return not (known or cited or acronym)


def name_only(text: str) -> bool:
    """Whether a text only names a standard and says nothing of what the product shall do."""
    if not citations(text):
        return False
    rest = re.findall(r"[^\W\d_]+", CITATION.sub(" ", text).casefold())
    return len([word for word in rest if word not in FILLER]) < 2


def cited(criterion: Criterion, language: str, laws: Laws, title: str = "") -> str:
    edition = criterion.edition
    words = laws.closing(edition, language)
    return cite(plain(edition.name), criterion.ref, words, title=title)


def source(edition: Edition, language: str, lots: Iterable[Laws]) -> dict[str, str]:
    """`lots`: whose laws hold where. What is a law of other countries says so; nothing is said
    where it is one for some lots alone."""
    words = {laws.closing(edition, language) for laws in lots}
    foreign = any(laws.foreign(edition) for laws in lots)
    return {
        "key": edition.key,
        **({"nature": edition.nature} if edition.nature else {}),
        **({"closing": words.pop() if len(words) == 1 else ""} if foreign else {}),
        "name": plain(edition.name),
        "version": plain(edition.version),
        "publisher": plain(edition.issuing_body),
        "reference": plain(edition.reference),
        "date": plain(edition.published_text),
        "licence": plain(edition.text_licence),
        "words_licence": plain(edition.catalogue_licence),
        "notice": plain(edition.notice),
    }
