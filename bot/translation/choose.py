"""Makes the machine that the settings name, behind its shields."""

from collections.abc import Callable, Iterable, Mapping

from bot.settings import Translation
from bot.translation.base import Translator
from bot.translation.hosted import Hosted
from bot.translation.libretranslate import LibreTranslate
from bot.translation.protected import Protected
from bot.translation.shield import Shields
from knowledge.glossary import read_glossary


def make_translator(settings: Translation, names: Callable[[], Iterable[str]]) -> Translator | None:
    """Return the machine, or None where none is switched on. `names` are the offices' names."""
    if settings.provider == "none":
        return None
    key = settings.key.reveal()
    own = settings.provider == "libretranslate"
    machine: Translator = LibreTranslate(settings.url, key) if own else Hosted(settings.provider, key)
    return Protected(machine, Shields(names, glossary_names()))


def glossary_names() -> tuple[Mapping[str, str], ...]:
    """Return each term's own name by locale."""
    return tuple({locale: names[0] for locale, names in term.names.items()} for term in read_glossary().terms)
