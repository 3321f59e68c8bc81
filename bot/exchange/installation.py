"""The exchange of an installation, by its settings."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from bot.exchange.engine import Exchange
from bot.exchange.shipped import ROOT, shipped_content
from bot.settings import Settings


def exchange_for(settings: Settings, clock: Callable[[], datetime]) -> Exchange:
    """Return the exchange over what ships and the installation's own contact points."""
    cases = ROOT / settings.studio.cases
    return Exchange(partial(shipped_content, settings.data_dir, cases, shipped_points=settings.shipped_points), clock)
