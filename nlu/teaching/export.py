"""Writes training data and domain as Rasa reads them: the same content gives the same bytes."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

_HEAD = 'version: "3.1"\n'


def write_training(
    folder: Path, intents: Sequence[str], wordings: Mapping[tuple[str, str], Sequence[str]], locales: Iterable[str]
) -> None:
    """Write `nlu/data/<locale>/<topic>.yml` and `dialogues/domain/<topic>.yml` below the folder; what else is there stays."""
    topics: dict[str, list[str]] = {}
    for intent in intents:
        topics.setdefault(intent.partition("/")[0], []).append(intent)
    for topic, members in topics.items():
        _write(folder / "dialogues" / "domain" / f"{topic}.yml", domain_text(members))
        for locale in locales:
            examples = {intent: wordings.get((intent, locale), ()) for intent in members}
            if any(examples.values()):
                _write(folder / "nlu" / "data" / locale / f"{topic}.yml", data_text(examples))


def domain_text(intents: Iterable[str]) -> str:
    """Return the domain file of one topic."""
    return _HEAD + "intents:\n" + "".join(f"  - {_name(intent)}\n" for intent in intents)


def data_text(examples: Mapping[str, Sequence[str]]) -> str:
    """Return the training data of one topic in one language; an intent without a wording is left out."""
    blocks = (
        f"- intent: {_name(intent)}\n  examples: |\n" + "".join(f"    - {_line(text)}\n" for text in texts)
        for intent, texts in examples.items()
        if texts
    )
    return f"{_HEAD}\nnlu:\n" + "\n".join(blocks)


def _line(text: str) -> str:
    """A second line would be read as something else than a wording."""
    return " ".join(text.splitlines())


def _name(intent: str) -> str:
    """Rasa knows the bare name: a slash would make it a retrieval intent."""
    return intent.partition("/")[2]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
