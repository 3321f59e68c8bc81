"""The phrasebook in every locale: whole, short enough for a button, and nothing asked that we never ask."""

import re
import shutil
from pathlib import Path

import pytest

from bot.channels.whatsapp_bodies import CAPABILITIES, message_body
from bot.model.errors import SettingsError
from bot.model.ids import new_id
from bot.model.locales import LOCALES
from bot.model.messages import Address, Button, Outbound
from handoff import phrasebook
from handoff.phrasebook import Phrasebook, load, tap, tapped

HOME = Path(phrasebook.__file__).parent
NEVER_ASKED = (
    "status",
    "permit",
    "visa",
    "nationality",
    "religion",
    "your name",
    "name of",
    "member",
    "illegal",
    "police",
)
PLACEHOLDER = re.compile(r"\{\w+\}")


@pytest.fixture(scope="module")
def book() -> Phrasebook:
    return load()


@pytest.mark.parametrize("locale", LOCALES)
def test_every_question_has_its_answers_in_every_locale(book: Phrasebook, locale: str) -> None:
    for one in book.sentences.values():
        titles = [words for _, words in book.answers(locale, one.id)]
        assert len(titles) <= CAPABILITIES.buttons
        assert all(0 < len(title) <= CAPABILITIES.button_limit for title in titles), one.id
        assert len(set(titles)) == len(titles), one.id


@pytest.mark.parametrize("locale", LOCALES)
def test_every_question_is_a_message_with_buttons_on_whatsapp(book: Phrasebook, locale: str) -> None:
    fields = {"day": "2027-09-30", "hour": "23:30", "paper": ",".join(book.papers(locale)), "language": "bs"}
    for one in book.sentences.values():
        if one.answers:
            buttons = tuple(Button(tap(one.id, answer), words) for answer, words in book.answers(locale, one.id))
            message = Outbound(new_id(), Address("1"), book.text(locale, one.id, fields), buttons, locale)
            assert message_body(message)["interactive"]["type"] == "button", one.id


@pytest.mark.parametrize("locale", LOCALES)
def test_no_key_stands_twice_in_a_file(locale: str) -> None:
    for block in re.split(r"^\w+:", (HOME / f"{locale}.yml").read_text(encoding="utf-8"), flags=re.MULTILINE):
        keys = re.findall(r'^  "?(\w+)"?: ', block, flags=re.MULTILINE)
        assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("locale", LOCALES)
def test_a_file_names_its_own_locale_and_who_read_it(book: Phrasebook, locale: str) -> None:
    assert f"\nlocale: {locale}\n" in "\n" + (HOME / f"{locale}.yml").read_text(encoding="utf-8")
    assert book.words[locale].state == "source" if locale == "en" else book.words[locale].state in {"machine", "read"}
    assert (locale in book.unread) is (book.words[locale].state == "machine")


@pytest.mark.parametrize("locale", LOCALES)
def test_words_do_not_shout_and_numbers_are_those_of_english(book: Phrasebook, locale: str) -> None:
    ours, english = book.words[locale], book.words["en"]
    for theirs, source in ((ours.sentences, english.sentences), (ours.answers, english.answers)):
        for key, text in source.items():
            wanted, found = re.findall(r"\d+", text), re.findall(r"\d+", theirs[key])
            assert set(found) <= set(wanted), key
            assert set(wanted) - {"1", "2"} <= set(found), key  # one and two months are words of their own in Arabic
            assert not re.search("[!！¡]", theirs[key]), key
            assert all(sign.isascii() for sign in theirs[key] if sign.isdecimal()), key


@pytest.mark.parametrize("locale", LOCALES)
def test_only_the_heading_of_the_card_is_marked_up(book: Phrasebook, locale: str) -> None:
    words = book.words[locale]
    for key, text in {**words.sentences, **words.answers, **words.papers}.items():
        inner = re.sub(r"\A\*[^*\n]+\*\n", "", text) if key == "appointment" else text
        assert not re.search(r"[*\[\]<>_~`{}]", PLACEHOLDER.sub("", inner)), key
    assert words.sentences["appointment"].startswith("*")


def test_no_question_asks_what_we_never_ask(book: Phrasebook) -> None:
    questions = {key: text.lower() for key, text in book.words["en"].sentences.items() if "?" in text}

    assert [key for key, text in questions.items() if any(word in text for word in NEVER_ASKED)] == []
    assert all(one.answers for one in book.sentences.values() if one.id in questions and one.id != "sum_missing")


def test_sentences_are_short(book: Phrasebook) -> None:
    for key, text in book.words["en"].sentences.items():
        for sentence in re.split(r"[.?:]\s|\n", text):
            assert len(sentence.split()) <= 15, key


def test_an_interview_asks_first_what_cannot_wait_and_comes_to_an_end(book: Phrasebook) -> None:
    for name, asked in book.interviews.items():
        topics = [book.sentences[one].topic for one in asked]
        assert topics.index("urgent") < min(
            index for index, topic in enumerate(topics) if topic not in {"hello", "urgent"}
        )
        said, answers = list[str](), dict[str, str]()
        while one := book.next(name, said, answers):
            said.append(one)
            answers |= {one: book.sentences[one].answers[0]} if book.sentences[one].answers else {}
        assert said[-1] == "thanks"
        assert len(said) > 10
    assert book.next("safety", (), {}) == ""


