"""A LibreTranslate of the tests on a real socket, and our client of it behind its shields."""

from collections.abc import AsyncIterator

import pytest

from bot.translation.libretranslate import LibreTranslate
from bot.translation.protected import Protected
from bot.translation.shield import Shields
from tests.fakes.libretranslate import FakeLibreTranslate, server

__all__ = ["server"]  # a fixture

TERMS = ({"en": "residence permit", "it": "permesso di soggiorno", "ar": "تصريح إقامة", "zh": "居留许可"},)
OFFICE = "Sportello Milano"


@pytest.fixture
async def client(server: FakeLibreTranslate) -> AsyncIterator[LibreTranslate]:
    made = LibreTranslate(server.url)
    yield made
    await made.aclose()


@pytest.fixture
def shields() -> Shields:
    return Shields(lambda: [OFFICE], TERMS)


@pytest.fixture
def translator(client: LibreTranslate, shields: Shields) -> Protected:
    return Protected(client, shields)
