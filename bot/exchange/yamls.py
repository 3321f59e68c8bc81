"""YAML for the exported files: one way to write a value, and a reader that no file can make work for ever."""

from typing import Any

import yaml

_DEEPEST = 20


class NotReadable(Exception):
    """The file is no YAML that is taken here; the message says why and where."""


class _Dumper(yaml.CSafeDumper):
    """Texts of several lines stand as such, where YAML can hold them so."""


def _text(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def dump(value: Any) -> str:
    """Return a value as YAML that reads back as the same."""
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=4096)


def load(raw: bytes) -> Any:
    """Read YAML with plain values. Raises NotReadable, also for names that stand for other parts of the file."""
    try:
        text = raw.decode("utf-8-sig")
        depth = 0
        for event in yaml.parse(text, yaml.CSafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise NotReadable(f"a reference (*{event.anchor}) is not taken; write it out")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise NotReadable("too many brackets inside each other; write it flat")
        return yaml.load(text, yaml.CSafeLoader)
    except UnicodeDecodeError:
        raise NotReadable("this is not UTF-8; save it as UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark else ""
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
        raise NotReadable(f"{line}this is not valid YAML ({reason})") from None
    except ValueError as error:  # a date that no calendar has
        raise NotReadable(f"this is not valid YAML ({error})") from None
