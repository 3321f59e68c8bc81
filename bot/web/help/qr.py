"""The QR code of an address, as SVG that stands in the page: a strict policy needs nothing more."""

from functools import lru_cache

import segno
from markupsafe import Markup


@lru_cache(maxsize=256)
def qr_code(address: str) -> Markup:
    """Return the code of a public address; it is drawn once."""
    return draw(address)


def draw(address: str) -> Markup:
    """Draw a code, dark on light in both colour schemes, or scanners would not read it. Nothing of it is remembered."""
    drawn = segno.make(address, error="m", micro=False)
    return Markup(drawn.svg_inline(scale=4, omitsize=True, dark="#000", light="#fff", border=3))  # noqa: S704 - ours
