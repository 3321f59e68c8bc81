"""An adviser proposes an answer: never of a danger or a minor, with the person's words only after their yes."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import update

from bot import tables as t
from handoff.request import Urgency
from handoff.store import read_card, seal_card, to_case
from tests.bot.gaps.people import Asker
from tests.bot.web.site import Browser, Site, taken
from tests.bot.web.test_desk_more import sign_in

REPLY = "Write to your boss Mario Rossi, phone 333 1234567. Ask for the payslip in writing, and keep a copy."
ANEW = "A payslip is due each month. Whoever gets none asks for it in writing."


async def says_yes(site: Site) -> None:
    conversation = await site.conversation()
    context = site.context
    gaps = context.workshop.gaps.gaps
    await Asker(context.database, context.conversations, gaps, site.clock, conversation.id).answers("learn_ask_2")


async def proposals(site: Site) -> list[str]:
    async with site.context.database.reading() as connection:
        return [gap.answer for gap in await site.context.workshop.gaps.gaps.proposals(connection)]


async def sends(browser: Browser, case: UUID, answer: str, sure: str = "1", form: str = "1") -> str:
    sent = await browser.acts(f"/desk/c/{case}/propose", answer=answer, sure=sure, form=form)
    assert sent.status == 303
    return sent.headers["Location"]


async def test_after_a_yes_the_form_begins_with_the_masked_answer(site: Site, person: Browser, marta: Browser) -> None:
    case = await taken(site, marta)
    await says_yes(site)
    await marta.answers(case, REPLY)

    html = await marta.opens(f"/desk/c/{case}")
    begun = html[html.index('name="answer"') :].partition("</textarea>")[0]

    assert "Ask for the payslip in writing" in begun
    assert not [word for word in ("Mario", "Rossi", "333") if word in begun]
    assert await sends(marta, case, REPLY) == f"/desk/c/{case}?said=proposed#end"
    [kept] = await proposals(site)
    assert "Ask for the payslip in writing" in kept
    assert "Rossi" not in kept
    assert "Proposed." in await marta.opens(f"/desk/c/{case}?said=proposed")


async def test_without_a_yes_only_other_words_are_kept(site: Site, person: Browser, marta: Browser) -> None:
    case = await taken(site, marta)
    await marta.answers(case, REPLY)

    html = await marta.opens(f"/desk/c/{case}")
    assert "Write the answer anew" in html
    assert "Ask for the payslip" not in html[html.index('name="answer"') :].partition("</textarea>")[0]
    assert "propose_own_words" in await sends(marta, case, REPLY, form="1")
    assert await proposals(site) == []

    await sends(marta, case, ANEW, form="2")
    assert await proposals(site) == [ANEW]


@pytest.mark.parametrize(("answer", "sure"), [(ANEW, ""), ("", "1"), ("333 1234567", "1")])
async def test_nothing_is_kept_that_nobody_vouched_for(
    site: Site, person: Browser, marta: Browser, answer: str, sure: str
) -> None:
    case = await taken(site, marta)

    assert "propose_unsure" in await sends(marta, case, answer, sure)
    assert await proposals(site) == []


async def test_a_double_click_proposes_once(site: Site, person: Browser, marta: Browser) -> None:
    case = await taken(site, marta)

    for _ in range(2):
        await sends(marta, case, ANEW)

    assert await proposals(site) == [ANEW]


@pytest.mark.parametrize("why", ["danger", "minor", "return order"])
async def test_nothing_is_learned_from_whom_it_must_not(site: Site, person: Browser, marta: Browser, why: str) -> None:
    case = await taken(site, marta)
    await says_yes(site)
    [row] = await site.rows(t.case)
    card = read_card(site.context.ring, to_case(row))
    changed = {
        "danger": replace(card, urgency=Urgency.DANGER), "minor": replace(card, minor=True),
        "return order": replace(card, intent="permits/return_order"),
    }[why]  # fmt: skip
    values = {
        "card": seal_card(site.context.ring, case, changed),
        "danger_at": site.clock() if why == "danger" else None,
    }
    async with site.context.database.transaction() as connection:
        await connection.execute(update(t.case).values(**values))

    assert 'name="answer"' not in await marta.opens(f"/desk/c/{case}")
    await sends(marta, case, ANEW)
    assert await proposals(site) == []


async def test_only_who_holds_the_case_proposes(site: Site, person: Browser, marta: Browser) -> None:
    case = await taken(site, marta)
    pavel = await sign_in(site, "pavel")

    assert await sends(pavel, case, ANEW) == "/desk?said=not_yours"
    assert await proposals(site) == []
