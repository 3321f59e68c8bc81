"""Editing articles: drafts that nobody loses, a second pair of eyes, publishing, and the way back."""

from bot.edits import Outdated
from knowledge.editing.engine import Editing
from knowledge.editing.model import (
    Approval,
    Comment,
    Draft,
    Edition,
    Editor,
    Key,
    Locked,
    NotReady,
    NotYours,
    Published,
    Rules,
    Stage,
    Verdict,
    Waiting,
)

__all__ = [
    "Approval",
    "Comment",
    "Draft",
    "Editing",
    "Edition",
    "Editor",
    "Key",
    "Locked",
    "NotReady",
    "NotYours",
    "Outdated",
    "Published",
    "Rules",
    "Stage",
    "Verdict",
    "Waiting",
]
