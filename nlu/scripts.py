"""Scripts, and what their letters say about the language."""

import unicodedata
from collections import Counter
from collections.abc import Mapping

_RANGES: tuple[tuple[int, int, str], ...] = (
    (0x0041, 0x024F, "Latn"),
    (0x1E00, 0x1EFF, "Latn"),
    (0x0370, 0x03FF, "Grek"),
    (0x1F00, 0x1FFF, "Grek"),
    (0x0400, 0x052F, "Cyrl"),
    (0x0530, 0x058F, "Armn"),
    (0x0590, 0x05FF, "Hebr"),
    (0x0600, 0x06FF, "Arab"),
    (0x0750, 0x077F, "Arab"),
    (0x08A0, 0x08FF, "Arab"),
    (0xFB50, 0xFEFC, "Arab"),
    (0x0700, 0x074F, "Syrc"),
    (0x0780, 0x07BF, "Thaa"),
    (0x07C0, 0x07FF, "Nkoo"),
    (0x0900, 0x097F, "Deva"),
    (0x0980, 0x09FF, "Beng"),
    (0x0A00, 0x0A7F, "Guru"),
    (0x0A80, 0x0AFF, "Gujr"),
    (0x0B00, 0x0B7F, "Orya"),
    (0x0B80, 0x0BFF, "Taml"),
    (0x0C00, 0x0C7F, "Telu"),
    (0x0C80, 0x0CFF, "Knda"),
    (0x0D00, 0x0D7F, "Mlym"),
    (0x0D80, 0x0DFF, "Sinh"),
    (0x0E00, 0x0E7F, "Thai"),
    (0x0E80, 0x0EFF, "Laoo"),
    (0x0F00, 0x0FFF, "Tibt"),
    (0x1000, 0x109F, "Mymr"),
    (0x10A0, 0x10FF, "Geor"),
    (0x1100, 0x11FF, "Hang"),
    (0x1200, 0x139F, "Ethi"),
    (0x1780, 0x17FF, "Khmr"),
    (0x2D30, 0x2D7F, "Tfng"),
    (0x3040, 0x30FF, "Kana"),
    (0x3400, 0x9FFF, "Hani"),
    (0xAC00, 0xD7AF, "Hang"),
    (0x20000, 0x2FA1F, "Hani"),
)

SINGLE: Mapping[str, str] = {
    "Grek": "el",
    "Beng": "bn",
    "Hani": "zh",
    "Armn": "hy",
    "Hebr": "he",
    "Syrc": "syr",
    "Thaa": "dv",
    "Nkoo": "nqo",
    "Guru": "pa",
    "Gujr": "gu",
    "Orya": "or",
    "Taml": "ta",
    "Telu": "te",
    "Knda": "kn",
    "Mlym": "ml",
    "Sinh": "si",
    "Thai": "th",
    "Laoo": "lo",
    "Tibt": "bo",
    "Mymr": "my",
    "Geor": "ka",
    "Hang": "ko",
    "Khmr": "km",
    "Tfng": "zgh",
    "Kana": "ja",
}
"""Scripts that one language decides, as far as our work goes."""

# Tigrinya and Amharic share a script; these beginnings, endings and letters tell them apart.
ETHIOPIC_SIGNS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], frozenset[str]]] = {
    "ti": (
        ("ኣ", "ዝ", "ክ", "ን", "ብ", "ከም"),
        ("ይ", "ይን", "ኩም", "ና", "ኹ", "ኻ", "ኒ", "ካ", "ን"),
        frozenset("ኣዓዕሕሓቕኽጽ"),
    ),
    "am": (
        ("አ", "የ", "በ", "ለ", "እን", "ስለ", "ያ"),
        ("ው", "ኝ", "ህ", "ሁ", "ዬ", "ችን", "ነው", "ና"),
        frozenset("አኝኛፈሥፀው"),
    ),
}

CANDIDATES: Mapping[str, tuple[str, ...]] = {
    "Latn": (
        *("en", "fr", "it", "es", "pt", "de", "nl", "sl", "bs", "ro", "sq", "pl", "tr", "so"),
        *("hu", "cs", "sk", "ca", "sv", "da", "no", "fi", "et", "lt", "lv", "az", "ku", "vi", "id", "tl"),
        *("sw", "ha", "yo", "ig", "wo", "ln", "om", "rw"),
    ),
    "Cyrl": ("ru", "uk", "bg", "bs", "mk", "be", "kk", "ky", "tg", "mn", "tt"),
    "Arab": ("ar", "fa", "ur", "ps", "ckb", "ug", "sd"),
    "Deva": ("hi", "ne", "mr"),
    "Ethi": ("am", "ti"),
}
"""The languages of the other scripts: ours, and those of our neighbourhood that we must not take for ours."""

