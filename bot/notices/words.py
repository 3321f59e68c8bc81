"""What a notice says: how many wait, in which language, on which topic, since when. Never a word of the person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.web.desk.texts import DeskTexts
from bot.wording import babel_locale

_HOUR = 60


@dataclass(frozen=True, slots=True)
class Waiting:
    """What may be told of a case: what its row holds in clear."""

    locale: str
    topic: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the staff in one of their languages."""

    texts: DeskTexts
    locale: str

    def notice(self, kind: str, waiting: Sequence[Waiting], office: str, url: str, now: datetime) -> str:
        """Return the notice; its first line is the subject of a mail."""
        return "\n".join((*self._what(kind, waiting, now), self._office(office), self._say("notice_open", url=url)))

    def unstaffed(self, office: str, url: str) -> str:
        """Say that nobody signed in for 14 days."""
        return "\n".join((self._say("notice_unstaffed"), self._office(office), self._say("notice_open", url=url)))

    def _what(self, kind: str, waiting: Sequence[Waiting], now: datetime) -> list[str]:
        lines = [self._one("notice_line", one, now) for one in waiting]
        if kind == "interpreter":
            languages = dict.fromkeys(self._language(one.locale) for one in waiting)
            return [self._say("notice_interpreter", languages=", ".join(languages))]
        if kind in {"waiting", "repeated", "lead"}:
            alone = len(waiting) == 1
            first = self._one("notice_one", waiting[0], now) if alone else self._say("notice_many", n=len(waiting))
            more = [self._say(f"notice_{kind}")] if kind != "waiting" else []
            return [first, *([] if alone else lines), *more]
        return [self._say(f"notice_{kind}", n=len(waiting)), *lines]

    def _one(self, key: str, one: Waiting, now: datetime) -> str:
        minutes = max(0, int((now - one.since).total_seconds() // 60))
        since = f"{minutes} min" if minutes < 2 * _HOUR else f"{minutes // _HOUR} h"
        topic = f"topic_{one.topic}"
        known = topic in self.texts.texts["en"]
        return self._say(
            key, language=self._language(one.locale), topic=self._say(topic if known else "topic_other"), since=since
        )

    def _language(self, locale: str) -> str:
        names = babel_locale(self.locale).languages
        return names.get(locale) or locale or self._say("not_known")

    def _office(self, office: str) -> str:
        return f"{self._say('office')}: {office}"

    def _say(self, key: str, **values: object) -> str:
        return self.texts.text(self.locale, key, **values)
