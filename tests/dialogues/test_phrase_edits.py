"""Sentences as people change them: over the files, checked, said at once, agreed to by two where that matters."""

from collections.abc import Mapping
from uuid import UUID

import pytest

from bot.db import Database
from bot.edits import Change, Edits, Outdated
from dialogues.phrases import Phrases, load_phrases
from dialogues.sentence_rules import limit_of, needs_two, phrase_faults, room_of, title_faults
from dialogues.sentences import PHRASE, TITLE, BadSentence, SamePerson, Sentence, Sentences, Wish
from tests.conftest import Clock

ME, OTHER = UUID(int=1), UUID(int=2)


def files() -> Phrases:
    """The real sentences of two locales."""
    return load_phrases(locales=("en", "it"))


@pytest.fixture
def said() -> Phrases:
    return files().copied()


@pytest.fixture
def sentences(said: Phrases, clock: Clock) -> Sentences:
    return Sentences(files(), said, Edits(), clock)


def wish(name: str, text: str, kind: str = PHRASE, locale: str = "it", **more: object) -> Wish:
    return Wish(kind, locale, name, text, ME, **more)  # type: ignore[arg-type]


async def save(database: Database, sentences: Sentences, one: Wish, *, four_eyes: bool = True) -> str:
    """Save a sentence and let it count."""
    async with database.transaction() as connection:
        done = await sentences.save(connection, one, four_eyes=four_eyes)
        await sentences.reload(connection)
    return done


async def look(database: Database, sentences: Sentences, name: str, kind: str = PHRASE, locale: str = "it") -> Sentence:
    async with database.reading() as connection:
        return next(one for one in await sentences.all(connection, locale) if (one.kind, one.id) == (kind, name))


async def test_what_is_saved_is_said_by_whoever_holds_the_phrases(
    database: Database, sentences: Sentences, said: Phrases
) -> None:
    held = said.text

    assert await save(database, sentences, wish("goodbye", "A presto.", read=True)) == "saved"

    assert held("it", "goodbye") == "A presto."
    assert files().text("it", "goodbye") != "A presto."
    found = await look(database, sentences, "goodbye")
    assert (found.text, found.state, found.differs, found.dropped) == ("A presto.", "read", False, False)
    assert found.file == files().text("it", "goodbye")


async def test_going_back_to_the_file(database: Database, sentences: Sentences, said: Phrases) -> None:
    await save(database, sentences, wish("goodbye", "A presto."))
    found = await look(database, sentences, "goodbye")
    assert found.edit is not None

    async with database.transaction() as connection:
        await sentences.as_in_file(connection, PHRASE, "it", "goodbye", found.edit.id)
        await sentences.reload(connection)
        history = await sentences.history(connection, "it", ["goodbye"])

    assert said.text("it", "goodbye") == files().text("it", "goodbye")
    assert [edit.body["text"] for edit in history["goodbye"]] == ["A presto."]


async def test_of_two_who_save_the_second_is_refused(database: Database, sentences: Sentences, said: Phrases) -> None:
    await save(database, sentences, wish("goodbye", "A presto."))

    with pytest.raises(Outdated):
        await save(database, sentences, wish("goodbye", "Arrivederci."))

    assert said.text("it", "goodbye") == "A presto."


def changed(name: str, **texts: str) -> Phrases:
    """The files of a new version: a sentence says something else."""
    old = files()
    return Phrases({one: {**old.texts[one], name: texts[one]} for one in old.texts}, dict(old.titles), dict(old.states))


async def test_a_file_that_changed_since_is_told_and_nobodys_words_are_lost(
    database: Database, sentences: Sentences, clock: Clock
) -> None:
    await save(database, sentences, wish("goodbye", "A presto."))
    new = changed("goodbye", en="See you.", it="Ci vediamo.")
    later = Sentences(new, said := new.copied(), Edits(), clock)

    async with database.reading() as connection:
        await later.reload(connection)
    found = await look(database, later, "goodbye")

    assert said.text("it", "goodbye") == "A presto."
    assert (found.differs, found.dropped, found.file, found.source) == (True, False, "Ci vediamo.", "See you.")


async def test_words_that_no_longer_fit_the_code_are_not_said_and_shown(
    database: Database, sentences: Sentences, clock: Clock
) -> None:
    await save(database, sentences, wish("goodbye", "A presto."))
    new = changed("goodbye", en="Goodbye, {name}.", it="Ciao, {name}.")
    later = Sentences(new, said := new.copied(), Edits(), clock)

    async with database.reading() as connection:
        await later.reload(connection)
    found = await look(database, later, "goodbye")

    assert said.text("it", "goodbye") == "Ciao, {name}."
    assert found.dropped
    assert found.edit is not None
    assert found.edit.body["text"] == "A presto."


async def test_danger_waits_for_a_second_person(database: Database, sentences: Sentences, said: Phrases) -> None:
    text = "Nessuno legge questa chat ora. Non aspettare noi."
    assert await save(database, sentences, wish("truth_nobody", text)) == "proposed"
    assert said.text("it", "truth_nobody") == files().text("it", "truth_nobody")
    waiting = (await look(database, sentences, "truth_nobody")).proposal
    assert waiting is not None

    async with database.transaction() as connection:
        with pytest.raises(SamePerson):
            await sentences.agree(connection, "it", "truth_nobody", waiting.id, ME)
        await sentences.agree(connection, "it", "truth_nobody", waiting.id, OTHER)
        await sentences.reload(connection)

    assert said.text("it", "truth_nobody") == text
    found = await look(database, sentences, "truth_nobody")
    assert found.proposal is None
    assert found.edit is not None
    assert found.edit.author == ME


