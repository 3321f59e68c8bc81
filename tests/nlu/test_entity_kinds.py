"""What each kind of value looks like in each language, and what is never taken for one."""

from datetime import date

import pytest

from bot.model.errors import SettingsError
from bot.model.locales import LOCALES
from bot.model.understanding import Status
from nlu import terms
from nlu.entities import extract
from nlu.terms import codes, names_in, words_of

ON = date(2026, 11, 22)


def found(text: str, locale: str) -> dict[str, set[str]]:
    values: dict[str, set[str]] = {}
    for entity in extract(text, locale, ON).entities:
        values.setdefault(entity.kind, set()).add(entity.value)
    return values


@pytest.mark.parametrize(
    ("locale", "text", "work", "home"),
    [
        ("en", "I work in Italy but I live in Slovenia", "IT", "SI"),
        ("fr", "je travaille en Belgique mais j'habite en France", "BE", "FR"),
        ("it", "lavoro in Belgio ma abito in Francia", "BE", "FR"),
        ("es", "vivo en Francia y trabajo en España", "ES", "FR"),
        ("pt", "moro na Itália e trabalho em França", "FR", "IT"),
        ("de", "ich arbeite in Österreich und wohne in Deutschland", "AT", "DE"),
        ("nl", "ik werk in Duitsland en woon in België", "DE", "BE"),
        ("el", "μένω στην Ελλάδα, δουλεύω στη Βουλγαρία", "BG", "GR"),
        ("bg", "живея в България, работя в Гърция", "GR", "BG"),
        ("sl", "delam v Avstriji, živim v Sloveniji", "AT", "SI"),
        ("bs", "radim u Italiji, živim u Sloveniji", "IT", "SI"),
        ("ro", "lucrez în Germania și locuiesc în Franța", "DE", "FR"),
        ("sq", "punoj në Itali, jetoj në Greqi", "IT", "GR"),
        ("pl", "mieszkam w Belgii, pracuję w Niemczech", "DE", "BE"),
        ("tr", "İtalya'da çalışıyorum, Fransa'da yaşıyorum", "IT", "FR"),
        ("ar", "أعمل في إيطاليا وأسكن في فرنسا", "IT", "FR"),
        ("fa", "در ایتالیا کار می‌کنم، در فرانسه زندگی می‌کنم", "IT", "FR"),
        ("ur", "میں اٹلی میں کام کرتا ہوں، فرانس میں رہتا ہوں", "IT", "FR"),
        ("uk", "працюю в Німеччині, живу в Польщі", "DE", "PL"),
        ("ru", "работаю в Бельгии, живу во Франции", "BE", "FR"),
        ("ti", "ኣብ ጣልያን እሰርሕ፣ ኣብ ጀርመን ይነብር", "IT", "DE"),
        ("am", "በጣሊያን እሰራለሁ፣ በጀርመን እኖራለሁ", "IT", "DE"),
        ("so", "Talyaaniga ayaan ka shaqeeyaa, Jarmalka ayaan ku noolahay", "IT", "DE"),
        ("bn", "আমি ইতালিতে কাজ করি, ফ্রান্সে থাকি", "IT", "FR"),
        ("hi", "मैं इटली में काम करता हूँ, फ्रांस में रहता हूँ", "IT", "FR"),
        ("zh", "我在意大利工作，住在法国", "IT", "FR"),
    ],
)
def test_country_of_work_and_of_residence_are_told_apart(locale: str, text: str, work: str, home: str) -> None:
    values = found(text, locale)

    assert (values.get("country_work"), values.get("country_residence")) == ({work}, {home})
    assert "country" not in values


@pytest.mark.parametrize(
    ("locale", "text", "kinds"),
    [
        ("en", "I am now in Greece", {"country_now": {"GR"}}),
        ("it", "adesso sono in Italia", {"country_now": {"IT"}}),
        ("fr", "je suis arrivé en Espagne", {"country_now": {"ES"}}),
        ("tr", "İtalyadayım", {"country_now": {"IT"}}),
        ("zh", "我现在在希腊", {"country_now": {"GR"}}),
        ("ru", "я сейчас в Греции", {"country_now": {"GR"}}),
        ("en", "is that allowed in Belgium by law", {"country": {"BE"}}),
        ("en", "I live and work in Italy", {"country_work": {"IT"}, "country_residence": {"IT"}}),
        ("it", "lavoro in Puglia", {"country_work": {"IT"}, "region": {"IT-75"}}),
        ("nl", "ik woon in Vlaanderen", {"country_residence": {"BE"}, "region": {"BE-VLG"}}),
        ("el", "δουλεύω στην Κρήτη", {"country_work": {"GR"}, "region": {"GR-M"}}),
        ("en", "I am from Egypt and I work in Milan", {"country_work": {"IT"}, "city": {"Milan"}}),
        ("fr", "le bus ne marche pas", {}),
    ],
)
def test_a_place_and_its_part(locale: str, text: str, kinds: dict[str, set[str]]) -> None:
    assert found(text, locale) == kinds


