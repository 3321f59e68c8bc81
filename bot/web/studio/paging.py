"""One page of a long list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """What is shown of `count` things: page `number` of `last`. `address` says where another page is."""

    shown: Sequence[T]
    count: int
    number: int
    last: int
    address: Callable[[int], str]


def page_of(found: Sequence[T], wished: object, size: int, address: Callable[[int], str]) -> Page[T]:
    """Return the wished page, the last one where there are fewer; the first for what is no number of a page."""
    last = max(1, -(-len(found) // size))
    word = str(wished)
    number = min(max(1, int(word)), last) if word.isascii() and word.isdigit() and len(word) < 6 else 1
    return Page(found[(number - 1) * size : number * size], len(found), number, last, address)
