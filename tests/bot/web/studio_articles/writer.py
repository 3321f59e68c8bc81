"""A content manager with the form of a text open, and what the page and people then see."""

import re
from dataclasses import dataclass

from aiohttp import ClientResponse

from tests.bot.web.articles import INTENT, ITALIAN
from tests.bot.web.site import Browser, Site

CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')


VERSION = re.compile(r'name="version" value="(\d+)"')


_FIELD = re.compile(
    r'<(?:input|textarea)[^>]* name="([\w:-]+)"[^>]*?(?: value="([^"]*)")?[^>]*>(?:\n([^<]*)</textarea>)?'
)


NEW = "In Italia dal 2027 c’è un salario minimo per legge.[^EU-L-MW] Un sindacato controlla la paga."


@dataclass
class Writer:
    """A content manager with the form of one text open."""

    browser: Browser
    address: str = ITALIAN

    async def does(self, deed: str, **fields: str) -> ClientResponse:
        """POST one of the page's small forms."""
        csrf = CSRF.search(await self.browser.opens("/studio/articles/new"))
        token = csrf or CSRF.search(await self.browser.opens(self.address))
        assert token is not None
        return await self.browser.posts(f"{self.address}/{deed}", {"csrf": token[1]} | fields)

    async def begins(self) -> str:
        """Begin to write and return the page."""
        await self.does("write")
        return await self.browser.opens(self.address)

    async def saves(self, page: str, then: str = "stay", **fields: str) -> ClientResponse:
        """Send the form of a page with some fields changed."""
        return await self.browser.posts(f"{self.address}/save", form_of(page) | {"then": then} | fields)

    async def types(self, page: str, **fields: str) -> ClientResponse:
        """Have the page's script keep what was typed."""
        return await self.browser.posts(f"{self.address}/save", form_of(page) | fields, **{"X-Autosave": "1"})


def form_of(page: str) -> dict[str, str]:
    """Return what a browser would send of the editor's form: its fields without boxes that are not ticked."""
    form = page.partition('id="article"')[2].partition("</form>")[0]
    found: dict[str, str] = {}
    for match in _FIELD.finditer(form):
        if 'type="checkbox"' not in match[0] or " checked" in match[0]:
            found[match[1]] = (match[3] if match[3] is not None else match[2] or "").replace("&#39;", "'")
    return found


def said(answer: ClientResponse) -> str:
    """Return what the page after a deed will say."""
    return answer.headers["Location"].partition("?said=")[2]


def served(site: Site, country: str = "IT", locale: str = "it") -> str:
    shown = site.context.library.catalogue.pick(INTENT, country, locale)
    return shown.text if shown else ""


async def published(anna: Writer, bruno: Writer, **fields: str) -> None:
    """Let anna write a summary and bruno say yes to it."""
    await anna.saves(await anna.begins(), "submit", summary=NEW, **fields)
    page = await bruno.browser.opens(f"{ITALIAN}/review")
    version = VERSION.search(page)
    assert version is not None
    assert said(await bruno.does("approve", version=version[1])) == "published"
