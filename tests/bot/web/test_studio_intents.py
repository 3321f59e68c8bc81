"""The pages of questions: what a content manager adds, moves, retires and tries, and who may."""

import re
from pathlib import Path

import pytest
from sqlalchemy import update

from bot import tables as t
from bot.db import Database
from bot.encoder import Encoder
from bot.model.understanding import Ranked
from bot.staff import Role
from bot.web.studio.questions.new import name_for
from nlu.batch import RankedTable
from nlu.interpreter import KEYWORDS, Interpreter
from nlu.keywords import Keywords
from nlu.teaching.content import Content
from nlu.teaching.likeness import Likeness, Progress
from tests.bot.gaps.people import somebody
from tests.bot.web.site import Browser, Site, open_site
from tests.conftest import Clock

WAGES = "/studio/intents/labour_rights/unpaid_wages"
_CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')
_EXPECTED = re.compile(r'name="expected" value="([0-9a-f-]*)"')


@pytest.fixture
async def ines(site: Site) -> Browser:
    return await manager(site)


async def manager(site: Site, login: str = "ines", **limits: list[str]) -> Browser:
    browser = await site.browser()
    account = await site.hire(login, Role.CONTENT, [])
    if limits:
        async with site.context.database.transaction() as connection:
            await connection.execute(update(t.staff).where(t.staff.c.login == login).values(**limits))
    await browser.signs_in(account)
    return browser


async def does(browser: Browser, page: str, address: str, **fields: object) -> tuple[int, str, str]:
    """Open a page, post a form of it, and return status, where it leads and the HTML."""
    html = await browser.opens(page)
    found = _CSRF.search(html)
    assert found is not None, html[:500]
    data = [("csrf", found[1])]
    for name, value in fields.items():
        data += [(name, one) for one in (value if isinstance(value, list) else [value])]
    answer = await browser.client.post(
        address, data=data, headers={"Sec-Fetch-Site": "same-origin"}, allow_redirects=False
    )
    return answer.status, answer.headers.get("Location", ""), await answer.text()


async def wordings(site: Site, intent: str, locale: str) -> tuple[str, ...]:
    async with site.context.database.reading() as connection:
        return (await site.context.workshop.questions.read(connection)).wordings(intent, locale)


async def test_the_list_shows_every_question_and_finds_one(ines: Browser) -> None:
    everything = await ines.opens("/studio/intents")
    one = await ines.opens("/studio/intents?topic=labour_rights&q=wages+not&language=it")

    assert "Questions: 96" in everything
    assert "Questions: 1<" in one
    assert "Wages not paid" in one


async def test_sentences_are_looked_at_and_only_the_ticked_ones_kept(site: Site, ines: Browser) -> None:
    before = await wordings(site, "labour_rights/unpaid_wages", "it")
    lines = f"non ho visto un euro da natale\n{before[0]}\nmi hanno licenziato ieri\nil mio iban è IT60X0542811101000000123456"

    status, _, html = await does(ines, f"{WAGES}?language=it", f"{WAGES}/check?language=it", text=lines)
    assert status == 200
    assert "It is there already." in html
    assert "A long number was taken out." in html
    assert "IT60X" not in html.replace(lines, "")
    assert await wordings(site, "labour_rights/unpaid_wages", "it") == before

    address = f"{WAGES}/wordings?language=it"
    status, leads, _ = await does(ines, f"{WAGES}?language=it", address, take=["non ho visto un euro da natale"])
    assert (status, leads) == (303, f"{WAGES}?language=it&said=words_added")
    assert await wordings(site, "labour_rights/unpaid_wages", "it") == (*before, "non ho visto un euro da natale")
    assert "The sentences are added." in await ines.opens(leads)
    (deed,) = [row for row in await site.rows(t.audit) if row.action == "wordings_added"]
    assert deed.object_id == "labour_rights/unpaid_wages/it"


