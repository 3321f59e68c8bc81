"""The fake WhatsApp behaves as its documentation says the real one does."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot.channels.whatsapp import challenge, verify_signature
from bot.model.errors import Forged
from tests.fakes.receiver import Receiver
from tests.fakes.record import Json
from tests.fakes.whatsapp import FakeWhatsApp

YUSUF = "393331112222"
ROW = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.fixture
async def hook() -> AsyncIterator[Receiver]:
    async with Receiver() as made:
        yield made


@pytest.fixture
async def fake(hook: Receiver) -> AsyncIterator[FakeWhatsApp]:
    async with FakeWhatsApp(webhook_url=hook.url) as made:
        made.retry_delay = 0.01
        yield made


def text(body: str, **more: object) -> Json:
    message: Json = {"messaging_product": "whatsapp", "to": f"+{YUSUF}", "type": "text", "text": {"body": body}}
    return message | {"biz_opaque_callback_data": ROW} | more


async def post(fake: FakeWhatsApp, body: Json) -> tuple[int, Json]:
    address = f"{fake.url}/v26.0/{fake.phone_number_id}/messages"
    headers = {"Authorization": f"Bearer {fake.token}"}
    async with aiohttp.ClientSession() as session, session.post(address, json=body, headers=headers) as answer:
        return answer.status, await answer.json()


def values(posts: list[Json]) -> list[Json]:
    return [change["value"] for post in posts for entry in post["entry"] for change in entry["changes"]]


def statuses(hook: Receiver) -> list[str]:
    return [status["status"] for value in values(hook.posts) for status in value.get("statuses", [])]


async def test_a_webhook_is_signed_and_asked_again_until_exactly_200(fake: FakeWhatsApp, hook: Receiver) -> None:
    hook.answers = [500, 204, 202, 200]
    await fake.says(YUSUF, "سلام")
    await fake.settle()

    assert len(hook.bodies) == 4
    for body, headers in zip(hook.bodies, hook.headers, strict=True):
        verify_signature(body, headers["X-Hub-Signature-256"], fake.app_secret)
    assert fake.record.said[0].acknowledged


async def test_forged_signatures_can_be_played(fake: FakeWhatsApp, hook: Receiver) -> None:
    for name in ("bad_signature", "no_signature", "short_signature", "bare_signature"):
        fake.fault(name, "webhook")
    hook.answers = [401, 401, 401, 401, 200]
    await fake.says(YUSUF, "hello")
    await fake.settle()

    for body, headers in list(zip(hook.bodies, hook.headers, strict=True))[:4]:
        with pytest.raises(Forged):
            verify_signature(body, headers.get("X-Hub-Signature-256"), fake.app_secret)
    assert len(hook.bodies) == 5


async def test_the_challenge_is_asked(fake: FakeWhatsApp, hook: Receiver) -> None:
    assert not await fake.verify()
    hook.challenge = lambda request: web.Response(text=challenge(request.query, fake.verify_token))

    assert await fake.verify()


async def test_one_post_holds_two_entries_two_changes_two_messages(fake: FakeWhatsApp, hook: Receiver) -> None:
    fake.hold()
    for number in range(8):
        await fake.says(YUSUF, str(number))
    await fake.release("spread")
    await fake.settle()

    (batch,) = hook.posts
    assert [len(entry["changes"]) for entry in batch["entry"]] == [2, 2]
    assert [len(value["messages"]) for value in values([batch])] == [2, 2, 2, 2]
    assert all(said.acknowledged for said in fake.record.said)


async def test_a_batch_may_be_three_megabytes(fake: FakeWhatsApp, hook: Receiver) -> None:
    fake.hold()
    await fake.says(YUSUF, "hello")
    await fake.release("one", pad_to=3 * 2**20)
    await fake.settle()

    assert len(hook.bodies[0]) == 3 * 2**20


async def test_a_message_comes_twice_in_one_envelope_and_again_in_another(fake: FakeWhatsApp, hook: Receiver) -> None:
    fake.duplicates = 1
    wamid = await fake.says(YUSUF, "hello")
    await fake.settle()
    fake.duplicates = 0
    await fake.repeats(wamid, YUSUF, "hello")
    await fake.settle()

    assert hook.bodies[0] == hook.bodies[1] != hook.bodies[2]
    assert {value["messages"][0]["id"] for value in values(hook.posts)} == {wamid}


async def test_somebody_with_a_username_shows_no_number(fake: FakeWhatsApp, hook: Receiver) -> None:
    await fake.hides_phone(YUSUF)
    await fake.says(YUSUF, "hello")
    await fake.settle()

    assert YUSUF.encode() not in hook.bodies[0]
    assert values(hook.posts)[0]["messages"][0]["from_user_id"] == fake.bsuid(YUSUF)


async def test_what_a_person_does_besides_writing(fake: FakeWhatsApp, hook: Receiver) -> None:
    wamid = await fake.says(YUSUF, "hello")
    await fake.settle()
    await fake.reacts(YUSUF, wamid, "👍")
    await fake.settle()
    await fake.reacts(YUSUF, wamid)
    await fake.settle()
    await fake.changes_number(YUSUF, "393330000000")
    await fake.settle()
    await fake.sends_location(YUSUF, 45.07, 7.69)
    await fake.sends(YUSUF, "voice")
    await fake.sends(YUSUF, "unsupported")
    await fake.account_error()
    await fake.settle()

    messages = [value["messages"][0] for value in values(hook.posts) if "messages" in value]
    assert messages[1]["reaction"] == {"message_id": wamid, "emoji": "👍"}
    assert messages[2]["reaction"] == {"message_id": wamid}
    assert messages[3]["system"]["previous_user_id"] == fake.bsuid(YUSUF)
    assert {message["type"] for message in messages[4:]} == {"location", "audio", "unsupported"}
    assert any("errors" in value and "messages" not in value for value in values(hook.posts))


async def test_a_person_taps_what_they_see(fake: FakeWhatsApp, hook: Receiver) -> None:
    fake.statuses = "none"
    rows = [{"id": f"r{n}", "title": f"Row {n}"} for n in range(4)]
    action = {"button": "Open", "sections": [{"rows": rows}]}
    body = text("-", type="interactive", interactive={"type": "list", "body": {"text": "?"}, "action": action})
    body.pop("text")
    await post(fake, body)

    with pytest.raises(AssertionError, match="sees no button"):
        await fake.taps(YUSUF, "r9")
    await fake.taps(YUSUF, "r1")
    await fake.taps(YUSUF, "old", unseen=True)
    await fake.settle()

    taps = [value["messages"][0]["interactive"] for value in values(hook.posts)]
    assert taps[0] == {"type": "list_reply", "list_reply": {"id": "r1", "title": "Row 1"}}
    assert taps[1]["type"] == "button_reply"


async def test_statuses_follow_and_carry_the_row(fake: FakeWhatsApp, hook: Receiver) -> None:
    await post(fake, text("hi"))
    await fake.settle()

    assert sorted(statuses(hook)) == ["delivered", "sent"]
    for value in values(hook.posts):
        assert value["statuses"][0]["biz_opaque_callback_data"] == ROW


async def test_a_status_may_beat_the_answer_of_the_send(fake: FakeWhatsApp, hook: Receiver) -> None:
    fake.statuses = "early"

    await post(fake, text("hi"))

    assert statuses(hook) == ["sent"]


async def test_read_may_come_before_sent(fake: FakeWhatsApp, hook: Receiver) -> None:
    fake.statuses = "read_first"
    await post(fake, text("hi"))
    await fake.settle()

    assert statuses(hook) == ["read", "sent"]


async def test_a_failure_may_come_late_and_names_nobody(fake: FakeWhatsApp, hook: Receiver) -> None:
    fake.fault("failed", code=131026)
    status, _answer = await post(fake, text("hi"))
    await fake.settle()

    assert status == 200
    (value,) = values(hook.posts)
    assert "contacts" not in value
    assert value["statuses"][0]["errors"][0]["code"] == 131026


async def test_the_window_closes_a_day_after_the_last_word(fake: FakeWhatsApp) -> None:
    start = fake.now()
    await fake.says(YUSUF, "hello")
    fake.now = lambda: start + 24 * 3600 + 1

    status, answer = await post(fake, text("hi"))

    assert (status, answer["error"]["code"]) == (400, 131047)


async def test_a_number_without_plus_and_a_bsuid_in_to_reach_nobody(fake: FakeWhatsApp) -> None:
    await post(fake, text("hi", to=YUSUF))
    await post(fake, text("hi", to=fake.bsuid(YUSUF)))

    assert fake.heard(YUSUF) == []
    assert len(fake.misdirected) == 2


@pytest.mark.parametrize(
    "body",
    [
        text("x" * 4097),
        text(""),
        {"messaging_product": "whatsapp", "type": "text", "text": {"body": "x"}},
        text("x", colour="red"),
        text("x", type="image"),
        text("x", messaging_product="sms"),
    ],
)
async def test_what_meta_refuses_is_refused(fake: FakeWhatsApp, body: Json) -> None:
    status, answer = await post(fake, body)

    assert status == 400
    assert answer["error"]["code"] in (131008, 131009)
    assert fake.heard(YUSUF) == []


async def test_a_wrong_token_and_a_wrong_number_are_refused(fake: FakeWhatsApp) -> None:
    address = f"{fake.url}/v26.0/{fake.phone_number_id}/messages"
    headers = {"Authorization": f"Bearer {fake.token}"}
    async with aiohttp.ClientSession() as session:
        nobody = await session.post(address, json=text("x"))
        elsewhere = await session.post(address.replace(fake.phone_number_id, "999"), json=text("x"), headers=headers)

    assert (nobody.status, elsewhere.status) == (401, 400)