async def test_a_second_proposal_takes_the_place_of_the_first(database: Database, sentences: Sentences) -> None:
    await save(database, sentences, wish("truth_nobody", "Nessuno legge ora."))
    first = (await look(database, sentences, "truth_nobody")).proposal
    await save(database, sentences, wish("truth_nobody", "Nessuno legge adesso."))
    assert first is not None

    async with database.transaction() as connection:
        with pytest.raises(Outdated):
            await sentences.agree(connection, "it", "truth_nobody", first.id, OTHER)


async def test_a_refused_proposal_is_gone_and_in_the_history(database: Database, sentences: Sentences) -> None:
    await save(database, sentences, wish("truth_nobody", "Nessuno legge ora."))
    waiting = (await look(database, sentences, "truth_nobody")).proposal
    assert waiting is not None

    async with database.transaction() as connection:
        await sentences.refuse(connection, "it", "truth_nobody", waiting.id)

    found = await look(database, sentences, "truth_nobody")
    assert (found.proposal, found.edit) == (None, None)


async def test_where_one_pair_of_eyes_is_enough_danger_is_saved(
    database: Database, sentences: Sentences, said: Phrases
) -> None:
    assert await save(database, sentences, wish("truth_nobody", "Nessuno legge ora."), four_eyes=False) == "saved"
    assert said.text("it", "truth_nobody") == "Nessuno legge ora."


async def test_a_language_is_read_when_the_last_of_its_sentences_is(
    database: Database, sentences: Sentences, said: Phrases
) -> None:
    every = list(files().texts["it"])
    async with database.transaction() as connection:
        assert await sentences.mark_read(connection, "it", every[1:], ME) == len(every) - 1
        assert await sentences.mark_read(connection, "it", every[1:], ME) == 0
        await sentences.reload(connection)
    assert said.unread == {"it"}

    await save(database, sentences, wish(every[0], files().texts["it"][every[0]], read=True))

    assert said.unread == frozenset()


async def test_titles_of_questions_also_of_new_ones(database: Database, said: Phrases, clock: Clock) -> None:
    new: Mapping[str, Mapping[str, str]] = {
        "en": {"arrival/library": "Library"},
        "it": {"arrival/library": "Biblioteca"},
    }
    sentences = Sentences(files(), said, Edits(), clock, lambda: new)

    await save(database, sentences, wish("labour_rights/dismissal", "Fine del lavoro", TITLE))

    assert said.title("it", "labour_rights/dismissal") == "Fine del lavoro"
    assert said.title("it", "arrival/library") == "Biblioteca"
    found = await look(database, sentences, "arrival/library", TITLE)
    assert (found.text, found.source, found.file) == ("Biblioteca", "Library", "")
    await save(database, sentences, wish("arrival/library", "Le biblioteche", TITLE))
    assert said.title("it", "arrival/library") == "Le biblioteche"


async def test_an_edit_of_an_unknown_sentence_or_without_a_body_changes_nothing(
    database: Database, sentences: Sentences, said: Phrases, clock: Clock
) -> None:
    async with database.transaction() as connection:
        for key, body in (
            ("it/nothing_such", {"text": "x", "state": "read"}),
            ("xx/goodbye", {"text": "x"}),
            ("it/late", None),
        ):
            await Edits().save(connection, Change(PHRASE, key, body), ME, clock())
        await sentences.reload(connection)

    assert said == files()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("goodbye", "", "empty"),
        ("goodbye", "Ciao\nciao", "empty"),
        ("goodbye", "Ciao!", "shouts"),
        ("goodbye", "Ciao {name}", "placeholders"),
        ("goodbye", "Ciao {", "placeholders"),
        ("goodbye", "Ciao ٣", "digits"),
        ("goodbye", "<b>Ciao</b>", "markup"),
        ("goodbye", "Ciao 112", "emergency"),
        ("goodbye", "Chiama il \u202e211\u202c.", "turns"),
        ("web_foot", "Non è un servizio di emergenza.", "emergency"),
        ("choice_person", "x" * 21, "long"),
        ("menu_work", "x" * 23, "long"),
        ("delete_done", "Cancellato. Le copie spariscono dopo 60 giorni.", "numbers"),
        ("choice_yes", "No", "twice"),
    ],
)
async def test_a_sentence_that_does_not_fit_is_refused(
    database: Database, sentences: Sentences, name: str, text: str, fault: str
) -> None:
    with pytest.raises(BadSentence) as refused:
        await save(database, sentences, wish(name, text), four_eyes=False)

    assert refused.value.faults == (fault,)


def test_titles_fit_their_button() -> None:
    assert title_faults("x" * 24) == ()
    assert title_faults("x" * 25) == ("long",)
    assert title_faults("Paga \u2067211\u2069") == ("turns",)


def test_what_ships_keeps_to_the_rules() -> None:
    every = load_phrases()

    for locale, texts in every.texts.items():
        assert [key for key, text in texts.items() if phrase_faults(key, every.texts["en"][key], text)] == [], locale
    assert {room_of(key) for key in every.texts["en"]} == {
        "start", "buttons", "answers", "danger", "privacy", "offices", "pages", "people"
    }  # fmt: skip


def test_danger_and_consent_need_two_people() -> None:
    need = {key for key in files().texts["en"] if needs_two(key)}

    assert {"truth_nobody", "card_violence", "menu_danger", "learn_ask_2", "consent_share", "delete_ask"} <= need
    assert {"goodbye", "menu_work", "choice_yes", "offer_open"}.isdisjoint(need)
    assert (limit_of("choice_yes"), limit_of("menu_danger"), limit_of("goodbye")) == (20, 22, 1000)
