"""The field's terms in many languages (`glossary.yml`): what a term is called elsewhere, and in everyday words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bot.model.locales import LOCALES
from knowledge.fields import ContentError

FILE = Path(__file__).with_name("glossary.yml")


@dataclass(frozen=True, slots=True)
class Term:
    """One term. `names` holds for each locale its names, the field's own first, then everyday words."""

    id: str
    names: Mapping[str, tuple[str, ...]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Glossary:
    """All terms. `state` says who vouches for the translations: `machine` until speakers have read them."""

    terms: tuple[Term, ...] = field(repr=False)
    state: str = "machine"


def read_glossary(path: Path = FILE) -> Glossary:
    """Read the file. Raises ContentError that names each term and what is wrong with it."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError([f"{path.name}: cannot be read as a text in UTF-8"]) from error
    except yaml.YAMLError as error:
        raise ContentError([f"{path.name}: {' '.join(str(error).split())}"]) from error
    if not isinstance(content, dict) or content.keys() != {"state", "terms"} or not isinstance(content["terms"], dict):
        raise ContentError([f"{path.name}: the keys must be `state` and `terms`, which maps each term to its names"])
    problems: list[str] = []
    if content["state"] not in {"machine", "read"}:
        problems.append(f"{path.name}: state must be machine or read")
    terms = tuple(_term(path.name, str(id_), names, problems) for id_, names in content["terms"].items())
    if problems:
        raise ContentError(problems)
    return Glossary(terms, content["state"])


def _term(file: str, id_: str, names: object, problems: list[str]) -> Term:
    where = f"{file}: {id_}"
    if not isinstance(names, dict) or "en" not in names:
        problems.append(f"{where}: there must be a line for each locale, `en` among them")
        return Term(id_, {})
    found: dict[str, tuple[str, ...]] = {}
    for locale, value in names.items():
        listed = value if isinstance(value, list) else [value]
        if locale not in LOCALES:
            problems.append(f"{where}: {locale!r} is none of our locales (is `no` in quotes?)")
        elif not listed or not all(isinstance(name, str) and name.strip() for name in listed):
            problems.append(f"{where}: {locale} must be a name or a list of names")
        else:
            found[locale] = tuple(dict.fromkeys(name.strip() for name in listed))
    return Term(id_, found)
