"""Checks of the training data and the test cases: enough of each, no copies, and nothing in both."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.model.errors import SettingsError
from bot.model.locales import LOCALES
from nlu.evaluation.cases import EIGHT, Case, Kind
from nlu.evaluation.outcomes import topic
from nlu.evaluation.sameness import holders_of_worn_runs, near_duplicates, refilled, words, worn_runs
from nlu.files import read_strings
from nlu.normalise import fold, normalise

# Wordings of an intent in a locale, in the eight and in the others.
WORDINGS = (12, 4)
CASES = {Kind.INTENT: (3, 1), Kind.DANGER: (60, 20), Kind.NOT_DANGER: (60, 20), Kind.LANGUAGE: (100, 100)}
OUT_OF_SCOPE_CASES = 300  # in all locales together
# Shares of a locale's wordings. What people write has twins too; copying and filling of frames goes far beyond.
COPIES, REFILLED, WORN = 0.01, 0.02, 0.03
SHOWN = 5
SAYABLE = 2  # words: nobody can say "hello" or "thank you" in a new way


@dataclass(frozen=True, slots=True)
class Wording:
    """A line of the training data."""

    locale: str
    intent: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Data:
    """Everything that is checked; `intents` are all of the catalogue, as `topic/intent`."""

    wordings: Sequence[Wording]
    cases: Sequence[Case]
    intents: Collection[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """A line for people; only some findings fail the check."""

    line: str
    fails: bool = True


def read_data(folder: Path) -> list[Wording]:
    """Read `<locale>/<topic>.yml` in Rasa's form. SettingsError names a file of another form."""
    found = []
    for path in sorted(folder.glob("*/*.yml")):
        for block in _blocks(path):
            lines = block["examples"].splitlines()
            texts = (line.strip().removeprefix("-").strip() for line in lines if line.strip())
            found += [Wording(path.parent.name, f"{path.stem}/{block['intent']}", text) for text in texts]
    return found


def _blocks(path: Path) -> list[dict[str, str]]:
    content = read_strings(path)
    blocks = content.get("nlu") if isinstance(content, dict) else None
    if not isinstance(blocks, list) or not all(
        isinstance(b, dict) and {"intent", "examples"} <= b.keys() for b in blocks
    ):
        raise SettingsError(f"{path}: `nlu:` must list an intent and its examples in each entry")
    return blocks


def findings(data: Data) -> Iterator[Finding]:
    """Yield all findings, locale by locale."""
    for locale in LOCALES:
        yield from _too_few_wordings(data, locale)
        yield from _too_few_cases(data, locale)
        yield from _sameness(locale, [one.text for one in data.wordings if one.locale == locale])
    count = sum(case.kind is Kind.OUT_OF_SCOPE for case in data.cases)
    if count < OUT_OF_SCOPE_CASES:
        yield Finding(f"{count} cases out of scope, {OUT_OF_SCOPE_CASES} are wanted")
    yield from ambiguous(data)
    yield from overlap(data)


def _wanted(locale: str, figures: tuple[int, int]) -> int:
    return figures[0] if locale in EIGHT else figures[1]


def _too_few_wordings(data: Data, locale: str) -> Iterator[Finding]:
    counts = Counter(one.intent for one in data.wordings if one.locale == locale)
    for intent in sorted(set(data.intents) - counts.keys()):
        yield Finding(f"{locale}: no wording of {intent}")
    for intent, count in sorted(counts.items()):
        if intent not in data.intents:
            yield Finding(f"{locale}: {intent} is not in dialogues/domain, or stands in the file of another topic")
        elif count < _wanted(locale, WORDINGS):
            yield Finding(f"{locale}: {count} wordings of {intent}, {_wanted(locale, WORDINGS)} are wanted")


def _too_few_cases(data: Data, locale: str) -> Iterator[Finding]:
    cases = [case for case in data.cases if case.locale == locale]
    by_intent = Counter(case.expected for case in cases if case.kind is Kind.INTENT)
    least = _wanted(locale, CASES[Kind.INTENT])
    for intent in sorted(data.intents):
        if by_intent[intent] < least and intent != "service/out_of_scope":
            yield Finding(f"{locale}: {by_intent[intent]} cases of {intent}, {least} are wanted")
    for kind in (Kind.DANGER, Kind.NOT_DANGER, Kind.LANGUAGE):
        count = sum(case.kind is kind for case in cases)
        if count < _wanted(locale, CASES[kind]):
            yield Finding(f"{locale}: {count} cases of {kind}, {_wanted(locale, CASES[kind])} are wanted")


def _sameness(locale: str, texts: Sequence[str]) -> Iterator[Finding]:
    if not texts:
        return
    pairs, groups, worn = near_duplicates(texts), refilled(texts), worn_runs(texts)
    copied = {text for pair in pairs for text in pair}
    framed = {text for group in groups for text in group}
    yield _share(locale, "are near copies of another", len(copied), texts, COPIES, [" = ".join(pair) for pair in pairs])
    examples = [" / ".join(group) for group in groups]
    yield _share(locale, "are another with one or two words exchanged", len(framed), texts, REFILLED, examples)
    examples = [f"{run} ({count})" for run, count in worn]
    yield _share(locale, "hold a worn run of four words", len(holders_of_worn_runs(texts)), texts, WORN, examples)


def _share(locale: str, what: str, count: int, texts: Sequence[str], limit: float, examples: list[str]) -> Finding:
    share = count / len(texts)
    shown = "".join(f"\n    {example}" for example in examples[:SHOWN])
    return Finding(
        f"{locale}: {count} of {len(texts)} wordings ({share:.1%}) {what}, at most {limit:.0%}{shown}", share > limit
    )


def ambiguous(data: Data) -> Iterator[Finding]:
    """Yield the wordings that stand for two intents, in whichever locales: the model sees no difference."""
    places: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for one in data.wordings:
        places[normalise(one.text)].add((one.intent, one.locale))
    for text, found in sorted(places.items()):
        if len({intent for intent, _ in found}) > 1:
            where = ", ".join(f"{intent} ({locale})" for intent, locale in sorted(found))
            yield Finding(f"{text!r} is a wording of more than one intent: {where}")


def overlap(data: Data) -> Iterator[Finding]:
    """Yield what stands in both: a failure, unless the message is so short that nobody can say it otherwise."""
    trained: defaultdict[str, list[Wording]] = defaultdict(list)
    for wording in data.wordings:
        trained[fold(wording.text)].append(wording)
    short = []
    for case in data.cases:
        for wording in trained.get(fold(case.text), ())[:1]:
            if len(words(case.text)) <= SAYABLE:
                short.append(case.text)
            else:
                where = f"{wording.locale}/{topic(wording.intent)}.yml, {wording.intent}"
                yield Finding(f"{case.locale}: the {case.kind} case {case.text!r} is in the training data ({where})")
    listed = ", ".join(sorted(set(short)))
    yield Finding(f"{len(short)} cases of one or two words are in the training data: {listed}", fails=False)
