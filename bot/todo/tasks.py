"""The tasks of one member of staff: only what their countries and languages cover, what presses most first."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

from bot.exchange.rights import editor_of
from bot.staff import Member, Right
from bot.todo.asked import LEAST, by_place, times_asked
from bot.todo.model import Kind, Look, Task
from handoff.offices.contact_point import EVERYWHERE, ContactPoint
from knowledge.article import EU
from knowledge.editing import Key
from knowledge.editing.model import Stage, Verdict
from knowledge.editing.overview import Row
from knowledge.harm import SAFETY, load_harm, urgency
from knowledge.plan import shipped_plan

OLD = timedelta(days=365)  # an office whose facts nobody looked at for so long
_WITHOUT_TEXT = {"missing", "withdrawn", "expired"}
Tasks = Mapping[Kind, tuple[Task, ...]]
_Finder = Callable[[Look, Member], Iterable[Task]]


def tasks_of(look: Look, member: Member) -> dict[Kind, tuple[Task, ...]]:
    """Return what this member can do, by kind; a kind without a task is absent."""
    finders = _FINDERS if member.may(Right.CONTENT) else {Kind.OFFICES: _offices}
    found = {kind: tuple(find(look, member)) for kind, find in finders.items()}
    return {kind: tasks for kind, tasks in found.items() if tasks}


def _sent_back(look: Look, member: Member) -> Iterable[Task]:
    refused = {comment.key: comment for comment in look.comments if comment.verdict is Verdict.REFUSE}
    for draft in look.drafts:
        if draft.key in refused and draft.stage is Stage.WRITING and draft.author == member.id:
            yield _task(draft.key, day=refused[draft.key].at.date())


def _review(look: Look, member: Member) -> Iterable[Task]:
    editor = editor_of(member)
    waiting = [draft for draft in look.drafts if draft.stage is Stage.IN_REVIEW]
    for draft in sorted(waiting, key=lambda one: one.submitted_at or one.updated_at):
        said = look.said[draft.id]
        if editor.may_judge(Key.of(draft.key)) and member.id not in said.writers | said.approved:
            yield _task(draft.key, end="/review", day=(draft.submitted_at or draft.updated_at).date())


def _drafts(look: Look, member: Member) -> Iterable[Task]:
    refused = {comment.key for comment in look.comments if comment.verdict is Verdict.REFUSE}
    for draft in look.drafts:
        if draft.author == member.id and draft.stage is Stage.WRITING and draft.key not in refused:
            yield _task(draft.key, day=draft.updated_at.date())


def _overdue(look: Look, member: Member) -> Iterable[Task]:
    """One for all languages of a text: they are looked at together."""
    rows = [row for row in _mine(look, member) if row.serving and row.overdue]
    return sorted(_together(rows), key=lambda task: task.day or date.max)


def _outdated(look: Look, member: Member) -> Iterable[Task]:
    rows = [row for row in _mine(look, member) if row.outdated and row.state in {"served", "expired"}]
    return [_task(row.key) for row in pressing(look, rows)]


def _comments(look: Look, member: Member) -> Iterable[Task]:
    told = {Verdict.COMMENT, Verdict.WITHDRAW}
    for comment in look.comments:
        key = Key.of(comment.key)
        if comment.verdict in told and comment.staff_id != member.id and editor_of(member).may_change(key):
            yield _task(comment.key, day=comment.at.date())


def _missing(look: Look, member: Member) -> Iterable[Task]:
    """What the plan wants and what people asked for, and there is no text in their language; what is asked most first."""
    figures = by_place(look.asked)
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in look.rows:
        if row.state in _WITHOUT_TEXT:
            wanted[row.intent, row.jurisdiction].add(row.locale)
    for intent, jurisdiction, locale in _asked_in_vain(look):
        wanted[intent, jurisdiction].add(locale)
    found = [
        (
            _press(figures, intent, place),
            intent,
            place,
            tuple(sorted(one for one in locales if member.writes(place, one))),
        )
        for (intent, place), locales in wanted.items()
    ]
    for _, intent, place, locales in sorted(found, key=lambda one: (-one[0], one[1:])):
        if locales:
            times = times_asked(figures, intent, place)
            yield Task(_page(f"{intent}/{place}.{locales[0]}"), intent, place, locales, count=times)


def _asked_in_vain(look: Look) -> Iterable[tuple[str, str, str]]:
    there = {row.key for row in look.rows if row.state not in _WITHOUT_TEXT}
    places = {(row.intent, row.jurisdiction) for row in look.rows}
    for (intent, country, locale), times in look.asked.items():
        place = country if (intent, country) in places else EU
        if times >= LEAST and (intent, place) in places and f"{intent}/{place}.{locale}" not in there:
            yield intent, place, locale


def _unread(look: Look, member: Member) -> Iterable[Task]:
    return [_task(row.key, "/studio/lawyer/") for row in unread(look, member)]


def unread(look: Look, member: Member) -> list[Row]:
    """Return the texts that people get and no second person ever called right, what presses most first."""
    editor = editor_of(member)
    rows = [row for row in look.rows if row.serving and row.status == "source_checked"]
    return pressing(look, [row for row in rows if editor.may_judge(Key.of(row.key))])


def _gaps(look: Look, member: Member) -> Iterable[Task]:
    for group in look.groups:
        if any(_covers(member, gap.country, gap.locale) for gap in group.gaps):
            middle = group.middle
            yield Task(
                f"/studio/gaps/{group.id}", name=middle.text, language=middle.locale, count=len(group.gaps)
            )  # fmt: skip


def _proposals(look: Look, member: Member) -> Iterable[Task]:
    for gap in look.proposals:
        if _covers(member, gap.country, gap.locale):
            yield Task("/studio/gaps#proposals", jurisdiction=gap.country, locales=(gap.locale,), day=gap.at.date())


def _sentences(look: Look, member: Member) -> Iterable[Task]:
    for edit in look.sentences:
        locale, _, phrase = edit.key.partition("/")
        if edit.body is not None and edit.author != member.id and _covers(member, "", locale):
            yield Task("/studio/texts", locales=(locale,), name=phrase, day=edit.at.date())


def _conflicts(look: Look, member: Member) -> Iterable[Task]:
    """Those of offices and whole questions are for whoever has no bounds."""
    for item in look.conflicts:
        key = Key.of(item.key)
        if item.kind == "article":
            mine = editor_of(member).may_change(key)
        else:
            mine = not member.jurisdictions and not member.languages
        if mine:
            yield Task("/studio/files/conflicts", name=item.key)


def _offices(look: Look, member: Member) -> Iterable[Task]:
    for point in sorted(look.points, key=lambda one: one.checked_on):
        day = _known(point.checked_on)
        if _looks_after(member, point) and (day is None or look.today - day > OLD):
            yield Task(f"/studio/offices/{point.id}", name=point.name, day=day)


def _looks_after(member: Member, point: ContactPoint) -> bool:
    if member.may(Right.CONTENT):
        return point.country == EVERYWHERE or _covers(member, point.country, "")
    return member.may(Right.NETWORK) or point.id in member.contact_points


def _covers(member: Member, country: str, locale: str) -> bool:
    """Tell whether a country, as far as it is known, and a language are theirs; a region's people know its country."""
    countries = {one.partition("-")[0] for one in member.jurisdictions}
    here = not country or not countries or country in countries
    return here and (not locale or not member.languages or locale in member.languages)