SENTENCES = [
    ("en", "I am a cook, no payslip, 900 euro since August", "cook", "payslip", "900.00 EUR"),
    ("fr", "je suis cuisinier, pas de fiche de paie, 900 euros depuis août", "cook", "payslip", "900.00 EUR"),
    ("it", "faccio il cuoco, niente busta paga, 900 euro da agosto", "cook", "payslip", "900.00 EUR"),
    ("es", "soy camarera, sin nómina, 900 euros desde agosto", "waiter", "payslip", "900.00 EUR"),
    ("pt", "sou pedreiro, sem recibo de vencimento, 900 € desde agosto", "bricklayer", "payslip", "900.00 EUR"),
    ("de", "ich bin Schweißer, keine Lohnabrechnung, 900 Euro seit August", "welder", "payslip", "900.00 EUR"),
    ("nl", "ik ben metselaar, geen loonstrook, 900 euro sinds augustus", "bricklayer", "payslip", "900.00 EUR"),
    ("el", "είμαι μάγειρας, χωρίς διαβατήριο, 900 ευρώ από τον Αύγουστο", "cook", "passport", "900.00 EUR"),
    ("bg", "готвач съм, взеха ми паспорта, 900 лева от август", "cook", "passport", "900.00 BGN"),
    ("sl", "sem zidar, vzeli so mi potni list, 900 evrov od avgusta", "bricklayer", "passport", "900.00 EUR"),
    ("bs", "radim kao konobar, nemam platnu listu, 900 eura od avgusta", "waiter", "payslip", "900.00 EUR"),
    ("ro", "sunt zidar, fără fluturaș, 900 lei din august", "bricklayer", "payslip", "900.00 RON"),
    ("sq", "jam kamarier, pa pasaportë, 900 lekë që nga gushti", "waiter", "passport", "900.00 ALL"),
    ("pl", "jestem spawaczem, zabrali mi paszport, 900 złotych od sierpnia", "welder", "passport", "900.00 PLN"),
    ("tr", "garsonum, pasaportumu aldılar, Ağustos'tan beri 900 lira", "waiter", "passport", "900.00 TRY"),
    ("ar", "أنا طباخ، أخذوا جوازي، ٩٠٠ يورو منذ أغسطس", "cook", "passport", "900.00 EUR"),
    ("fa", "آشپز هستم، پاسپورتم را گرفتند، ۹۰۰ یورو از ماه اوت", "cook", "passport", "900.00 EUR"),
    ("ur", "میں باورچی ہوں، پاسپورٹ لے لیا، 900 یورو اگست سے", "cook", "passport", "900.00 EUR"),
    ("uk", "я зварювальник, забрали паспорт, 900 гривень з серпня", "welder", "passport", "900.00 UAH"),
    ("ru", "я сварщик, забрали паспорт, 900 рублей с августа", "welder", "passport", "900.00 RUB"),
    ("ti", "ከሻኒ እየ፣ ፓስፖርተይ ወሲዶምለይ፣ 900 ዩሮ", "cook", "passport", "900.00 EUR"),
    ("am", "ምግብ አብሳይ ነኝ፣ ፓስፖርቴን ወሰዱ፣ 900 ዩሮ", "cook", "passport", "900.00 EUR"),
    ("so", "Waxaan ahay darawal, baasaboorkayga waa la qaatay, 900 yuuro", "driver", "passport", "900.00 EUR"),
    ("bn", "আমি বাবুর্চি, পাসপোর্ট নিয়ে গেছে, ৯০০ ইউরো আগস্ট থেকে", "cook", "passport", "900.00 EUR"),
    ("hi", "मैं वेल्डर हूँ, पासपोर्ट ले लिया, 900 यूरो अगस्त से", "welder", "passport", "900.00 EUR"),
    ("zh", "我是厨师，护照被拿走，900欧元，从八月开始", "cook", "passport", "900.00 EUR"),
]


@pytest.mark.parametrize(("locale", "text", "profession", "document", "amount"), SENTENCES)
def test_work_document_and_money_in_every_locale(
    locale: str, text: str, profession: str, document: str, amount: str
) -> None:
    values = found(text, locale)

    assert values["profession"] == {profession}
    assert values["document"] == {document}
    assert values["amount"] == {amount}
    assert codes()["professions"][profession] in values["sector"]
    if locale not in {"ti", "am", "so"}:  # their sentences name no month
        assert values["date"] == {"2026-08"}


