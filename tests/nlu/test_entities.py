"""Country, city, language and choice in an utterance; never where somebody comes from."""

import math
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.locales import LOCALES
from bot.model.understanding import Understanding, Verdict
from nlu.entities import extract, nearest_city
from nlu.places import find_places
from nlu.terms import codes

SEVERAL = frozenset({"document", "profession", "sector", "amount", "date"})


def values(text: str, locale: str) -> dict[str, str]:
    return {entity.kind: entity.value for entity in extract(text, locale).entities}


def country_of(text: str, locale: str) -> str:
    """The country that is named, whatever it is to the person."""
    return Understanding(Verdict.ACCEPT, entities=extract(text, locale).entities).any_country


@pytest.mark.parametrize(
    ("locale", "text", "country"),
    [
        ("en", "I work in Italy", "IT"),
        ("en", "the netherlands", "NL"),
        ("en", "holland", "NL"),
        ("en", "Bangladesh", "BD"),
        ("en", "is that allowed by Belgian law", "BE"),
        ("fr", "je travaille en Belgique", "BE"),
        ("it", "lavoro in Belgio da un anno", "BE"),
        ("es", "trabajo en los Países Bajos", "NL"),
        ("pt", "moro na Eslovénia", "SI"),
        ("de", "ich arbeite in Österreich", "AT"),
        ("nl", "ik werk in Duitsland", "DE"),
        ("el", "δουλεύω στην Ελλάδα", "GR"),
        ("el", "τι λέει ο νόμος του Βελγίου", "BE"),
        ("bg", "живея в България", "BG"),
        ("sl", "živim v Sloveniji", "SI"),
        ("bs", "radim u Italiji", "IT"),
        ("bs", "radim u Njemačkoj", "DE"),
        ("ro", "lucrez în Grecia", "GR"),
        ("sq", "punoj në Itali", "IT"),
        ("pl", "pracuję we Włoszech", "IT"),
        ("pl", "mieszkam w Belgii", "BE"),
        ("tr", "İtalya'da çalışıyorum", "IT"),
        ("tr", "Belçikada yaşıyorum", "BE"),
        ("ar", "أعمل في إيطاليا", "IT"),
        ("ar", "بإيطاليا", "IT"),
        ("fa", "در ایتالیا کار می‌کنم", "IT"),
        ("ur", "میں اٹلی میں ہوں", "IT"),
        ("uk", "я живу в Італії", "IT"),
        ("ru", "работаю в Бельгии", "BE"),
        ("ti", "ኣብ ጣልያን ይነብር ኣለኹ", "IT"),
        ("am", "በጣሊያን እሰራለሁ", "IT"),
        ("so", "Talyaaniga ayaan joogaa", "IT"),
        ("bn", "আমি ইতালিতে থাকি", "IT"),
        ("hi", "मैं इटली में काम करता हूँ", "IT"),
        ("zh", "我在意大利工作", "IT"),
    ],
)
def test_a_country_is_found_in_every_locale(locale: str, text: str, country: str) -> None:
    assert country_of(text, locale) == country


@pytest.mark.parametrize(
    ("locale", "text", "country"),
    [
        ("en", "I am from Romania and I work in Italy in a farm", "IT"),
        ("it", "vengo dalla Bulgaria e lavoro a Milano", "IT"),
        ("it", "sono nigeriano e ho bisogno di aiuto", ""),
        ("fr", "je viens de Roumanie", ""),
        ("pl", "jestem z Polski, pracuję w Niemczech", "DE"),
        ("el", "είμαι από την Αλβανία και μένω στη Θεσσαλονίκη", "GR"),
        ("tr", "Türkiye'den geldim, İtalyadayım", "IT"),
        ("ar", "انا من سوريا اعيش في بلجيكا", "BE"),
        ("fa", "از افغانستان هستم", ""),
        ("bn", "বাংলাদেশ থেকে এসেছি", ""),
        ("am", "ከኢትዮጵያ ነኝ", ""),
        ("zh", "我来自中国，在意大利工作", "IT"),
        ("en", "I want to travel to Albania with my permit for two weeks", ""),
        ("en", "I have a permit in Italy, can I work in Belgium?", "BE"),
    ],
)
def test_an_origin_is_never_taken_for_a_place(locale: str, text: str, country: str) -> None:
    assert country_of(text, locale) == country


