"""Sentences in the studio: found, checked, said at once, agreed to by two where that matters."""

import re
from typing import Any

import pytest
from sqlalchemy import update

from bot import tables as t
from bot.staff import Role
from tests.bot.web.site import Browser, Site, phrases

_CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')


async def editor(site: Site, login: str = "chiara", languages: tuple[str, ...] = ()) -> Browser:
    """Return the browser of somebody who writes sentences."""
    browser = await site.browser()
    account = await site.hire(login, Role.CONTENT, [])
    async with site.context.database.transaction() as connection:
        mine = t.staff.c.login == login
        await connection.execute(update(t.staff).where(mine).values(languages=list(languages)))
    await browser.signs_in(account)
    return browser


async def sends(browser: Browser, name: str, kind: str = "phrase", locale: str = "it", **sent: Any) -> tuple[int, str]:
    """Open the page with one sentence and send its form; return status and page, or where it leads."""
    html = await browser.opens(f"/studio/texts?language={locale}&q={name}")
    place = html[html.index(f'id="{kind}-{name.replace("/", "-")}"') :]
    hidden = {key: _hidden(place, key) for key in ("csrf", "seen", "proposal")}
    fields = hidden | {"language": locale, "q": name, "kind": kind, "id": name, "deed": "save"} | sent
    answer = await browser.posts("/studio/texts", fields)
    return answer.status, answer.headers.get("Location", "") or await answer.text()


def _hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html.split("</li>\n<li")[0])
    return found[1] if found else ""


async def test_sentences_stand_beside_their_source_and_are_found(site: Site) -> None:
    chiara = await editor(site)

    html = await chiara.opens("/studio/texts?language=it&room=buttons&q=choice_person")

    assert "Talk to a person" in html
    assert phrases().text("it", "choice_person") in html
    assert "No speaker has read it" in html
    assert "At most 20 characters" in html
    assert "Sentences: 1" in html
    arabic = await chiara.opens("/studio/texts?language=ar&q=menu_again")
    assert 'lang="ar" dir="rtl"' in arabic
    assert "{office}" in await chiara.opens("/studio/texts?language=it&q=office_closed")
    assert "Page 1 of" in await chiara.opens("/studio/texts?language=it")


async def test_what_is_saved_is_said_at_once(site: Site) -> None:
    chiara, person = await editor(site), await site.browser()

    status, where = await sends(chiara, "web_placeholder", text="  Scrivi  qui ", read="1")

    assert status == 303
    assert where.endswith("said=saved#phrase-web_placeholder")
    assert site.context.phrases.text("it", "web_placeholder") == "Scrivi qui"
    assert "Scrivi qui" in await person.opens("/?lang=it")
    html = await chiara.opens("/studio/texts?language=it&q=web_placeholder&said=saved")
    assert "Changed by chiara" in html
    assert "Saved. The bot says it now." in html
    (row,) = [one for one in await site.rows(t.audit) if one.action == "sentence_saved"]
    assert row.object_id == "it/web_placeholder"
    assert phrases().text("it", "web_placeholder") != "Scrivi qui"  # the files, which other services share

    await sends(chiara, "web_placeholder", text="Scrivi a noi")
    html = await chiara.opens("/studio/texts?language=it&q=web_placeholder")
    history = html[html.index("History</summary>") :]
    assert history.index(">Scrivi a noi</p>") < history.index(">Scrivi qui</p>")

    assert (await sends(chiara, "web_placeholder", deed="file"))[0] == 303
    assert site.context.phrases.text("it", "web_placeholder") == phrases().text("it", "web_placeholder")


@pytest.mark.parametrize(
    ("name", "kind", "text", "said"),
    [
        ("choice_person", "phrase", "Vorrei parlare con una persona", "At most 20 characters."),
        ("late", "phrase", "Il messaggio arriva tardi.", "exactly the words in braces"),
        ("web_foot", "phrase", "Non è un servizio di emergenza.", "The number 112 must be in it"),
        ("labour_rights/dismissal", "title", "Licenziamento e tutto il resto", "At most 24 characters."),
        ("labour_rights/dismissal", "title", "Fine \u202e211", "A hidden sign in it turns words or numbers around."),
    ],
)
async def test_what_does_not_fit_is_said_and_not_lost(site: Site, name: str, kind: str, text: str, said: str) -> None:
    chiara = await editor(site)

    status, html = await sends(chiara, name, kind, text=text)

    assert status == 422
    assert said in html
    assert text.strip() in html
    assert await site.rows(t.edit) == []


