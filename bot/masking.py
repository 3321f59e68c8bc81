"""Takes numbers that name a person out of a text before it goes on the record: documents, accounts, cards, telephones.

The understanding sees the text as it was written. Until a turn is done with a message, its row in the inbox holds the
written text, sealed; it is erased with the turn. A webhook that nobody could parse is kept sealed for 24 hours, and a
message that failed three times stays sealed in the inbox until its retention ends.
"""

import re
import unicodedata
from collections.abc import Iterator

from stdnum import iban, luhn
from stdnum.be import nn
from stdnum.bg import egn
from stdnum.gr import amka, vat
from stdnum.pl import pesel
from stdnum.ro import cnp
from stdnum.si import emso
from stdnum.tr import tckimlik

MARK = "[number]"
CURRENCIES = (
    "eur", "usd", "gbp", "chf", "bgn", "pln", "ron", "uah", "rub", "rsd", "bam", "etb", "inr", "pkr", "irr", "cny",
)  # fmt: skip
SHORTEST = 7  # digits; what is shorter names nobody: years, hours, postcodes, amounts, emergency numbers
_LONGEST_CARD = 19
_LONGEST_PHONE = 17  # with the two zeros before the country
_UNSEEN = "\u200b"  # stands for every character that nobody sees

_LETTER = "A-Za-z\u0370-\u03ff\u0400-\u04ff"  # scripts that documents use; Han and Arabic letters may touch a number
_GAP = rf"[ {_UNSEEN}.\-/()]"
_CURRENCY = (
    rf"(?:(?<![{_LETTER}])(?:{'|'.join(CURRENCIES)})(?![{_LETTER}])|[€$£¥₺₴₽₹৳₦₾]|"
    r"eur[oi]s?\b|evro|lek|lei\b|leva|zł|zlot|złot|dinar|dirham|lira|rupe|toman|birr|rubl|"
    r"евро|євро|лев|лв|динар|руб|грн|гривен|ευρω|ευρώ|يورو|یورو|تومان|ریال|روبل|روپ|欧元|元|ዩሮ|ብር|ইউরো|টাকা|यूरो|रुप)"
)
_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
_DATE = rf"(?:{_DAY}[./-]{_MONTH}[./-](?:{_YEAR}|\d\d)|{_YEAR}[./-]{_MONTH}[./-]{_DAY}|{_MONTH}[./-]{_YEAR})"
_HOUR = r"(?:[01]?\d|2[0-4])[.:h][0-5]\d"
_SUM = r"[1-9]\d{0,2}(?:[.,'’ ]?\d{3}){0,2}(?:[.,]\d{1,2})?"


def _alone(pattern: str) -> "re.Pattern[str]":
    """Compile what is no part of a longer number."""
    return re.compile(rf"(?<![\d+])(?<!\d[./:-])(?:{pattern})(?![./:-]?\d)", re.IGNORECASE)


# What looks like a long number and is none, in the order of looking.
_HARMLESS = (
    _alone(rf"{_DATE}(?: ?[-/] ?{_DATE})?|{_YEAR} ?[-/] ?{_YEAR}"),
    _alone(rf"{_HOUR}(?: ?[-/] ?{_HOUR})?"),
    _alone(r"(?:19|20)\d\d/\d{1,4}|\d{1,4}/(?:19|20)\d\d|3(?:19|20)\d\d[A-Z]{1,2}\d{4}"),  # laws
    _alone(r"\d{4}-\d{3}"),  # a Portuguese postcode
    _alone(r"\d{1,2}(?:[.,'’]\d{3}){2}(?:[.,]\d{1,2})?|\d{1,3}(?:[.,'’ ]\d{3}){0,2}[.,]\d{2}|\d{4,6}[.,]\d{1,2}"),
    re.compile(rf"(?<![\d+]){_SUM} ?(?={_CURRENCY})", re.IGNORECASE),
    re.compile(rf"{_CURRENCY} ?{_SUM}(?![ .,]?\d)", re.IGNORECASE),
)
_IBAN = re.compile(r"(?<![A-Z\d])[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,4})?", re.IGNORECASE)
_TOKEN = re.compile(rf"(?<![{_LETTER}\d])(?=\d*[{_LETTER}])[{_LETTER}\d]{{7,}}(?![{_LETTER}\d])")
_SERIES = re.compile(rf"(?<![{_LETTER}\d])[A-ZΑ-ΩА-ЯІЇЄ]{{1,3}}[ -]?(?:№ ?|N[°º.] ?)?\d{{6,9}}(?!\d)")
_NUMBER = re.compile(rf"(?:\((?=\+?[\d ]+\) ?\d))?\+?\d(?:{_GAP}{{0,3}}\d)*")
_QUANTITY = re.compile(rf"\d{{1,6}}[{_LETTER}]{{2,}}$|[{_LETTER}]{{4,}}\d{{1,6}}$")  # 15000km, Windows100000
_PASSPORT = re.compile(
    r"(?:pas+[ae]?port|paspoort|reisepass|pašaport|paszport|pasaporte|pass\b|διαβατ|паспорт|пасош|جواز|گذرنامه|پاسپورت|پاسپورٹ|"
    r"护照|護照|पासपोर्ट|পাসপোর্ট|ፓስፖርት|ባስፖርት|\bid\b|\bdni\b|\bnie\b|\bnif\b|\bafm\b|αφμ|αμκα|егн|iban)[^\d\n]{0,24}$",
    re.IGNORECASE,
)
_CHECKED = (amka, egn, emso, nn, pesel, cnp, tckimlik)