async def test_a_sentence_of_another_question_is_refused_by_name(site: Site, ines: Browser) -> None:
    (taken, *_) = await wordings(site, "labour_rights/dismissal", "en")

    status, _, html = await does(ines, f"{WAGES}?language=en", f"{WAGES}/wordings?language=en", take=[taken])

    assert status == 409
    assert "It belongs to “Fired from work” already." in html
    assert taken not in await wordings(site, "labour_rights/unpaid_wages", "en")


async def test_ticked_sentences_move_to_another_question(site: Site, ines: Browser) -> None:
    first, *others = await wordings(site, "labour_rights/unpaid_wages", "en")

    await does(
        ines, f"{WAGES}?language=en", f"{WAGES}/wordings/away?language=en", away=[first], to="labour_rights/dismissal"
    )  # fmt: skip

    assert await wordings(site, "labour_rights/unpaid_wages", "en") == tuple(others)
    assert (await wordings(site, "labour_rights/dismissal", "en"))[-1] == first


async def test_an_earlier_saving_is_taken_again(site: Site, ines: Browser) -> None:
    page, before = f"{WAGES}?language=it", await wordings(site, "labour_rights/unpaid_wages", "it")
    await does(ines, page, f"{WAGES}/wordings?language=it", take=["boh niente soldi"])
    await does(ines, page, f"{WAGES}/wordings/away?language=it", away=["boh niente soldi", *before[:5]])
    (first,) = [row.id for row in await site.rows(t.edit) if not row.current]
    assert "18 November 2026 · ines" in await ines.opens(page)

    status, _, _ = await does(ines, page, f"{WAGES}/wordings/restore?language=it", saving=str(first))

    assert status == 303
    assert await wordings(site, "labour_rights/unpaid_wages", "it") == (*before, "boh niente soldi")


async def test_test_sentences_are_kept_beside(site: Site, ines: Browser) -> None:
    status, leads, _ = await does(
        ines, f"{WAGES}?language=it", f"{WAGES}/cases?language=it", text="il capo mi deve ancora giugno"
    )
    trained, *_ = await wordings(site, "labour_rights/unpaid_wages", "it")
    refused, _, html = await does(ines, f"{WAGES}?language=it", f"{WAGES}/cases?language=it", text=trained)

    assert (status, leads) == (303, f"{WAGES}?language=it&said=cases_saved")
    assert refused == 409
    assert "The bot learns from this sentence already" in html
    assert "il capo mi deve ancora giugno" in await ines.opens(f"{WAGES}?language=it")


NEW = {"topic": "labour_rights", "about": "vouchers for lunch", "title_en": "Meal vouchers", "menu": "work"}


async def test_a_question_is_added_with_its_first_sentences_and_says_what_is_missing(site: Site, ines: Browser) -> None:
    status, leads, _ = await does(
        ines, "/studio/intents/new", "/studio/intents/new", **NEW, wordings_en="do I get vouchers\nlunch tickets?",
        title_it="Buoni pasto",
    )  # fmt: skip

    assert (status, leads) == (303, "/studio/intents/labour_rights/meal_vouchers?said=added")
    html = await ines.opens(leads)
    assert "A short title in: French, Arabic." in html
    assert "at least 4 in 3 more languages" in html
    assert "There is no answer yet" in html
    assert "after the next training" in html
    assert await wordings(site, "labour_rights/meal_vouchers", "en") == ("do I get vouchers", "lunch tickets?")
    assert "labour_rights/meal_vouchers" not in site.context.phrases.titles["en"]


