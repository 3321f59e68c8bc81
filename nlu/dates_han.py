"""Dates in Chinese, which has no spaces between words."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from nlu.calendar_days import YEARS, day_of, month_of, nearest, shifted, weekday_near

_FIGURES = {char: number for number, char in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_COUNT = r"(\d{1,3}|十[一二]|[一二两三四五六七八九十])"
_ABSOLUTE = re.compile(
    r"(?:(\d{4})年)?(?:(\d{1,2})月|(十[一二]|[一二三四五六七八九十])月)(?:(\d{1,2})[日号號])?|(\d{4})年"
)
_AGO = re.compile(_COUNT + r"(?:多)?(天|日|周|个?星期|个?礼拜|个月|年)(?:多)?(以?前|之前|以?后|之后)")
_UNITS = {"天": "day", "日": "day", "周": "week", "星期": "week", "礼拜": "week", "月": "month", "年": "year"}
_WEEKDAY = re.compile(r"(上个?|下个?|这个?|本)?(?:周|星期|礼拜)([一二三四五六日天])")
_NAMED: dict[str, tuple[int, str]] = {
    "前天": (-2, "day"), "昨天": (-1, "day"), "昨日": (-1, "day"), "今天": (0, "day"), "明天": (1, "day"), "后天": (2, "day"),
    "上周": (-1, "week"), "上星期": (-1, "week"), "上个星期": (-1, "week"), "上礼拜": (-1, "week"), "下周": (1, "week"),
    "下个星期": (1, "week"), "下星期": (1, "week"), "上个月": (-1, "month"), "上月": (-1, "month"), "下个月": (1, "month"),
    "这个月": (0, "month"), "本月": (0, "month"), "去年": (-1, "year"), "今年": (0, "year"), "明年": (1, "year"),
    "前年": (-2, "year"),
}  # fmt: skip


def find_han(compact: str, on: date | None) -> Iterator[str]:
    """Yield the dates of a text without spaces; only those with a year where `on` is None."""
    for found in _ABSOLUTE.finditer(compact):
        yield from _absolute(found, on)
    if on is None:
        return
    rest = _AGO.sub(" ", compact)
    for found in _AGO.finditer(compact):
        unit = next(value for key, value in _UNITS.items() if found[2].endswith(key))
        yield from _shifted(on, _number(found[1]) * (1 if "后" in found[3] else -1), unit)
    for found in _WEEKDAY.finditer(rest):
        yield _weekday(found, on)
    rest = _WEEKDAY.sub(" ", rest)
    for name, (count, unit) in _NAMED.items():
        if name in rest:
            yield from _shifted(on, count, unit)


def _number(written: str) -> int:
    if written.isdecimal():
        return int(written)
    return 10 + _FIGURES[written[1]] if len(written) == 2 else _FIGURES[written]


def _absolute(found: re.Match[str], on: date | None) -> Iterator[str]:
    year = int(found[1] or found[5] or 0)
    if found[5]:
        if year in YEARS:
            yield str(year)
        return
    month = _number(found[2] or found[3])
    if found[4]:
        day = day_of(year, month, int(found[4])) if year else on and nearest(month, int(found[4]), on)
        if day:
            yield day
        return
    if not year and on is not None:
        year = on.year - (month > on.month)
    value = month_of(year, month)
    if value:
        yield value


def _shifted(on: date, count: int, unit: str) -> Iterator[str]:
    value = shifted(on, count, unit)
    if value:
        yield value


def _weekday(found: re.Match[str], on: date) -> str:
    weekday = "一二三四五六日".find(found[2].replace("天", "日"))
    if found[1] and found[1][0] in "上下":
        monday = on - timedelta(days=on.weekday()) + timedelta(weeks=-1 if found[1][0] == "上" else 1)
        return (monday + timedelta(days=weekday)).isoformat()
    return weekday_near(on, weekday, False)