@pytest.mark.parametrize(
    ("locale", "text", "city"),
    [
        ("en", "i live in athens", "Athens"),
        ("fr", "où est le bureau à Liège", "Liège"),
        ("nl", "ik woon in Luik", "Liège"),
        ("it", "Milano", "Milan"),
        ("it", "porto mia moglie qui a Roma", "Rome"),
        ("sl", "kje je pisarna v Ljubljani", "Ljubljana"),
        ("bs", "živim u Beču", "Vienna"),
        ("ru", "живу в Риме", "Rome"),
        ("uk", "я у Мілані", "Milan"),
        ("ar", "ميلانو", "Milan"),
        ("zh", "我在米兰", "Milan"),
        ("en", "Nice", "Nice"),
        ("en", "how nice of you to help me", ""),
        ("en", "my boss Milan does not pay me", ""),
        ("fr", "il faut qu'il vienne demain", ""),
        ("de", "ich liege im Krankenhaus", ""),
        ("en", "from Milan to Rome", "Rome"),
    ],
)
def test_a_city_is_found_and_a_common_word_is_not(locale: str, text: str, city: str) -> None:
    assert values(text, locale).get("city", "") == city


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("english please", "en"),
        ("по-русски", "ru"),
        ("عربي", "ar"),
        ("I need an interpreter for Tigrinya", "ti"),
        ("српски", "bs"),
        ("parlate hrvatski?", "bs"),
        ("Soomaali", "so"),
        ("有人说中文吗", "zh"),
        ("kurdish", "ku"),
    ],
)
def test_a_language_is_known_by_its_names(text: str, language: str) -> None:
    assert values(text, "")["language"] == language


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("2", "2"),
        ("٣", "3"),
        ("२", "2"),
        ("2️⃣", "2"),
        ("3.", "3"),
        ("n° 1", "1"),
        ("三", "3"),
        ("፪", "2"),
        ("👍🏽", "ok"),
        ("👍👍", "ok"),
        ("OK!", "ok"),
        ("ок", "ok"),
    ],
)
def test_a_typed_choice(text: str, choice: str) -> None:
    assert values(text, "en") == {"choice": choice}


@pytest.mark.parametrize("text", ["I have 3 kids", "112 please", "ok but not today", "٣ أشهر", "𝟙𝟚𝟛𝟜", ""])
def test_a_number_inside_a_sentence_is_no_choice(text: str) -> None:
    assert "choice" not in values(text, "en")


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(st.characters(exclude_categories=[]), max_size=120), st.sampled_from(["", "xx", *LOCALES]))
def test_extracting_never_raises_and_gives_known_kinds_and_codes(text: str, locale: str) -> None:
    entities = extract(text, locale, date(2026, 11, 22)).entities

    single = [entity.kind for entity in entities if entity.kind not in SEVERAL]
    assert len(single) == len(set(single))
    assert len(entities) == len(set(entities))
    assert {entity.kind for entity in entities} <= set(codes()["kinds"]) - {"status"}


@pytest.mark.parametrize(
    ("latitude", "longitude", "place"),
    [
        (45.50, 9.20, ("Milan", "IT")),
        (50.60, 5.50, ("Liège", "BE")),
        (46.05, 14.51, ("Ljubljana", "SI")),
        (37.94, 23.65, ("Athens", "GR")),
        (36.80, 10.18, None),
        (0.0, 0.0, None),
        (90.0, 999.0, None),
        (math.nan, 0.0, None),
    ],
)
def test_a_location_becomes_the_nearest_city_or_nothing(
    latitude: float, longitude: float, place: tuple[str, str] | None
) -> None:
    assert nearest_city(latitude, longitude) == place


def test_a_city_of_another_country_than_the_named_one_is_left_out() -> None:
    places = find_places("Paris, Italy", "en")

    assert (places.country, places.city) == ("IT", "")
