"""One spelling for what people spell in several ways: letters, marks and scripts, before and after stemming."""

import re
import unicodedata

_PAIRS = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "ə": "e", "ς": "σ",
    "ё": "е", "ґ": "г", "ѐ": "е", "ѝ": "и",
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ی": "ي", "ى": "ي", "ې": "ي", "ئ": "ي", "ؤ": "و", "ک": "ك", "ڪ": "ك",
    "ۀ": "ه", "ة": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "ۃ": "ه",
}  # fmt: skip
_WHOLE = frozenset("йїўќѓ")  # letters of their own that only look like one with a mark
# Amharic writes these rows for the same sounds; people mix them.
_ETHIOPIC = {0x1210: 0x1200, 0x1280: 0x1200, 0x12B8: 0x1200, 0x1220: 0x1230, 0x12D0: 0x12A0, 0x1340: 0x1338}
_HARAKAT = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640]")
_JOINERS = re.compile("[\u200c\u200d]")
_APOSTROPHES = dict.fromkeys(map(ord, "’‘ʼ`´′＇ʹ"), "'")


class _Spaces(dict[int, str]):
    """Per character: letters, marks and digits stay, digits in their Western form; all else becomes a space."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        category = unicodedata.category(char)
        kept = char if category[0] in "LMN" else " "
        result = self[code] = str(unicodedata.decimal(char)) if category == "Nd" else kept
        return result


class _Bare(dict[int, str]):
    """Per character: its base letter. Vowel signs of Indic scripts are letters here."""

    def __missing__(self, code: int) -> str:
        result = self[code] = _bare(chr(code))
        return result


def _bare(char: str) -> str:
    if char in _PAIRS or char in _WHOLE:
        return _PAIRS.get(char, char)
    code = ord(char)
    for row, target in _ETHIOPIC.items():
        if row <= code < row + 7:
            return chr(target + code - row)
    parts = unicodedata.normalize("NFKD", char)
    return "".join(_PAIRS.get(p, p) for p in parts if not _is_mark(p))


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in {"Mn", "Me"} and not "\u0900" <= char <= "\u1ab0"


_SPACES = _Spaces()
_BARE = _Bare()


def words_of(text: str) -> list[str]:
    """Return the words in lower case, composed, with their marks but without harakat; never raises.

    An apostrophe parts two words, a joiner of Persian too.
    """
    text = unicodedata.normalize("NFKC", text).replace("İ", "i").lower()
    text = _JOINERS.sub(" ", _HARAKAT.sub("", text)).translate(_APOSTROPHES)
    return unicodedata.normalize("NFC", text).translate(_SPACES).split()


def bare(word: str) -> str:
    """Return a word without accents, with one form for letters that are written for each other."""
    return word.translate(_BARE)


_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")


def pieces_of(word: str) -> list[str]:
    """Return a word as it is, or runs of a script without spaces (Chinese, Thai …) as pairs of letters."""
    if not _UNSPACED.search(word):
        return [word]
    found: list[str] = []
    end = 0
    for run in _UNSPACED.finditer(word):
        found += [word[end : run.start()], *_pairs(run[0])]
        end = run.end()
    return [piece for piece in (*found, word[end:]) if piece]


def _pairs(run: str) -> list[str]:
    return [run] if len(run) < 3 else [run[at : at + 2] for at in range(len(run) - 1)]
