"""The updates that a person on Telegram causes, in the shapes of the Bot API."""

from tests.fakes.record import Json

_FILE = {"file_id": "AgAD-file", "file_unique_id": "AQAD-file", "file_size": 3210}
CONTENTS: dict[str, Json] = {
    "voice": {"voice": {**_FILE, "duration": 4, "mime_type": "audio/ogg"}},
    "audio": {"audio": {**_FILE, "duration": 60, "title": "song"}},
    "video_note": {"video_note": {**_FILE, "duration": 5, "length": 240}},
    "photo": {"photo": [{**_FILE, "width": 90, "height": 90}]},
    "video": {"video": {**_FILE, "width": 320, "height": 240, "duration": 3}},
    "sticker": {"sticker": {**_FILE, "type": "regular", "width": 512, "height": 512, "emoji": "👋"}},
    "document": {"document": {**_FILE, "file_name": "letter.pdf", "mime_type": "application/pdf"}},
    "contact": {"contact": {"phone_number": "+490000000", "first_name": "X"}},
}


def person(user: int, language: str) -> Json:
    known: Json = {"id": user, "is_bot": False, "first_name": f"Person {user}"}
    return known | ({"language_code": language} if language else {})


def private(user: int) -> Json:
    return {"id": user, "first_name": f"Person {user}", "type": "private"}


def message(user: int, language: str, number: int, date: int, content: Json) -> Json:
    return {
        "message_id": number,
        "from": person(user, language),
        "chat": private(user),
        "date": date,
        **content,
    }


def callback(user: int, language: str, callback_id: str, button: str, under: Json) -> Json:
    return {
        "id": callback_id,
        "from": person(user, language),
        "message": under,
        "chat_instance": str(user * 31),
        "data": button,
    }


def membership(user: int, language: str, date: int, old: str, new: str, bot: Json) -> Json:
    return {
        "chat": private(user),
        "from": person(user, language),
        "date": date,
        "old_chat_member": {"user": bot, "status": old},
        "new_chat_member": {"user": bot, "status": new},
    }
