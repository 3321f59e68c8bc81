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


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)


def _stems(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})", re.IGNORECASE)


# Names on the counters' signs: they stand in brackets in every language.
_SIGNS = (
    r"questur[ae]|prefettur[ae]|ispettorat[oi]|sportello unico|tribuna(?:l|le|ux|li)|commune|gemeente|arbeidsrechtbank",
    r"contrôle des lois sociales|toezicht|office des étrangers|dienst vreemdelingenzaken",
)

WORDS: Mapping[str, Words] = {
    "en": Words(
        authorities=_words(
            *_SIGNS,
            r"inspectorates?|inspectors?|police|prefectures?|(?:town|city) halls?|municipalit(?:y|ies)",
            r"courts?|judges?|prosecutors?|immigration (?:offices?|desks?|services?|authorit(?:y|ies))",
        ),
        claims=_stems(r"claim|complain|contest|challeng|appeal|sue\b"),
        spans=_words(r"\d+(?:st|nd|rd|th)?\s+(?:calendar |working )?(?:days?|weeks?|months?|years?)"),
        forbidden=_stems(r"illegal|clandestin|aliens?\b"),
        exception=("Denmark", "Ireland"),
    ),
    "fr": Words(
        authorities=_words(
            *_SIGNS,
            r"inspections? du travail|inspect(?:eurs?|rices?)|police|gendarmerie|préfectures?|mairies?|juges?|parquet",
            r"(?:maison|administration) communale|cour (?:du|d['’]\w+)",
            r"(?:services?|office|bureau) (?:de l['’]|d['’])immigration",
        ),
        claims=_stems(r"réclam|contest|recours\b|plainte|appel\b"),
        spans=_words(r"\d+(?:er|e)?\s+(?:jours?|semaines?|mois|ans?|années?)"),
        forbidden=_stems(r"illéga|clandestin"),
        exception=("Danemark", "Irlande"),
    ),
    "it": Words(
        authorities=_words(
            *_SIGNS,
            r"ispettor[ei]|ispettric[ei]|polizia|carabinieri|municipio|giudic[ei]|corte|procura",
            r"(?:il|al|del|nel|dal|sul|tuo|suo|un) comune|uffici?o? (?:immigrazione|stranieri|dell['’]immigrazione)",
        ),
        claims=_stems(r"reclam|contest|impugn|ricors|denunc|rivendic|fare causa"),
        spans=_words(r"\d+\s+(?:giorn[oi]|settiman[ae]|mes[ei]|ann[oi])"),
        forbidden=_stems(r"illegal|clandestin"),
        exception=("Danimarca", "Irlanda"),
    ),
}

AMOUNT = re.compile(r"[€$£]|\b(?:EUR|euros?)\b", re.IGNORECASE)
EXCLAMATION = re.compile(r"[!！¡]")
CALL = re.compile(
    r"\b(?:call|phone|number|appel(?:ez|er|le)|téléphon\w*|numéro|chiam\w*|telefon\w*|numero)\b"
    r"\W+(?:[^\W\d]+\W+){0,2}?(\d{3,6})\b(?! ?\d)",
    re.IGNORECASE,
)
PHONE = re.compile(r"(?<![\w.,/])\+?\d(?:[ \u00a0\u202f.-]?\d){6,14}(?![\w/])")

MIGRATION_ACTS = (
    "2001/55", "2003/86", "2003/109", "2004/81", "2009/52", "2011/98", "2014/36", "2016/801", "2021/1883", "2024/1233",
    "2024/1346", "2024/1347", "2024/1348",
)  # fmt: skip
"""EU acts on migration. They do not bind Denmark and Ireland unless somebody checked that one does."""
OUTSIDE = ("DK", "IE")
