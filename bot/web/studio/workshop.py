"""What the rooms of the studio work with; `bot.web_context` makes it."""

from dataclasses import dataclass, field

from bot.edits import Edits
from bot.exchange.engine import Exchange
from bot.gaps.loop import GapLoop
from bot.live import Live
from bot.training import Trainer
from dialogues.sentences import Sentences
from handoff.offices.live import Offices
from handoff.offices.ready_words import ReadyBook
from knowledge.editing import Editing
from nlu.interpreter import Interpreter
from nlu.teaching import Questions
from nlu.teaching.likeness import Likeness


@dataclass(frozen=True)
class Workshop:
    """The stores and engines behind the studio's pages. After a deed that changes what is served: `await live.refresh()`."""

    live: Live
    editing: Editing
    offices: Offices
    sentences: Sentences
    ready: ReadyBook
    questions: Questions
    likeness: Likeness
    interpreter: Interpreter
    gaps: GapLoop
    trainer: Trainer
    exchange: Exchange
    four_eyes: bool = True  # a text is said only after a second person's yes
    edits: Edits = field(default_factory=Edits)