def test_an_interview_asks_only_what_the_answers_leave_open(book: Phrasebook) -> None:
    answers = {"safe_now": "yes", "pay_missing": "no", "works_now": "yes", "date_set": "no"}
    said: list[str] = []
    while one := book.next("labour_rights", said, answers):
        said.append(one)

    assert not {"danger_call", "threatened", "months_missing", "sum_missing", "who_ended", "days_left"} & set(said)
    assert {"contract", "how_paid", "accident"} <= set(said)
    assert book.next("labour_rights", set(said), {**answers, "pay_missing": "part"}) == "months_missing"


def test_the_card_is_read_in_the_operators_language_in_the_books_order(book: Phrasebook) -> None:
    answers = {"how_paid": "in_cash", "contract": "no", "have_paper": "yes", "gone": "yes", "payslip": "gone"}

    assert book.summary(answers, "fr") == (
        (book.pattern("fr", "contract"), book.answer("fr", "contract", "no")),
        (book.pattern("fr", "how_paid"), book.answer("fr", "how_paid", "in_cash")),
    )


def test_a_tap_reads_as_question_and_answer(book: Phrasebook) -> None:
    assert book.given("en", "f:contract:no") == "Do you have a written work contract? → No"
    assert book.given("en", "f:have_paper:yes") == "Yes"
    assert book.given("en", "f:contract:gone") == book.given("en", "f:gone:yes") == book.given("en", "") == ""


def test_a_choice_says_which_answer_it_is() -> None:
    assert tapped(tap("contract", "dont_know")) == ("contract", "dont_know")
    assert tapped("h:contact:yes") == tapped("f:contract") == tapped("f:a:b:c") == tapped("f::") == ("", "")


# What stops the start


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A phrasebook of its own, with a second locale that says the same."""
    for name, source in (("sentences", "sentences"), ("en", "en"), ("fr", "en")):
        shutil.copyfile(HOME / f"{source}.yml", tmp_path / f"{name}.yml")
    return tmp_path


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(re.findall(old, text, flags=re.MULTILINE)) == 1
    path.write_text(re.sub(old, new, text, flags=re.MULTILINE), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("fr", r"^  hello: .*\n", "", "fr.yml: sentences: missing or unknown: \\['hello'\\]"),
        ("fr", r"^  hello: .*", '  hello: "{name}"', "fr.yml: the lines or placeholders of 'hello'"),
        ("fr", r"^    Map: .map.", "    {map} {map}", "fr.yml: the lines or placeholders of 'appointment'"),
        ("fr", r"^  in_cash: .*", f'  in_cash: "{"x" * 21}"', "fr.yml: the answer 'in_cash' has more than 20"),
        ("fr", r"^  in_cash: .*", '  in_cash: " "', "fr.yml: the answer 'in_cash' has more than 20"),
        ("fr", r"^  rent: .*\n", "", "fr.yml: papers: missing or unknown: \\['rent'\\]"),
        ("fr", r"^state: .*", "state: soon", "fr.yml: state"),
        ("fr", r"^papers:", "others:", "fr.yml: 'papers' is missing"),
        ("en", r"^  hello: .*", '  hello: "{name}"', "sentences.yml: hello: unknown fields"),
        ("en", r"^  in_cash: .*", '  in_cash: "By bank"', "en.yml: two answers of 'how_paid' look the same"),
        ("sentences", r"optional: .map,", "optional: [amount,", "sentences.yml: appointment: an optional field"),
        ("sentences", r"^    accident: .*", "    accident: {answers: [yes, no, all, part]}", "accident: more than 3 answers"),
        ("sentences", r"^    payslip: .*", "    payslip: {answers: [yes, no, sometimes], only_if: {hello: [yes]}}", "only_if"),
        ("sentences", r"recognition: .hello", "recognition: [hullo", "the interview recognition has unknown sentences"),
        ("sentences", r"recognition: .hello", "recognition: [costs", "recognition has sentences with fields"),
    ],
)  # fmt: skip
def test_a_fault_stops_the_start_with_the_file_and_the_key(
    folder: Path, file: str, old: str, new: str, said: str
) -> None:
    spoil(folder / f"{file}.yml", old, new)

    with pytest.raises(SettingsError, match=said):
        load(folder, ("en", "fr"))


def test_a_field_may_stand_anywhere_in_a_sentence(folder: Path) -> None:
    spoil(folder / "fr.yml", "^  answer_by: .*", '  answer_by: "{hour}, {day}: voilà."')

    shown = load(folder, ("en", "fr")).text("fr", "answer_by", {"day": "2027-03-12", "hour": "9:00"})

    assert shown == "9:00, vendredi 12 mars 2027: voilà."


def test_an_id_that_is_too_long_for_a_button_stops_the_start(folder: Path) -> None:
    long = "a" * 40
    spoil(folder / "sentences.yml", r"^    need_interpreter: ", f"    {long}: ")
    spoil(folder / "en.yml", r"^  need_interpreter: ", f"  {long}: ")

    with pytest.raises(SettingsError, match="its id is too long"):
        load(folder, ("en",))


def test_a_missing_file_is_named(folder: Path) -> None:
    with pytest.raises(SettingsError, match=r"phrasebook/it.yml is missing"):
        load(folder, ("en", "it"))
