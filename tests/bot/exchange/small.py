"""A release of a few files, so that a test of plans and imports takes no time."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.exchange.engine import Choice, Exchange, Incoming
from bot.exchange.formats import read
from bot.exchange.items import Item
from bot.exchange.plan import Plan
from bot.exchange.shipped import Shipped
from knowledge.files import read_tree
from knowledge.store import Revisions

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
PAY = "work/pay"
IT = f"knowledge/articles/{PAY}/IT.it.md"
HELLO = Item("phrase", "it/welcome")
WORDS = Item("wordings", f"{PAY}/it")


def text(title: str, summary: str, status: str = "source_checked") -> str:
    """A text as a file."""
    meta = 'review_by: 2027-01-01\nvalid_from: 2026-01-01\nvalid_until: null\nauthor: ""\nreviewer: ""\nversion: 1\n'
    front = f"---\nstatus: {status}\n{meta}machine_translated: false\ntitle: {title}\n---\n"
    return f"{front}## summary\n{summary}[^LAW]\n"


FILES = {
    f"knowledge/articles/{PAY}/article.yml": f"intent: {PAY}\nplace: work\ndeadline: false\nrelated: []\n",
    f"knowledge/articles/{PAY}/IT.en.md": text("Pay", "They must pay."),
    IT: text("Paga", "Devono pagare."),
    "knowledge/sources/IT.yml": (
        'LAW: {title: "Law", url: "https://example.org/1", act: "1", article: "", checked_on: 2026-01-01, official: true}\n'
    ),
    "nlu/data/it/work.yml": 'version: "3.1"\n\nnlu:\n- intent: pay\n  examples: |\n    - non mi pagano\n',
    "nlu/cases/it.yml": f'locale: "it"\nintents:\n  {PAY}:\n    - "quando pagano"\n',
    "dialogues/domain/work.yml": 'version: "3.1"\nintents:\n  - pay\n',
    "dialogues/phrases/en.yml": (
        'locale: en\nstate: source\nphrases:\n  # start\n  welcome: "Hello."\n  danger_call: "Call 112."\n'
    ),
    "dialogues/phrases/it.yml": (
        'locale: it\nstate: machine\nphrases:\n  # start\n  welcome: "Ciao." # short\n  danger_call: "Chiama 112."\n'
    ),
    "dialogues/titles/it.yml": f'locale: it\nstate: machine\ntitles:\n  {PAY}: "Paga"\n',
    "handoff/points/roma.yml": (
        "id: roma\nname: Roma\norganisation: X\ncountry: IT\nzone: Europe/Rome\nkind: union\n"
        "sources: ['https://example.org']\n"
    ),
}


def release(changes: Mapping[str, str] | None = None) -> Shipped:
    """What a version of Guichet ships; `changes` are other files."""
    files = {path: raw.encode() for path, raw in {**FILES, **(changes or {})}.items()}
    found = read(files, frozenset({PAY}), {}, {})
    assert found.problems == ()
    with TemporaryDirectory() as place:
        for path in files:
            target = Path(place, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(files[path])
        articles = {file.key: file for file in read_tree(Path(place, "knowledge/articles")).files}
    return Shipped(found.content, files, articles, frozenset({PAY}))


def engine(shipped: Shipped) -> Exchange:
    """An installation of this version."""
    return Exchange(lambda: shipped, lambda: NOW)


async def start(connection: AsyncConnection, shipped: Shipped) -> None:
    """The service starts: files are loaded into the store."""
    await Revisions().load(connection, list(shipped.articles.values()), NOW)


def changed(files: Mapping[str, bytes], path: str, old: str, new: str) -> dict[str, bytes]:
    """Somebody edits one of the files."""
    assert old in files[path].decode()
    return {**files, path: files[path].decode().replace(old, new).encode()}


async def bring(
    connection: AsyncConnection, house: Exchange, files: Mapping[str, bytes], choice: Choice | None = None
) -> tuple[Incoming, Plan]:
    """Import files."""
    incoming = house.read(files)
    return incoming, await house.import_all(connection, incoming, None, choice or Choice())


async def held(connection: AsyncConnection, house: Exchange) -> dict[Item, Any]:
    """Return what the store holds."""
    return (await house.held(connection, house.shipped())).content
