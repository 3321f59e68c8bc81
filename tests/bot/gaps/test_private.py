"""What may say who asked is taken out before anybody reads a question."""

import pytest

from bot.gaps.private import says_something, without_names


@pytest.mark.parametrize(
    ("locale", "text", "kept", "gone"),
    [
        ("en", "My name is Ahmed Ali and my boss does not pay", "my boss does not pay", "Ahmed Ali"),
        ("en", "i wrote to boss.man@firm.example and @bossman", "i wrote to", "boss.man bossman firm"),
        ("it", "mi chiamo Fatou e il signor Rossi non mi paga", "non mi paga", "Fatou Rossi"),
        ("it", "abito in via Giuseppe Verdi 12 e non ho acqua", "e non ho acqua", "Giuseppe Verdi 12"),
        ("fr", "je m'appelle Awa, j'habite 12 rue de la Paix 75002 Paris", "j'habite", "Awa Paix"),
        ("de", "Ich heiße Olena und wohne in der Hauptstraße 5", "wohne in der", "Olena Hauptstraße"),
        ("nl", "mijn naam is Yusuf, Kerkstraat 15", "mijn naam is", "Yusuf Kerkstraat"),
        ("es", "trabajo en Limpiezas Garcia S.L. y el señor Pérez Gil grita", "trabajo en", "Garcia Pérez Gil"),
        ("ru", "меня зовут Алиса Ким и мне не платят", "и мне не платят", "Алиса Ким"),
        ("uk", "мене звати Оксана, пан Коваль не платить", "не платить", "Оксана Коваль"),
        ("ar", "اسمي أحمد علي وأريد إحضار قطتي", "وأريد إحضار قطتي", "أحمد علي"),
        ("el", "με λένε Άννα και ο κύριος Παππάς δεν πληρώνει", "δεν πληρώνει", "Άννα Παππάς"),
        ("en", "my friend Maria Lopez works there, phone 0039 333 123 4567", "works there", "Maria Lopez 333"),
    ],
)
def test_names_addresses_and_numbers_go(locale: str, text: str, kept: str, gone: str) -> None:
    masked = without_names(text, locale)

    assert kept in masked
    assert not [word for word in gone.split() if word in masked], masked


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "can i bring my dog from Morocco to Italy in 2026 for 500 euro"),
        ("de", "Muss ich die Rundfunkgebühr bezahlen, wenn ich keinen Fernseher habe"),
        ("it", "quanto costa il permesso a Milano"),
        ("en", "I am pregnant. Must I tell my boss"),
        ("tr", "adımı kartta yanlış yazmışlar"),
    ],
)
def test_a_question_about_places_and_sums_stays_whole(locale: str, text: str) -> None:
    assert without_names(text, locale) == text


@pytest.mark.parametrize(
    ("text", "says"), [("[name] [number]", False), ("ok", False), ("怎么买电话卡", True), ("where is it", True)]
)
def test_marks_alone_ask_nothing(text: str, says: bool) -> None:
    assert says_something(text) is says
