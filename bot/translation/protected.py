"""A machine behind shields: long texts cut, what it must not touch kept from it, its work checked."""

from dataclasses import dataclass

from bot.translation.base import Pairs, TranslationFailed, Translator
from bot.translation.cut import cut
from bot.translation.shield import SIGN, Shields

MOST = 1500  # characters at once: LibreTranslate's public servers take 2000
_SWOLLEN = 5  # a machine that stammers makes a text many times as long


@dataclass(frozen=True)
class Protected:
    """A translator that gives either a checked translation or none."""

    machine: Translator
    shields: Shields

    @property
    def name(self) -> str:
        """What the machine is called."""
        return self.machine.name

    @property
    def company(self) -> str:
        """The company that reads the words."""
        return self.machine.company

    async def languages(self) -> Pairs:
        """Return what it translates. Raises TranslationFailed."""
        return await self.machine.languages()

    async def translate(self, text: str, source: str, target: str) -> str:
        """Return the checked translation. Raises TranslationFailed also where the check failed."""
        if source == target:
            return text
        if target not in (await self.languages()).get(source, frozenset()):
            raise TranslationFailed("language")
        shielded = self.shields.over(text, source, target)
        pieces = [await self._piece(piece, source, target) for piece in cut(shielded.text, MOST)]
        return shielded.restore("".join(pieces))

    async def _piece(self, piece: str, source: str, target: str) -> str:
        """Translate one piece; the space around it is ours, and a piece without words stays as it is."""
        words = piece.strip()
        if not any(char.isalpha() for char in SIGN.sub("", words)):
            return piece
        translated = (await self.machine.translate(words, source, target)).strip()
        if not translated or len(translated) > _SWOLLEN * len(words) + 100:
            raise TranslationFailed("length")
        before = piece[: len(piece) - len(piece.lstrip())]
        return f"{before}{translated}{piece[len(piece.rstrip()) :]}"

    async def aclose(self) -> None:
        """Give back connections."""
        await self.machine.aclose()