async def test_a_question_with_all_its_titles_is_a_choice_at_once(site: Site, ines: Browser) -> None:
    await does(ines, "/studio/intents/new", "/studio/intents/new", **NEW)
    page = "/studio/intents/labour_rights/meal_vouchers"
    expected = _EXPECTED.search(await ines.opens(page))
    assert expected is not None
    fields = {
        f"title_{one}": title for one, title in {"en": "Meals", "it": "Pasti", "fr": "Repas", "ar": "وجبات"}.items()
    }
    turned = fields | {"title_it": "Pasti \u202e211"}

    refused, _, html = await does(ines, page, f"{page}/about", expected=expected[1], about="lunch", **turned)
    status, _, _ = await does(ines, page, f"{page}/about", expected=expected[1], about="lunch", **fields)
    outdated = await does(ines, page, f"{page}/about", expected=expected[1], about="dinner", **fields)

    assert (refused, "holds a hidden sign" in html, 'value="وجبات"' in html) == (422, True, True)
    assert status == 303
    assert site.context.phrases.titles["ar"]["labour_rights/meal_vouchers"] == "وجبات"
    assert outdated[1].endswith("said=outdated")
    assert "dinner" not in await ines.opens(page)


async def test_a_question_that_nobody_could_answer_begins_a_new_one_and_is_settled_with_it(
    site: Site, ines: Browser
) -> None:
    olena = await somebody(site.context.database, site.context.ring, site.clock)
    await olena.answers("learn_ask_2")
    await olena.asks("do I get vouchers for my lunch")
    (gap,) = await site.rows(t.gap)
    page = f"/studio/intents/new?from={gap.id}"

    assert "do I get vouchers for my lunch" in await ines.opens(page)
    fields = NEW | {"gap": str(gap.id), "wordings_en": "meal tickets?\ndo i get vouchers for lunch"}
    status, _, _ = await does(ines, page, "/studio/intents/new", **fields)

    assert status == 303
    (gap,) = await site.rows(t.gap)
    assert gap.state == "used"
    copied, _ = sorted((row for row in await site.rows(t.edit) if row.kind == "wordings"), key=lambda row: not row.note)
    assert copied.body["examples"] == ["do i get vouchers for lunch"]
    await olena.answers("")  # by the note the words are found, wherever in the form they stood
    await site.context.workshop.gaps.keep_up()
    kept = [row.body for row in await site.rows(t.edit) if row.kind == "wordings"]
    assert {"examples": ["meal tickets?"]} in kept
    assert "lunch" not in str(kept)
    assert "do I get vouchers for my lunch" not in await ines.opens(page)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"title_en": ""}, "Please give a short title in English."),
        ({"title_it": "Un titolo che è davvero troppo lungo"}, "is too long: at most 24 characters"),
        ({"title_en": "Fired from work"}, "“Fired from work” is the title of another question."),
        ({"topic": "service"}, "Please choose a topic."),
        ({"title_it": "Buoni \u202e211"}, "“Buoni 211” holds a hidden sign"),
        (
            {"wordings_en": "my boss does not pay me"},
            "English, “my boss does not pay me”: It belongs to “Wages not paid”",
        ),
        ({"wordings_it": "i buoni pasto\nxx"}, "Italian, “xx”: It is too short"),
        (
            {"wordings_it": "<script>pasto</script>"},
            "Italian, “&lt;script&gt;pasto&lt;/script&gt;”: The signs &lt; and &gt;",
        ),
        ({"wordings_en": "why " * 80}, "why why …”: It is too long: at most 300 characters."),
    ],
)
async def test_what_cannot_be_is_told_and_nothing_is_kept(
    site: Site, ines: Browser, changed: dict[str, str], told: str
) -> None:
    status, _, html = await does(ines, "/studio/intents/new", "/studio/intents/new", **NEW | changed)

    assert status in {409, 422}
    assert told in html
    assert "vouchers for lunch" in html
    assert await site.rows(t.edit) == []


async def test_the_plan_names_what_it_touches_and_retiring_can_be_taken_back(site: Site, ines: Browser) -> None:
    plan = await ines.opens("/studio/intents/labour_rights/dismissal/retire")
    assert "Rows of the picture menu that offer it: 1" in plan
    assert "Short messages after which it is a choice" in plan
    assert re.search(r"Sentences: \d\d\d", plan)

    page = "/studio/intents/labour_rights/dismissal"
    status, leads, _ = await does(ines, f"{page}/retire", f"{page}/retire", to="labour_rights/resignation")
    assert (status, leads) == (303, f"{page}?said=retired")
    assert site.context.workshop.questions.retired == {"labour_rights/dismissal"}
    assert await wordings(site, "labour_rights/dismissal", "sl") == ()

    await does(ines, page, f"{page}/back")
    assert site.context.workshop.questions.retired == frozenset()