async def test_danger_and_consent_need_a_second_person(site: Site) -> None:
    chiara, bruno = await editor(site), await editor(site, "bruno")
    name, text = "truth_nobody", "Nessuno legge questa chat ora. Non aspettare noi."

    assert (await sends(chiara, name, text=text))[1].endswith("said=proposed#phrase-truth_nobody")
    assert site.context.phrases.text("it", name) == phrases().text("it", name)
    assert "said=same_person" in (await sends(chiara, name, deed="agree"))[1]
    assert site.context.phrases.text("it", name) == phrases().text("it", name)
    assert "Agree and say it" in await bruno.opens("/studio/texts?language=it&state=waiting")

    assert "said=agreed" in (await sends(bruno, name, deed="agree"))[1]
    assert site.context.phrases.text("it", name) == text
    assert "Sentences: 0" in await bruno.opens("/studio/texts?language=it&state=waiting")


async def test_who_agrees_to_a_proposal_that_changed_meanwhile_is_told(site: Site) -> None:
    chiara, bruno = await editor(site), await editor(site, "bruno")
    name = "truth_nobody"
    await sends(chiara, name, text="Nessuno legge ora.")
    html = await bruno.opens(f"/studio/texts?language=it&q={name}")
    proposal, csrf = re.search(r'name="proposal" value="([^"]+)"', html), _CSRF.search(html)
    assert proposal is not None
    assert csrf is not None
    await sends(chiara, name, text="Nessuno legge questa chat.")

    fields = {"csrf": csrf[1], "language": "it", "kind": "phrase", "id": name, "proposal": proposal[1], "deed": "agree"}
    answer = await bruno.posts("/studio/texts", fields)

    assert answer.status == 422
    assert site.context.phrases.text("it", name) == phrases().text("it", name)


async def test_of_two_people_who_save_at_once_the_second_is_told(site: Site) -> None:
    chiara, bruno = await editor(site), await editor(site, "bruno")
    await sends(chiara, "goodbye", text="Ciao.")

    status, html = await sends(bruno, "goodbye", text="Arrivederci.", seen="")

    assert status == 422
    assert "Somebody else saved this sentence" in html
    assert "Arrivederci." in html
    assert site.context.phrases.text("it", "goodbye") == "Ciao."


async def test_a_language_is_read_when_all_its_sentences_are(site: Site) -> None:
    chiara = await editor(site)
    await chiara.opens("/studio/texts?language=it")
    every = list(phrases().texts["it"])
    html = await chiara.opens("/studio/texts?language=it")
    csrf = _CSRF.search(html)

    answer = await chiara.client.post(
        "/studio/texts",
        data=[("csrf", csrf[1] if csrf else ""), ("language", "it"), ("deed", "read"), *(("read", one) for one in every)],
        headers={"Sec-Fetch-Site": "same-origin"}, allow_redirects=False,
    )  # fmt: skip

    assert answer.status == 303
    assert "it" not in site.context.phrases.unread
    assert "fr" in site.context.phrases.unread
    assert site.context.phrases.texts["it"] == phrases().texts["it"]


async def test_another_language_than_ones_own_is_only_read(site: Site) -> None:
    chiara = await editor(site, languages=("it",))

    assert "You can read the sentences of this language" in await chiara.opens("/studio/texts?language=fr")
    html = await chiara.opens("/studio/texts?language=it&q=goodbye")
    csrf = _CSRF.search(html)
    fields = {"csrf": csrf[1] if csrf else "", "language": "fr", "kind": "phrase", "id": "goodbye", "text": "Salut."}
    answer = await chiara.posts("/studio/texts", fields)
    assert answer.status == 403


async def test_titles_of_questions(site: Site) -> None:
    chiara = await editor(site)

    assert (await sends(chiara, "labour_rights/dismissal", "title", text="Fine del lavoro"))[0] == 303

    assert site.context.phrases.title("it", "labour_rights/dismissal") == "Fine del lavoro"
    assert (await sends(chiara, "labour_rights/dismissal", "title", text="Malattia e lavoro"))[0] == 422
