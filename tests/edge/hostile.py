"""What an address, a query, a form and a body may bring that nobody meant."""

import json
from itertools import count
from urllib.parse import quote, unquote

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT
from django.urls import Resolver404, resolve, reverse
from lxml import html

OPEN = "!$&'()*+,;="  # letters that an address shows as they are
HUGE = 10**30
TEXTS = (
    "a\x00b",
    "\ud800",  # half a letter: it cannot be sent as it is, see `sent`
    "%",
    "%00",
    str(HUGE),
    "-1",
    "9999999999",  # more than a column of whole numbers holds
    "1e400",
    "NaN",
    "👩🏽‍🏫\u202egnp\u2066",
    "'\"><script>{{7*7}}%s",
    "../../etc/passwd",
    "[" * 3000,
    "x" * 20_000,
    "٣",  # a digit, and none of ours
    "2026-02-30",
    "0000-00-00",
    "\x0b \u2028",
    "",
)
DEEP = b"[" * 5_000_000
BODIES = (  # what kind it says it is, and what it is
    ("application/json", DEEP),
    ("application/json", b'{"a":' * 100_000),
    ("application/json", b'"\\ud800"'),
    ("application/json", b'{"facts": {"\\u0000": "\\u0000"}, "number": "\\u0000"}'),
    ("application/json", b"\xff\xfe\x00"),
    ("application/json", b""),
    ("application/json", b"null"),
    ("application/json", b"1" * 5000),
    ("application/json; charset=nonsense", b"{}"),
    ("application/xml", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
    ("nonsense", b"a"),
    ("", b"a=b"),
    ("multipart/form-data", b"no boundary"),
    (MULTIPART_CONTENT, b""),
    (MULTIPART_CONTENT, f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r'.encode()),
    (MULTIPART_CONTENT, f"--{BOUNDARY}\r\n\r\nx\r\n--{BOUNDARY}--".encode()),
    (f"{MULTIPART_CONTENT}; charset=nonsense", f"--{BOUNDARY}--".encode()),
    ("application/x-www-form-urlencoded", b"%&=%00&%zz=%ff&a=%ED%A0%80&" + b"&" * 50),
    ("application/x-www-form-urlencoded; charset=nonsense", b"a=b"),
    ("application/x-www-form-urlencoded; charset=utf-16", b"a=b\xff"),
    ("application/x-www-form-urlencoded", b"a=1&" * 9000),
)
METHODS = ("get", "head", "post", "put", "patch", "delete", "options", "trace")
HEADERS = (
    {"accept": "nonsense"},
    {"accept": "text/html;q=%00"},
    {"accept-language": "x" * 5000},
    {"accept-language": "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")},
    {"range": "bytes=-1-,9-" + "9" * 30},
    {"if-none-match": '"' * 99},
    {"if-modified-since": "Thu, 99 Nov 99999 99:99:99 GMT"},
    {"hx-request": "true", "hx-current-url": "http://[%00"},
    {"cookie": "sessionid=%00; csrftoken=\x01; theme=\x7f; django_language=../.."},
    {"content-length": "x"},
    {"content-type": ";;;=", "content-length": "-1"},
    {"host": "a b"},
    {"authorization": "Bearer " + "x" * 9999},
    {"authorization": "Basic %%%"},
)


def sent(text):
    """The text as the bytes of an address or a form carry it."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def odd_paths(row, world):
    """The address of a row with each of its parts in turn made odd."""
    args = row.args(world)
    parts = reverse(row.name, args=args).split("/")
    place = 0
    for arg in args:
        written = quote(str(arg), safe=f"{OPEN}/~:@")  # as `reverse` does
        place = next(at for at in range(place, len(parts)) if written in parts[at])
        for text in TEXTS:
            if text and "/" not in text and len(text) < 5000:
                odd = parts[place].replace(written, sent(text), 1)
                yield "/".join([*parts[:place], odd, *parts[place + 1 :]])
        odd = parts[place].replace(written, f"{written}%00", 1)  # its record, were NUL left out
        yield "/".join([*parts[:place], odd, *parts[place + 1 :]])


def leads(path):
    """Whether a view is asked; where none is, every address is answered by the same page."""
    try:
        return bool(resolve(unquote(path)))
    except Resolver404:
        return False


def odd_queries(names):
    """Every name that anybody reads from a query, each with one odd text; and each name twice."""
    for text in TEXTS:
        if len(text) < 5000:
            yield "&".join(f"{name}={sent(text[:99])}" for name in names)
    yield "&".join(f"{name}=1&{name}=%00&{name}" for name in names)
    yield "%&=&%00=%00&%ff=%ff&" + sent("\ud800") + "=1"


def forms_of(content, *, frame=False):
    """The forms of a page: their address, method and fields. Those of its frame where asked."""
    page = html.document_fromstring(content)
    for form in page.xpath("//form" if frame else "//main//form"):
        fields = {
            name: form.xpath(f".//*[@name={json.dumps(name)}]")[0] for name in form.fields if name
        }
        yield form.get("action"), form.get("method", "get").lower(), fields, form


def filled(form):
    """What a press of its button sends when nothing is typed."""
    values = {}
    for name, value in form.form_values():
        values.setdefault(name, []).append(value)
    return values


TYPED = ".//textarea/@name | .//input[@type='text' or @type='search']/@name"
TURN = count()


def odd_forms(form, fields):
    """The form with all of its fields odd alike, NUL first; with all that is typed, in a form that
    is right otherwise; and with one field after the other made odd."""
    kept = filled(form)
    names = [name for name in fields if name != "csrfmiddlewaretoken"]
    for text in ("a\x00b\ud800", str(HUGE), "%", TEXTS[13]) if names else ():
        yield {**kept, **{key: [text] for key in names}}
    if typed := form.xpath(TYPED):
        yield {**kept, **{name: ["a\x00b\x0bc\u202e"] for name in typed}}
    for name in names:
        yield {**kept, name: [TEXTS[next(TURN) % len(TEXTS)]]}
    if names:
        yield {name: values for name, values in kept.items() if name not in names}
        yield {**kept, **{name: ["1", "\x00", "1"] for name in names}}
        yield {**kept, **{name: file() for name in names}}


def file(content=b"PK\x03\x04\x00damaged", name="a\x00b\u202e.xlsx"):
    return SimpleUploadedFile(name, content, "application/zip")


def urlencoded(values):
    """A form as the bytes that a browser, or somebody unlike one, sends."""
    pairs = ((name, each) for name, several in values.items() for each in several)
    return "&".join(f"{sent(name)}={sent(value)}" for name, value in pairs).encode()
