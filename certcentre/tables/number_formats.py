"""Numbers as the sheet shows them: 5.10 where the cell says two decimals, 007 where it says three
digits. A reference in a cell of numbers is what its owner sees, not what the file counts with.

Thousands are not parted: a number stays a number that a program reads.
"""

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

GENERAL = "General"
BUILT_IN = {  # ECMA-376, 18.8.30: formats that files name by number alone
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    12: "# ?/?", 13: "# ??/??", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
    18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm",
    37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss",
    47: "mm:ss", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
SILENT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')  # what is no placeholder of a format
LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]')
PLACES = "#0?"
MOST_DIGITS = 60
EPOCH, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
LAST_SERIAL = 2_958_465  # 31 December 9999


def is_date(code: str) -> bool:
    """Whether a cell of this format shows a day or an hour."""
    first = SILENT.sub("", code.split(";")[0])
    return code != GENERAL and bool(re.match("[^0#?]*[dmyhs]", first, re.I))


def date_shown(value: float, *, since_1904: bool = False) -> str:
    """A serial number as ISO 8601: a day, an hour, or both; empty where it is none."""
    if not 0 <= value <= LAST_SERIAL:
        return ""
    if since_1904:
        moment = EPOCH_1904 + timedelta(days=value)
    else:
        moment = EPOCH + timedelta(days=value + (1 if 1 <= value < 60 else 0))
    moment += timedelta(microseconds=500_000)  # seconds are rounded, not cut
    clock = f"{moment:%H:%M:%S}".removesuffix(":00")
    if value < 1 and not since_1904:
        return clock
    return f"{moment:%Y-%m-%d}" + (f" {clock}" if clock != "00:00" else "")


def shown(value: str, code: str) -> str:
    """The number that a file writes as `value`, as a cell of the format `code` shows it."""
    try:
        number = Decimal(repr(float(value)))
    except (ValueError, InvalidOperation):
        return value
    if not number.is_finite():
        return value
    sections = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)
    section = sections[1] if number < 0 and len(sections) > 1 else sections[0]
    bare = SILENT.sub("", section)
    if not re.search("[#0?]", bare) or "/" in bare or GENERAL.lower() in bare.lower():
        return general(number)
    if re.search("e[+-]", bare, re.I):
        return f"{number:E}"
    sign = "-" if number < 0 and len(sections) == 1 else ""
    return sign + masked(abs(number), section, percent="%" in bare)


def general(number: Decimal) -> str:
    """Fifteen digits, as spreadsheets count, without an exponent where that can be helped."""
    text = f"{float(number):.15g}"
    if "e" not in text:
        return text
    whole = abs(number) < 10**18 and number == number.to_integral()
    return f"{number.to_integral():f}" if whole else text.upper()


def masked(number: Decimal, section: str, *, percent: bool) -> str:
    """Digits put into the places of a format, from its decimal point outwards."""
    pieces = tokens(section)
    point = next((at for at, (kind, _) in enumerate(pieces) if kind == "."), len(pieces))
    decimals = sum(kind in PLACES for kind, _ in pieces[point:])
    scaled = number * 100 if percent else number
    exact = scaled.quantize(Decimal(1).scaleb(-min(decimals, MOST_DIGITS)), ROUND_HALF_UP)
    whole, _, rest = f"{exact:f}".partition(".")
    after = behind(pieces[point:], rest)
    return before(pieces[:point], "" if whole == "0" else whole) + after


def tokens(section: str) -> list[tuple[str, str]]:
    """A format as places, points and literal letters: (kind, text)."""
    parts: list[tuple[str, str]] = []
    at = 0
    while at < len(section):
        if match := LITERAL.match(section, at):
            if text := match.group(1) or match.group(2) or "":
                parts.append(("literal", text))
            at = match.end()
            continue
        sign = section[at]
        if sign in PLACES:
            parts.append((sign, sign))
        elif sign == ".":
            parts.append((".", "."))
        elif sign != ",":
            parts.append(("literal", sign))
        at += 1
    return parts


def before(pieces: list[tuple[str, str]], digits: str) -> str:
    """What stands before the decimal point; digits beyond the places stand in front of them."""
    first = next((at for at, (kind, _) in enumerate(pieces) if kind in PLACES), len(pieces))
    made, left = "", digits
    for at in range(len(pieces) - 1, -1, -1):
        kind, text = pieces[at]
        if kind not in PLACES:
            made = text + made
            continue
        if left:
            made, left = left[-1] + made, left[:-1]
        elif kind == "0":
            made = "0" + made
        if at == first:
            made, left = left + made, ""
    return left + made


def behind(pieces: list[tuple[str, str]], digits: str) -> str:
    """What stands behind the decimal point: `#` shows a digit only where one counts."""
    needed = max((at for at, (kind, _) in enumerate(pieces) if kind == "0"), default=0)
    made, left = "", digits
    for at, (kind, text) in enumerate(pieces):
        if kind in PLACES:
            digit, left = left[:1], left[1:]
            made += digit if at <= needed or (digit + left).strip("0") else ""
        else:
            made += text
    return made.rstrip(".") if not needed and made.endswith(".") else made