@pytest.mark.parametrize(
    ("locale", "text", "status"),
    [
        ("en", "my boss does not pay me and I have no papers", Status.WITHOUT_PAPERS),
        ("fr", "je suis sans papiers", Status.WITHOUT_PAPERS),
        ("it", "sono senza permesso di soggiorno", Status.WITHOUT_PAPERS),
        ("es", "no tengo papeles", Status.WITHOUT_PAPERS),
        ("pt", "não tenho documentos", Status.WITHOUT_PAPERS),
        ("de", "ich habe keine Papiere", Status.WITHOUT_PAPERS),
        ("nl", "ik ben asielzoeker", Status.ASYLUM_SEEKER),
        ("el", "δεν έχω χαρτιά", Status.WITHOUT_PAPERS),
        ("bg", "нямам документи", Status.WITHOUT_PAPERS),
        ("sl", "nimam dovoljenja", Status.WITHOUT_PAPERS),
        ("bs", "nemam papire", Status.WITHOUT_PAPERS),
        ("ro", "nu am acte", Status.WITHOUT_PAPERS),
        ("sq", "nuk kam letra", Status.WITHOUT_PAPERS),
        ("pl", "nie mam dokumentów", Status.WITHOUT_PAPERS),
        ("tr", "oturum iznim yok", Status.WITHOUT_PAPERS),
        ("ar", "ليس لدي أوراق", Status.WITHOUT_PAPERS),
        ("fa", "مدرک ندارم", Status.WITHOUT_PAPERS),
        ("ur", "میرے پاس کاغذات نہیں", Status.WITHOUT_PAPERS),
        ("uk", "у мене немає документів", Status.WITHOUT_PAPERS),
        ("ru", "у меня нет документов", Status.WITHOUT_PAPERS),
        ("ti", "ወረቐት የብለይን", Status.WITHOUT_PAPERS),
        ("am", "ወረቀት የለኝም", Status.WITHOUT_PAPERS),
        ("so", "sharci ma lihi", Status.WITHOUT_PAPERS),
        ("bn", "আমার কাগজ নেই", Status.WITHOUT_PAPERS),
        ("hi", "मेरे पास कागज नहीं", Status.WITHOUT_PAPERS),
        ("zh", "我没有居留", Status.WITHOUT_PAPERS),
    ],
)
def test_a_status_stands_apart_from_the_entities(locale: str, text: str, status: Status) -> None:
    extracted = extract(text, locale, ON)

    assert extracted.statuses == (status,)
    assert str(status.value) not in {entity.value for entity in extracted.entities}


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "I am a Muslim from Egypt, my name is Ahmed, I have diabetes and I am in the union"),
        ("it", "sono musulmana, mi chiamo Fatima, sono incinta e iscritta alla CGIL, vengo dal Marocco"),
        ("fr", "je suis malade du sida, je m'appelle Fatou, je suis chrétienne et syndiquée"),
        ("ar", "أنا مسلم من سوريا واسمي أحمد ومريض بالسكري"),
        ("uk", "мене звати Олена, я православна, хворію на рак, з України"),
        ("zh", "我叫王伟，来自中国，是基督徒，得了肝炎"),
        ("bn", "আমার নাম রহিম, আমি হিন্দু, বাংলাদেশ থেকে এসেছি, আমার ক্যান্সার"),
    ],
)
def test_origin_religion_health_union_and_name_are_never_extracted(locale: str, text: str) -> None:
    assert extract(text, locale, ON).entities == ()


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("el", "πρέπει να φύγω από τη χώρα"),
        ("hi", "मैं वापस आया"),
        ("ar", "أخي وصل وحده، وين يروح"),
        ("ro", "mama e batuta de tata"),
        ("de", "ich soll heimlich kommen"),
        ("it", "posso lavorare questa sera"),
        ("fr", "le chef crie sur moi"),
        ("sq", "jam këtu me 12 vjet përvojë"),
    ],
)
def test_a_common_word_of_one_language_is_no_name_of_another(locale: str, text: str) -> None:
    assert not set(found(text, locale)) - {"date"}


@pytest.mark.parametrize("text", ["I need a doctor", "my lawyer told me to wait", "the interpreter was late for it"])
def test_who_helps_is_not_the_profession_of_who_asks(text: str) -> None:
    assert "profession" not in found(text, "en")


def test_a_diploma_makes_any_profession_ones_own() -> None:
    assert found("recognition of my diploma, doctor", "en")["profession"] == {"doctor"}


@pytest.mark.parametrize("section", ["documents", "professions", "sectors", "statuses"])
def test_every_code_has_names_in_every_locale(section: str) -> None:
    table = words_of(section)
    assert set(table) == set(codes()[section])
    known = set(LOCALES)
    assert all(set(names) == known for names in table.values())


@pytest.mark.parametrize("section", ["documents", "statuses"])
def test_a_name_alone_gives_its_code(section: str) -> None:
    kind = terms.KINDS[section]
    for code, by_locale in words_of(section).items():
        for locale, value in by_locale.items():
            name = names_in(value)[0].replace("*", "").replace(" .. ", " ")
            values = found(name, locale)
            statuses = {str(status.value) for status in extract(name, locale, ON).statuses}
            assert code in (statuses if kind == "status" else values.get(kind, set())), (locale, name)


def test_professions_imply_known_sectors() -> None:
    assert set(codes()["professions"].values()) - {""} <= set(codes()["sectors"])


def test_statuses_of_the_codes_and_of_the_type_are_the_same() -> None:
    assert {str(status.value) for status in Status} == set(codes()["statuses"])


def test_a_code_that_is_not_listed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms, "words_of", lambda name: {"no_such_code": {"en": "x"}})

    with pytest.raises(SettingsError, match="no_such_code"):
        terms.terms.__wrapped__()
