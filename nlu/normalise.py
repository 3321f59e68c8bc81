"""One way to clean an utterance, for training and service alike; standard library only.

`normalise` keeps what a reader would keep; the classifier sees its result. `fold` goes further and keeps only
what two spellings of one word have in common; keywords and names are compared in it.
"""

import re
import unicodedata

LIMIT = 500  # of a longer utterance both ends are kept: the question often comes last
SCAN_LIMIT = 8_000  # Telegram allows 4,096 characters; a turn may join several messages
_ELLIPSIS = " ... "  # not the one character, which NFKC takes apart
_ZWNJ = "\u200c"
_TATWEEL = 0x0640
_APOSTROPHES = "'’‘ʼ`´′＇ʹ"


class _Cleaner(dict[int, str]):
    """Per character: digits of all scripts become ASCII, line ends spaces; what nobody sees disappears."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        category = unicodedata.category(char)
        if category == "Nd":
            result = str(unicodedata.decimal(char))
        elif category == "Cc":
            result = " " if char.isspace() else ""
        elif category in {"Zs", "Zl", "Zp"}:
            result = " "
        else:
            result = "" if category in {"Cf", "Cs", "Co", "Cn"} else char
        self[code] = result
        return result


# Letters that differ from their base by more than a mark, and letters that people write for each other.
_PAIRS = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "ə": "e",
    "ς": "σ", "ё": "е", "ґ": "г", "ѐ": "е", "ѝ": "и",
    "ی": "ي", "ى": "ي", "ې": "ي", "ێ": "ي", "ک": "ك", "ڪ": "ك", "ۀ": "ه", "ة": "ه", "ہ": "ه", "ھ": "ه",
    "ە": "ه", "ۃ": "ه", "ٱ": "ا",
    "ँ": "ं", "़": "", "ʼ": " ", "ʹ": " ",
}  # fmt: skip
# Distinct letters of Cyrillic alphabets that only look like a letter with a mark.
_KEPT_WHOLE = frozenset("йїўќѓ")
# Amharic writes these rows for the same sounds; Tigrinya does not, but loses no keyword by it.
_ETHIOPIC_ROWS = {
    0x1210: 0x1200,
    0x1280: 0x1200,
    0x12B8: 0x1200,
    0x1220: 0x1230,
    0x12D0: 0x12A0,
    0x1340: 0x1338,
}
_FIRST_FOR_FOURTH = {0x1203: 0x1200, 0x12A3: 0x12A0}


_WITHOUT_APOSTROPHES = dict.fromkeys(map(ord, _APOSTROPHES))


def _ethiopic(code: int) -> str:
    for row, target in _ETHIOPIC_ROWS.items():
        if row <= code < row + 7:
            code = target + code - row
            break
    return chr(_FIRST_FOR_FOURTH.get(code, code))


class _Folder(dict[int, str]):
    """Per character: marks and spelling variants go, punctuation becomes a space, pictures stand alone."""

    def __missing__(self, code: int) -> str:
        result = self[code] = self._fold(chr(code))
        return result

    def _fold(self, char: str) -> str:
        if char in _PAIRS:
            return _PAIRS[char]
        if char in _KEPT_WHOLE:
            return char
        category = unicodedata.category(char)
        if category == "So":
            return f" {char} "
        if category[0] in "PSZC":
            return " "
        if "\u1200" <= char <= "\u137f":
            return _ethiopic(ord(char))
        parts = unicodedata.normalize("NFKD", char)
        kept = (p for p in parts if not (unicodedata.category(p) in {"Mn", "Me"} and _is_mark(p)))
        return "".join(_PAIRS.get(p, p) for p in kept)


class _Speller(_Folder):
    """As the folder, but only letters and marks are touched."""

    def _fold(self, char: str) -> str:
        return char if unicodedata.category(char)[0] in "PSZN" else super()._fold(char)


def _is_mark(char: str) -> bool:
    """Vowel signs of Indic scripts count as letters here; accents, harakat and variation selectors do not."""
    return char < "\u0900" or char > "\u1ab0"


_CLEANER = _Cleaner({_TATWEEL: ""})
_FOLDER = _Folder()
_SPELLER = _Speller()
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_ZWNJ_IN_ARABIC = re.compile(f"(?<=[\u0600-\u06ff]){_ZWNJ}+(?=[\u0600-\u06ff])")


def _clean(text: str, limit: int) -> str:
    text = unicodedata.normalize("NFKC", _both_ends(text, 2 * limit))
    text = _ZWNJ_IN_ARABIC.sub(" ", text).translate(_CLEANER)
    text = unicodedata.normalize("NFC", text.replace("İ", "i").lower())
    return _both_ends(" ".join(_REPEATED.sub(r"\1", text).split()), limit)


def _both_ends(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    half = (limit - len(_ELLIPSIS)) // 2
    return f"{text[:half].rstrip()}{_ELLIPSIS}{text[-half:].lstrip()}"


def normalise(text: str) -> str:
    """Return the utterance as the classifier sees it, at most `LIMIT` characters; never raises.

    Composed (NFKC), lower case, ASCII digits in every script, single spaces, no control or direction
    characters, and a letter typed three times or more once ("heeelp"). The joiner of Persian becomes a space.
    """
    return _clean(text, LIMIT)


def fold(text: str) -> str:
    """Return the words of the text, single-spaced, in a spelling that forgives how people type; never raises.

    On top of what `normalise` does: Latin, Greek and Arabic marks go; the forms of alef, yeh, kaf and heh
    fall together, as do Amharic letters of one sound; ё becomes е and ґ becomes г. The letters й, ї, ў, ќ, ѓ
    stay: nobody leaves them out, and words differ by them. Vowel signs of Indic scripts stay. Apostrophes and
    all punctuation become a space; a picture such as a siren stands as a word of its own.
    """
    return " ".join(_clean(text, SCAN_LIMIT).translate(_FOLDER).split())


def respell(text: str) -> str:
    """Return the text in the spelling of `fold` with its punctuation kept, for numbers and ends of sentences."""
    return _clean(text, SCAN_LIMIT).translate(_SPELLER)


def fold_respelt(text: str) -> str:
    """Return the folded words of a part of a text that `respell` returned, without cleaning it again."""
    return " ".join(text.translate(_FOLDER).split())


def without_apostrophes(text: str) -> str:
    """Return the text as somebody types it who leaves apostrophes out ("dont", "jai")."""
    return text.translate(_WITHOUT_APOSTROPHES)