_TURKIC = frozenset({"kk", "ky", "tg", "mn", "tt"})
# Letters that only some languages of a script use. A text that holds one is in one of these languages.
ONLY: Mapping[str, tuple[tuple[frozenset[str], frozenset[str]], ...]] = {
    "Cyrl": (
        (frozenset("їєґ"), frozenset({"uk"})),
        (frozenset("ў"), frozenset({"be"})),
        (frozenset("ђћ"), frozenset({"bs"})),
        (frozenset("ѓќѕ"), frozenset({"mk"})),
        (frozenset("јљњџ"), frozenset({"bs", "mk"})),
        (frozenset("і"), frozenset({"uk", "be", "kk"})),
        (frozenset("ыэ"), frozenset({"ru", "be"}) | _TURKIC),
        (frozenset("ё"), frozenset({"ru", "be"}) | _TURKIC),
        (frozenset("әғқңөұүһҳҷӣӯ"), _TURKIC),
        (frozenset("щ"), frozenset({"ru", "uk", "bg"}) | _TURKIC),
        (frozenset("йюя"), frozenset({"ru", "uk", "bg", "be"}) | _TURKIC),
    ),
    "Arab": (
        (frozenset("ٹڈڑںۓ"), frozenset({"ur"})),
        (frozenset("ښځڅټډړږڼۍګ"), frozenset({"ps"})),
        (frozenset("ڵڕۆێڤ"), frozenset({"ckb"})),
        (frozenset("ۇۈۋڭې"), frozenset({"ug", "ps"})),
        (frozenset("ٻڄڃڇڊڌٿڦڳڱڻ"), frozenset({"sd"})),
        (frozenset("ہھے"), frozenset({"ur", "sd", "ug"})),
        (frozenset("ە"), frozenset({"ckb", "ug"})),
        (frozenset("پچژگ"), frozenset({"fa", "ur", "ps", "ckb", "ug", "sd"})),
        (frozenset("ة"), frozenset({"ar"})),
    ),
    "Ethi": ((frozenset("ቐቑቒቓቔቕቖቘኸኹኺኻኼኽኾዀ"), frozenset({"ti"})),),
}


# Letters of the Latin alphabet that few of its languages use. Names travel: one such letter says little about a text.
LATIN_LETTERS: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    (frozenset("őű"), frozenset({"hu"})),
    (frozenset("řůě"), frozenset({"cs"})),
    (frozenset("ľĺŕ"), frozenset({"sk"})),
    (frozenset("å"), frozenset({"sv", "da", "no"})),
    (frozenset("øæ"), frozenset({"da", "no"})),
    (frozenset("õ"), frozenset({"et", "pt", "vi"})),
    (frozenset("ėų"), frozenset({"lt"})),
    (frozenset("ķļņģā"), frozenset({"lv"})),
    (frozenset("ə"), frozenset({"az"})),
    (frozenset("ơưạảấầẩẫậắằẳẵặẻẽềếểễệỉỏốồổỗộớờởỡợủứừửữựỳỵỷỹ"), frozenset({"vi"})),
    (frozenset("ẹṣ"), frozenset({"yo"})),
    (frozenset("ɗƙɓ"), frozenset({"ha"})),
    (frozenset("ŋ"), frozenset({"wo"})),
)


class _ScriptOf(dict[str, str]):
    """The script of a letter; empty for whatever is not one."""

    def __missing__(self, char: str) -> str:
        result = ""
        if char.isalpha() or unicodedata.category(char)[0] == "M":
            result = next((name for first, last, name in _RANGES if first <= ord(char) <= last), "")
        self[char] = result
        return result


_SCRIPT_OF = _ScriptOf()


def script_of(char: str) -> str:
    """Return the script of a letter, such as "Latn"; empty for whatever is not one."""
    return _SCRIPT_OF[char]


def script_shares(text: str) -> list[tuple[str, float, int]]:
    """Return script, its share and its number of letters, the most used first.

    A Chinese character stands for more than a letter; it counts three times.
    """
    counts = Counter(script for script in map(_SCRIPT_OF.__getitem__, text) if script)
    letters = dict(counts)
    if "Hani" in counts:
        counts["Hani"] *= 3
    if "Kana" in counts:  # Japanese mixes both
        counts["Kana"] += counts.pop("Hani", 0)
    total = sum(counts.values())
    return [(script, count / total, letters[script]) for script, count in counts.most_common()]


def spelt_as_in(text: str) -> list[frozenset[str]]:
    """Return, for each word with a letter that few languages of the Latin alphabet have, those languages."""
    return [codes for letters, codes in LATIN_LETTERS for word in text.split() if not letters.isdisjoint(word)]