def _known(checked_on: str) -> date | None:
    """The day on which somebody looked; of a month or a year its first."""
    if not checked_on:
        return None
    year, month, day = (*checked_on.split("-"), "01", "01")[:3]
    return date(int(year), int(month), int(day))


def _mine(look: Look, member: Member) -> list[Row]:
    return [row for row in look.rows if member.writes(row.jurisdiction, row.locale)]


def pressing(look: Look, rows: Iterable[Row]) -> list[Row]:
    """Return texts in the order in which they should be read."""
    figures = by_place(look.asked)
    return sorted(rows, key=lambda row: (-_press(figures, row.intent, row.jurisdiction), row.key))


def _press(figures: Mapping[tuple[str, str], int], intent: str, jurisdiction: str) -> float:
    often = (
        max(figures.values(), default=0) if intent.startswith(SAFETY) else times_asked(figures, intent, jurisdiction)
    )
    return urgency(intent, often, load_harm(), shipped_plan())


def _together(rows: Iterable[Row]) -> Iterable[Task]:
    places: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        places[row.intent, row.jurisdiction].append(row)
    for (intent, place), those in places.items():
        days = [row.review_by for row in those if row.review_by]
        locales = tuple(row.locale for row in those)
        yield Task(_page(those[0].key), intent, place, locales, day=min(days, default=None))


def _task(key: str, folder: str = "/studio/articles/", end: str = "", day: date | None = None) -> Task:
    place = Key.of(key)
    return Task(
        f"{folder}{key}{end}", place.intent, place.jurisdiction, (place.locale,) if place.locale else (), day=day
    )


def _page(key: str) -> str:
    return f"/studio/articles/{key}"


_FINDERS: Mapping[Kind, _Finder] = {
    Kind.SENT_BACK: _sent_back, Kind.REVIEW: _review, Kind.OVERDUE: _overdue, Kind.OUTDATED: _outdated,
    Kind.COMMENTS: _comments, Kind.MISSING: _missing, Kind.GAPS: _gaps, Kind.PROPOSALS: _proposals,
    Kind.SENTENCES: _sentences, Kind.CONFLICTS: _conflicts, Kind.DRAFTS: _drafts, Kind.OFFICES: _offices,
    Kind.UNREAD: _unread,
}  # fmt: skip