async def test_questions_about_danger_cannot_be_retired(site: Site, ines: Browser) -> None:
    page = "/studio/intents/safety/violence"

    assert "cannot be retired" in await ines.opens(f"{page}/retire")
    status, _, html = await does(ines, page, f"{page}/retire")

    assert (status, await site.rows(t.edit)) == (409, [])
    assert "cannot be retired" in html


async def test_whose_account_is_for_one_language_changes_that_one_only(site: Site) -> None:
    pavel = await manager(site, "pavel", languages=["bg", "it"], jurisdictions=["IT"])

    allowed, _, _ = await does(
        pavel, f"{WAGES}?language=it", f"{WAGES}/wordings?language=it", take=["boh niente soldi"]
    )
    refused, _, _ = await does(pavel, f"{WAGES}?language=en", f"{WAGES}/wordings?language=en", take=["no money"])
    retired, _, _ = await does(pavel, WAGES, f"{WAGES}/retire")

    assert (allowed, refused, retired) == (303, 403, 403)


async def test_a_sentence_is_tried_while_rasa_is_away(site: Site, ines: Browser) -> None:
    before = await site.rows(t.audit)

    status, _, html = await does(
        ines, "/studio/intents/try", "/studio/intents/try", text="aiuto, mio marito mi picchia adesso"
    )

    assert status == 200
    assert "It shows the help for danger" in html
    assert "is not running now" in html
    assert "mi picchia" in html
    assert await site.rows(t.audit) == before


async def test_a_sentence_is_tried_with_its_ranking_and_its_nearest_wordings(
    sqlite: Database, ring: object, clock: Clock, tmp_path: Path
) -> None:
    text = "who pays my last month"
    table = RankedTable({text: (Ranked("labour_rights/unpaid_wages", 0.91), Ranked("labour_rights/dismissal", 0.04))})
    async with open_site(sqlite, ring, clock) as site:  # type: ignore[arg-type]
        likeness = Likeness(tmp_path, Encoder(cpu=Path("/proc/cpuinfo")))
        object.__setattr__(site.context.workshop, "interpreter", Interpreter(table, Keywords.load(KEYWORDS)))
        object.__setattr__(site.context.workshop, "likeness", likeness)
        ines = await manager(site)

        _, _, html = await does(ines, "/studio/intents/try", "/studio/intents/try", text=text)
        await likeness.close()

    assert "It answers the first question of the list." in html
    assert "91 %" in html
    assert "being prepared" in html


class Preparing(Likeness):
    """Knows which languages were asked for."""

    def __init__(self) -> None:
        super().__init__(Path(), Encoder(cpu=Path("/dev/null")))
        self.asked: list[str] = []

    def progress(self, content: Content, locale: str) -> Progress:
        self.asked.append(locale)
        return super().progress(content, locale)


async def test_who_may_write_finds_the_language_in_preparation_before_a_sentence_is_typed(site: Site) -> None:
    likeness = Preparing()
    object.__setattr__(site.context.workshop, "likeness", likeness)
    pavel = await manager(site, "pavel", languages=["it"])

    for locale in ("it", "en"):
        await pavel.opens(f"{WAGES}?language={locale}")

    assert likeness.asked == ["it"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Meal vouchers", "meal_vouchers"),
        ("Dismissal", "dismissal_too"),
        ("Büro & Co 24", "buro_co"),
        ("2024", "question"),
    ],
)
def test_a_name_is_made_of_the_title(title: str, name: str) -> None:
    assert name_for(title, {"dismissal"}) == name
