"""Which language the page speaks: what the person chose, else the chat's own, else what the browser asks for."""

from collections.abc import Collection

# Codes that browsers send for languages which one of our locales serves.
_SERVED_BY = {"hr": "bs", "sr": "bs", "sh": "bs", "cnr": "bs", "me": "bs", "prs": "fa", "cmn": "zh", "mo": "ro"}
_LONGEST = 400


def choose_locale(chosen: str, known: str, accepted: str, locales: Collection[str]) -> str:
    """Return one of `locales`, English where nothing fits. `accepted` is the header Accept-Language."""
    return wished_locale(chosen, known, accepted, locales) or "en"


def wished_locale(chosen: str, known: str, accepted: str, locales: Collection[str]) -> str:
    """Return one of `locales`, or an empty string where nothing fits."""
    tags = (chosen, known, *_by_wish(accepted))
    return next((locale for tag in tags if (locale := _ours(tag, locales))), "")


def _ours(tag: str, locales: Collection[str]) -> str:
    primary = tag.strip().lower().replace("_", "-").partition("-")[0]
    locale = _SERVED_BY.get(primary, primary)
    return locale if locale in locales else ""


def _by_wish(header: str) -> list[str]:
    """Return the tags of the header, the most wanted first; 0 means "not this one"."""
    wishes: list[tuple[float, str]] = []
    for item in header[:_LONGEST].split(","):
        tag, _, rest = item.partition(";")
        weight = _weight(rest)
        if tag.strip() and weight > 0:
            wishes.append((weight, tag))
    return [tag for _, tag in sorted(wishes, key=lambda wish: -wish[0])]


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