def mask(text: str, *, keep_phones: bool = False) -> str:
    """Return the text with a mark for each number that names a person; never raises.

    `keep_phones` is for the hours in which a person of an office holds the case and may have to call back: telephone
    numbers stay then, numbers of documents go all the same. Amounts, dates, hours, ages, laws, postcodes and whatever
    has fewer than seven digits stay always.
    """
    if sum(char.isdigit() for char in text) < SHORTEST - 2:
        return text
    spelt = "".join(map(_plain, text))
    parts, end = [], 0
    for start, stop in _merged(sorted(_found(spelt, keep_phones))):
        parts += [text[end:start], MARK]
        end = stop
    return "".join([*parts, text[end:]])


def _plain(char: str) -> str:
    """Return one character for one: ASCII digits, dashes and spaces, and one sign for all that nobody sees."""
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category == "Cf":
        return _UNSEEN
    if category == "Pd":
        return "-"
    if category == "Zs" or char == "\t":
        return " "
    alone = unicodedata.normalize("NFKC", char)
    return alone if len(alone) == 1 else char


def _found(spelt: str, keep_phones: bool) -> Iterator[tuple[int, int]]:
    for match in _IBAN.finditer(spelt):
        if length := _iban_length(match[0]):
            yield match.start(), match.start() + length
    for pattern in _HARMLESS:
        spelt = pattern.sub(lambda harmless: "\n" * len(harmless[0]), spelt)
    for match in _TOKEN.finditer(spelt):
        if sum(char.isdigit() for char in match[0]) >= SHORTEST - 2 and not _QUANTITY.match(match[0]):
            yield match.span()
    for match in _SERIES.finditer(spelt):
        yield match.span()
    for match in _NUMBER.finditer(spelt):
        if _names_somebody(match[0]) and not (
            keep_phones and _is_phone(match[0], spelt[max(0, match.start() - 40) : match.start()])
        ):
            yield match.span()


def _iban_length(written: str) -> int:
    """Return how much of it is an IBAN; the pattern may have taken the next word too."""
    return next((size for size in range(len(written), 14, -1) if iban.is_valid(written[:size])), 0)


def _names_somebody(written: str) -> bool:
    """Tell whether it is one long number, and not a row of short ones ("850 1200 1300", "2022 2023")."""
    digits = re.sub(r"\D", "", written)
    if len(digits) < SHORTEST:
        return False
    groups = written.split(" ")
    if (
        not all(map(str.isdigit, groups))
        or len(groups) == 1
        or digits[0] == "0"
        or (len(digits) <= _LONGEST_CARD and luhn.is_valid(digits))
    ):
        return True
    return max(map(len, groups)) >= SHORTEST or (len(digits) <= 13 and set(map(len, groups)) != {4})


def _is_phone(written: str, before: str) -> bool:
    """Tell whether somebody may have to call it: the shape of a telephone number, and of no document."""
    digits = re.sub(r"\D", "", written)
    if len(digits) > _LONGEST_PHONE:
        return False
    if written.lstrip("(").startswith("+") or digits.startswith("00"):
        return True
    if _PASSPORT.search(before) or any(kind.is_valid(digits) for kind in _CHECKED):
        return False
    if written.isdigit() and digits[0] in "01" and vat.is_valid(digits):
        return False
    return digits[0] == "0" or (digits[0] != "1" and 9 <= len(digits) <= 12)


def _merged(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join spans that overlap or touch."""
    at = 0
    while at < len(spans):
        start, stop = spans[at]
        while at + 1 < len(spans) and spans[at + 1][0] <= stop:
            at += 1
            stop = max(stop, spans[at][1])
        yield start, stop
        at += 1
