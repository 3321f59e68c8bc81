"""What the ablation compares: the pipeline as `config.yml` has it, and with one part left out or exchanged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from nlu.rasa.compare.figures import Json

RAW, TUNED, USE = "e5", "tuned e5", "USE"
_ENCODERS = {"nlu.rasa.components.E5Encoder": RAW, "nlu.rasa.components.UseEncoder": USE}
_LETTERS = "nlu.rasa.letters.LetterGrams"


@dataclass(frozen=True, slots=True)
class Variant:
    """What the classifier sees, and for how long it may learn; `letters` is the configuration of that component."""

    name: str
    encoders: tuple[str, ...]
    scale: float
    letters: Json | None
    iterations: int
    centred: bool = True


def as_configured(pipeline: Sequence[Json]) -> Variant:
    """Return the pipeline of `config.yml`, which names `scale`, `weight` and `max_iter`."""
    encoder = next(part for part in pipeline if part["name"] in _ENCODERS)
    kind = TUNED if encoder.get("adaptation") else _ENCODERS[encoder["name"]]
    letters = next((part for part in pipeline if part["name"] == _LETTERS), None)
    return Variant("as configured", (kind,), float(encoder["scale"]), letters, pipeline[-1]["max_iter"])


def variants(ours: Variant) -> list[Variant]:
    """Return ours, then what differs from it in one part or two."""
    found = [ours]
    for one in _changed(ours):
        if all(replace(one, name=other.name) != other for other in found):
            found.append(one)
    return found


def _changed(ours: Variant) -> Iterator[Variant]:
    raw = replace(ours, name="e5 not tuned", encoders=(RAW,))
    yield replace(ours, name="no letters", letters=None)
    yield raw
    yield replace(raw, name="e5 not tuned, no letters", letters=None)
    if ours.letters:
        yield replace(ours, name="letters alone", encoders=())
    yield replace(ours, name="not centred", centred=False)
    for factor in (0.5, 2.0):
        yield replace(ours, name=f"scale {factor * ours.scale:g}", scale=factor * ours.scale)
    if ours.letters:
        for weight in (0.5 * ours.letters["weight"], 2.0 * ours.letters["weight"]):
            yield replace(ours, name=f"weight of letters {weight:g}", letters={**ours.letters, "weight": weight})
    yield replace(ours, name="USE instead of e5", encoders=(USE,))
    if USE not in ours.encoders:
        yield replace(ours, name="USE beside", encoders=(*ours.encoders, USE))
