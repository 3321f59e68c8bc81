"""The words that the checks look for, per locale. A new locale of articles needs its line in each table."""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One locale's words. `exception` finds the sentence that a rule does not bind Denmark and Ireland."""

    authorities: re.Pattern[str]
    claims: re.Pattern[str]
    spans: re.Pattern[str]
    forbidden: re.Pattern[str]
    exception: tuple[str, str]


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})", re.IGNORECASE)


# Names on the counters' signs: they stand in brackets in every language.
_SIGNS = (
    r"questur[ae]\b", r"prefettur[ae]\b", r"ispettorat[oi]\b", r"contrôle des lois sociales", r"toezicht\b",
    r"office des étrangers", r"dienst vreemdelingenzaken", r"sportello unico", r"arbeidsrechtbank", r"gemeente\b",
    r"tribuna(?:l|le|ux|li)\b", r"commune\b",
)  # fmt: skip

WORDS: Mapping[str, Words] = {
    "en": Words(
        authorities=_any(
            *_SIGNS, r"inspectorates?\b", r"inspectors?\b", r"police\b", r"prefectures?\b", r"(?:town|city) halls?\b",
            r"municipalit(?:y|ies)\b", r"(?:labour |high |supreme )?courts?\b", r"judges?\b", r"prosecutors?\b",
            r"immigration (?:offices?|desks?|services?|authorit)",
        ),
        claims=_any(r"claim", r"complain", r"contest", r"challeng", r"appeal", r"sue\b"),
        spans=re.compile(r"\b\d+(?:st|nd|rd|th)?\s+(?:calendar |working )?(?:days?|weeks?|months?|years?)\b", re.IGNORECASE),
        forbidden=_any(r"illegal", r"clandestin", r"aliens?\b"),
        exception=("Denmark", "Ireland"),
    ),
    "fr": Words(
        authorities=_any(
            *_SIGNS, r"inspections? du travail", r"inspect(?:eurs?|rices?)\b", r"police\b", r"gendarmerie",
            r"préfectures?\b", r"mairies?\b", r"(?:maison|administration) communale", r"cour d['’u]", r"juges?\b",
            r"parquet\b", r"services? (?:de l['’]|d['’])immigration", r"(?:office|bureau) de l['’]immigration",
        ),
        claims=_any(r"réclam", r"contest", r"recours\b", r"plainte", r"appel\b"),
        spans=re.compile(r"\b\d+(?:er|e)?\s+(?:jours?|semaines?|mois|ans?|années?)\b", re.IGNORECASE),
        forbidden=_any(r"illéga", r"clandestin"),
        exception=("Danemark", "Irlande"),
    ),
    "it": Words(
        authorities=_any(
            *_SIGNS, r"ispettor[ei]\b", r"ispettric", r"polizia\b", r"carabinieri\b", r"municipio\b",
            r"(?:il|al|del|nel|dal|sul|tuo|suo|un) comune\b", r"giudic[ei]\b", r"corte\b", r"procura\b",
            r"uffici?o? (?:immigrazione|stranieri)", r"ufficio dell['’]immigrazione",
        ),
        claims=_any(r"reclam", r"contest", r"impugn", r"ricors", r"denunc", r"rivendic", r"fare causa"),
        spans=re.compile(r"\b\d+\s+(?:giorn[oi]|settiman[ae]|mes[ei]|ann[oi])\b", re.IGNORECASE),
        forbidden=_any(r"illegal", r"clandestin"),
        exception=("Danimarca", "Irlanda"),
    ),
}

AMOUNT = re.compile(r"[€$£]|\b(?:EUR|euros?)\b", re.IGNORECASE)
EXCLAMATION = re.compile(r"[!！¡]")
CALL = re.compile(
    r"\b(?:call|phone|number|appel(?:ez|er|le)|téléphon\w*|numéro|chiam\w*|telefon\w*|numero)\b\W+(?:[^\W\d]+\W+){0,2}?(\d{3,6})\b(?! ?\d)",
    re.IGNORECASE,
)
PHONE = re.compile(r"(?<![\w.,/])\+?\d(?:[ \u00a0\u202f.-]?\d){6,14}(?![\w/])")

MIGRATION_ACTS = (
    "2001/55", "2003/86", "2003/109", "2004/81", "2009/52", "2011/98", "2014/36", "2016/801", "2021/1883", "2024/1233",
    "2024/1346", "2024/1347", "2024/1348",
)  # fmt: skip
"""EU acts on migration. They do not bind Denmark and Ireland unless somebody checked that one does."""
OUTSIDE = ("DK", "IE")
