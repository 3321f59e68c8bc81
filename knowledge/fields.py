"""Reads content written by people: YAML in which every value is a word, and fields that say what is wrong with them."""

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

import yaml

from bot.model.errors import SettingsError
from knowledge.findings import Code

_NOTHING = {"", "null", "~"}


class ContentError(SettingsError):
    """Content that cannot be used. `problems` names each file, its line or field, and what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class _Words(yaml.CBaseLoader):
    """YAML without guesses: `NO` stays Norway, a date stays as it was written. A key given twice is refused."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} is there twice", key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep=deep)


def read_yaml(raw: str, where: str, problems: list[str], first_line: int = 1) -> object:
    """Return what the YAML says, all values as texts; None and a problem where it cannot be read."""
    try:
        loader = _Words(raw)
        return loader.get_single_data()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + first_line}" if mark else ""
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
        problems.append(f"{where}{line}: this is not valid YAML ({reason}); correct it")
    except RecursionError:
        problems.append(f"{where}: too many brackets inside each other; write it flat")
    return None


class Problem(str):
    """What is wrong with a field, as a line for whoever wrote the file; with its code and values, to say it otherwise.

    Among the values are the `field` and, where one of several entries holds it, the name of that (`inside`).
    """

    code: Code
    values: Mapping[str, object]

    def __new__(cls, where: str, code: Code, values: Mapping[str, object]) -> "Problem":
        """Say it of a place in a file."""
        one = super().__new__(cls, f"{where}: {code.sentence(values)}")
        one.code, one.values = code, values
        return one

    @property
    def field(self) -> str:
        """The field; empty where it is the whole entry."""
        return str(self.values["field"])


class Problems(Protocol):
    """Where problems are noted: a list of them, or of lines."""

    def append(self, problem: Problem, /) -> object:
        """Note one."""
        ...


@dataclass
class Fields:
    """One mapping, read field by field. A problem is noted and a harmless value returned, so that all are found at once."""

    where: str
    values: Mapping[str, object]
    problems: Problems = field(repr=False)
    raw: str = field(default="", repr=False)  # the text it came from, to find line numbers
    first_line: int = 1
    inside: str = ""

    @classmethod
    def of(
        cls, value: object, where: str, problems: Problems, raw: str = "", first_line: int = 1, inside: str = ""
    ) -> "Fields":
        """Take a mapping; anything else is a problem. `inside`: its name, where it is one of several."""
        if not isinstance(value, Mapping):
            problems.append(Problem(where, Code.NO_LINES, {"field": "", "inside": inside}))
            value = {}
        return cls(where, {str(key): one for key, one in value.items()}, problems, raw, first_line, inside)

    def complain(self, key: str, code: Code, /, **values: object) -> None:
        """Note what is wrong with a field."""
        line = self._line(key)
        where = f"{self.where}, line {line}" if line else self.where
        self.problems.append(Problem(where, code, {"field": key, "inside": self.inside, **values}))

    def _line(self, key: str) -> int:
        match = re.search(rf"^[ \t]*{re.escape(key)}[ \t]*:", self.raw, re.MULTILINE)
        return self.raw.count("\n", 0, match.start()) + self.first_line if match else 0

    def only(self, *known: str) -> None:
        """Refuse keys that nobody knows: a misspelt key would silently do nothing."""
        for key in self.values:
            if key not in known:
                self.complain(key, Code.UNKNOWN, options=known)

    def _word(self, key: str) -> str | None:
        """Return the value as a word, None where it is absent, null or not a single value."""
        value = self.values.get(key)
        if isinstance(value, Mapping | list | tuple):
            self.complain(key, Code.NOT_SINGLE)
            return None
        word = str(value).strip()
        return None if value is None or word in _NOTHING else word

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text. Without a default it must be there."""
        word = self._word(key)
        if word is None and default is None and not isinstance(self.values.get(key), Mapping | list | tuple):
            self.complain(key, Code.MISSING)
        return word or default or ""

    def choice(self, key: str, options: tuple[str, ...]) -> str:
        """Return one of the options."""
        word = self.text(key)
        if word and word not in options:
            self.complain(key, Code.NO_OPTION, given=word[:40], options=options)
        return word if word in options else options[0]

    def flag(self, key: str, default: bool | None = None) -> bool:
        """Return true or false. Without a default it must be there."""
        value = self.values.get(key, default)
        word = value if isinstance(value, bool) else self.text(key)
        if word not in {True, False, "true", "false", ""}:
            self.complain(key, Code.NO_FLAG)
        return word in {True, "true"}

    def number(self, key: str) -> int:
        """Return a whole number from 1 on."""
        word = self.text(key)
        if word and not re.fullmatch(r"[1-9][0-9]{0,8}", word):
            self.complain(key, Code.NO_NUMBER)
            return 1
        return int(word or 1)

    def day(self, key: str) -> date:
        """Return a date that must be there."""
        found = self.perhaps_day(key)
        if found is None and self._word(key) is None:
            self.complain(key, Code.DATE_MISSING)
        return found or date.min

    def perhaps_day(self, key: str) -> date | None:
        """Return a date, or None for `null`."""
        word = self._word(key)
        if word is None:
            return None
        try:
            if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", word):
                raise ValueError
            return date.fromisoformat(word)
        except ValueError:
            self.complain(key, Code.NO_DATE, given=word[:40])
            return None

    def words(self, key: str) -> tuple[str, ...]:
        """Return a list of words; an absent list is empty."""
        value = self.values.get(key, ())
        if not isinstance(value, list | tuple) or any(isinstance(one, Mapping | list) for one in value):
            self.complain(key, Code.NO_LIST)
            return ()
        return tuple(str(one).strip() for one in value)

    def inner(self, key: str) -> dict[str, "Fields"]:
        """Return the mappings below a key by their names."""
        value = self.values.get(key)
        if not isinstance(value, Mapping):
            self.complain(key, Code.LINES_MISSING)
            return {}
        return self._inner(key, value)

    def perhaps_inner(self, key: str) -> dict[str, "Fields"]:
        """Return the mappings below a key that need not be there."""
        return self.inner(key) if key in self.values else {}

    def _inner(self, key: str, value: Mapping[str, object]) -> dict[str, "Fields"]:
        where = f"{self.where}: {key}"
        return {
            str(name): Fields.of(one, f"{where} {name}", self.problems, inside=str(name)) for name, one in value.items()
        }
