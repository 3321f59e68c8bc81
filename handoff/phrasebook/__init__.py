"""The phrasebook: what an adviser tells and asks a person whose language they do not write, and the answers to tap.

The sentences are in `sentences.yml`, the words in one file per locale; `load()` reads and checks them all.
"""

from handoff.phrasebook.book import Phrasebook, Sentence, tap, tapped
from handoff.phrasebook.fields import BadField
from handoff.phrasebook.files import load

__all__ = ["BadField", "Phrasebook", "Sentence", "load", "tap", "tapped"]
