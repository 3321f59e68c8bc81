"""How laws, articles, dates, times, amounts and telephone numbers are written, by operators and by people.

Every pattern has a group `keep`: the part that a machine must not touch. `\\d` takes the digits of every script.
"""

import re

_LAWS = (
    "law", "act", "directive", "regulation", "decree", "loi", "décret", "ordonnance", "directive", "règlement", "legge",
    "decreto legislativo", "decreto-legge", "decreto", "direttiva", "regolamento", r"d\.?\s?lgs", r"d\.?\s?l", r"d\.?p\.?r",
    "wet", "besluit", "richtlijn", "verordening", "gesetz", "richtlinie", "verordnung", "νόμος", "νόμου", "ν", "π.δ",
    "οδηγία", "κανονισμός", "закон", "наредба", "директива", "регламент", "кодекс", "zakon", "uredba", "direktiva",
    "ley", "real decreto", "directiva", "reglamento", "lei", "decreto-lei", "lege", "ustawa", "kanun",
)  # fmt: skip
_COUNT = r"(?:n[.°ºr]*|no\.?|nr\.?|num\.?|αρ\.?|αριθ\.?|št\.?|№)"
_EU = r"(?:EEC|EC|EU|CEE|CE|UE|EWG|EG|EU|ΕΟΚ|ΕΚ|ΕΕ|ЕИО|ЕО|ЕС|ES|EGS)"
_ARTICLES = (
    "article", "articles", "art", "articolo", "articoli", "artikel", "artikelen", "άρθρο", "άρθρα", "αρ", "чл", "член",
    "člen", "čl", "artículo", "artigo", "articolul", "artykuł", "madde", "section", "§", "§§",
)  # fmt: skip
_CURRENCY = r"(?:[€$£¥₺₴₽₹৳₦]|EUR|USD|GBP|CHF|BGN|PLN|RON|UAH|RUB|ETB|ALL|BAM|RSD|TRY|zł|лв\.?)"
_GROUPED = r"\d{1,3}(?:[ .,'’\u00a0\u202f٬]\d{3})+(?:[.,٫]\d{1,2})?"
_SUM = rf"{_GROUPED}|\d+(?:[.,٫]\d{{1,2}})?"
_ALONE = r"(?<![\w.,/:-])"
_ENDS = r"(?![\w]|[.,/:-]\d)"


def _either(words: tuple[str, ...]) -> str:
    """The longest first; patterns of abbreviations stay as they are."""
    return "|".join(sorted(set(words), key=lambda word: (-len(word), word)))


PATTERNS: dict[str, re.Pattern[str]] = {
    "address": re.compile(r"(?:https?://|www\.)[^\s<>\"']*[^\s<>\"'.,;:!?)\]]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE),
    "law": re.compile(
        rf"(?P<keep>(?<!\w)(?:{_either(_LAWS)})\.?\s{{0,2}}(?:{_COUNT}\s{{0,2}})?\d+(?:[/-]\d+)*(?:/{_EU}\b)?|"
        rf"{_ALONE}\d{{2,4}}/\d+/{_EU}\b)",
        re.IGNORECASE,
    ),
    "article": re.compile(
        rf"(?:(?<!\w)(?:{_either(_ARTICLES)})|§)\.?\s{{0,2}}(?P<keep>\d+(?:[-.]\d+)*(?:\s?(?:bis|ter|quater)\b|[a-z]\b)?"
        r"(?:\s?\(\w{1,3}\))*)",
        re.IGNORECASE,
    ),
    "date": re.compile(
        rf"{_ALONE}(?P<keep>\d{{1,2}}\s?[./-]\s?\d{{1,2}}\s?[./-]\s?(?:\d{{4}}|\d{{2}})|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}})"
        r"(?![\w]|[./-]\d)"
    ),
    "time": re.compile(
        rf"{_ALONE}(?P<keep>\d{{1,2}}[:h.]\d{{2}}(?:\s?[-–]\s?\d{{1,2}}[:h.]\d{{2}})?(?:\s?[ap]\.?m\b)?|"
        rf"\d{{1,2}}\s?[ap]m\b|\d{{1,2}}\s?[-–]\s?\d{{1,2}}(?=\s?(?:h\b|uur|uhr|ore)))",
        re.IGNORECASE,
    ),
    "amount": re.compile(
        rf"(?P<keep>{_ALONE}(?:{_SUM})\s?{_CURRENCY}(?!\w)|(?<!\w){_CURRENCY}\s?(?:{_SUM})(?!\d))", re.IGNORECASE
    ),
    "phone": re.compile(r"(?P<keep>(?<![\w/])(?:\+|\(?\d)[\d ()./\u00a0-]{5,}\d)(?!\w)"),
    "number": re.compile(
        rf"(?P<keep>{_ALONE}(?:{_SUM})\s?%|{_ALONE}(?:{_GROUPED}|\d+[.,٫]\d{{1,2}}|\d{{3,}})){_ENDS}"
    ),
}  # fmt: skip
