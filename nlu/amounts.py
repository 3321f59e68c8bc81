"""Money in an utterance: a number beside the name of a currency, in every script."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from nlu.normalise import respell
from nlu.phrases import is_han
from nlu.terms import words_of

LARGEST = Decimal(10_000_000)  # more is a phone number or a mistake
_POINTS = str.maketrans({"\u066b": ".", "\u066c": ","})
_NUMBER = (
    r"(?<![\d/:+])(?<!\d[.,])(?!0\d)(?:\d{1,3}(?:[ .,'’]\d{3})+(?:[.,]\d{1,2})?|\d{1,8}(?:[.,]\d{1,2})?)(?!\d|[.,:/]\d)"
)
_IN_FRONT = ("eur", "euro", "gbp", "usd", "chf")


def find_amounts(spelt: str) -> tuple[tuple[str, ...], str]:
    """Return the amounts ("1200.50 EUR") of a text that `respell` returned, and the text without them."""
    amounts: list[str] = []

    def note(found: re.Match[str]) -> str:
        amount = _amount(found)
        if not amount:
            return found[0]
        amounts.append(amount)
        return " "

    if any(char.isdigit() for char in spelt):
        for pattern in _patterns():
            spelt = pattern.sub(note, spelt.translate(_POINTS))
    return tuple(dict.fromkeys(amounts)), spelt


def _amount(found: re.Match[str]) -> str:
    groups = found.groupdict()
    value = Decimal(_plain_number(groups["number"]))
    if groups.get("ten_thousand"):
        value *= 10_000
    elif groups.get("thousand"):
        value *= 1_000
    name = groups.get("currency") or groups.get("e") or ""
    return f"{value:.2f} {_currency(name)}" if 0 < value <= LARGEST else ""


def _plain_number(written: str) -> str:
    """A separator with one or two digits behind it, at the end, is the decimal point; every other one is none."""
    decimals = re.search(r"[.,](\d{1,2})$", written)
    whole = re.sub(r"\D", "", written[: decimals.start()] if decimals else written)
    return f"{whole}.{decimals[1]}" if decimals else whole


def _currency(name: str) -> str:
    if name == "e":
        return "EUR"
    exact = _names().get(name)
    if exact:
        return exact
    return next(code for beginning, code in _beginnings().items() if name.startswith(beginning))


@cache
def _names() -> Mapping[str, str]:
    return {name: code for name, code in _all_names() if not name.endswith("*")}


@cache
def _beginnings() -> Mapping[str, str]:
    return {name[:-1]: code for name, code in sorted(_all_names(), key=lambda pair: -len(pair[0])) if name[-1] == "*"}


def _all_names() -> list[tuple[str, str]]:
    table = words_of("money")
    return [(_spell(name), code) for code, names in table.items() if len(code) == 3 for name in names]


def _spell(name: str) -> str:
    return respell(name.rstrip("*")) + ("*" if name.endswith("*") else "")


def _either(names: list[str]) -> str:
    parts = []
    for name in sorted(names, key=len, reverse=True):
        ends = "" if is_han(name) or not name[-1].isalpha() else r"\w*" if name.endswith("*") else r"(?!\w)"
        parts.append(re.escape(name.rstrip("*")) + (r"\w*" if name.endswith("*") else ends))
    return "|".join(parts)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    names = [name for name, _ in _all_names()]
    times = {key: _either([_spell(name) for name in words_of("money")[key]]) for key in ("thousand", "ten_thousand")}
    multiple = f"(?:(?P<thousand>{times['thousand']})|(?P<ten_thousand>{times['ten_thousand']}))"
    currency = rf"(?:(?P<currency>{_either(names)})|(?P<e>(?<=\d)e(?!\w)))"
    behind = rf"(?P<number>{_NUMBER})(?:[.,]?-)?\s?(?:{multiple}\s?(?:de\s|di\s)?)?{currency}"
    symbols = [name for name in names if not name.rstrip("*")[0].isalpha()]
    front = rf"(?<!\w)(?P<currency>{_either([*symbols, *_IN_FRONT])})\s?(?P<number>{_NUMBER})"
    return re.compile(behind), re.compile(front)
