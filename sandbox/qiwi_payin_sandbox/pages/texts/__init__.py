"""Every word on the pages, in Russian and English."""

from __future__ import annotations

from enum import StrEnum

from qiwi_payin_sandbox.pages.texts.english import ENGLISH
from qiwi_payin_sandbox.pages.texts.russian import RUSSIAN
from qiwi_payin_sandbox.pages.texts.words import Texts

__all__ = ["Language", "Texts", "texts_of"]


class Language(StrEnum):
    """A language of the pages, by its `lang` code."""

    RU = "ru"
    EN = "en"

    @classmethod
    def read(cls, code: str | None) -> Language:
        """Return the language of a `lang` parameter: Russian when it is absent or unknown; `eng` is an older `en`."""
        return cls.EN if code in {cls.EN, "eng"} else cls.RU

    @classmethod
    def preferred(cls, accept_language: str) -> Language:
        """Return the first of our languages that an `Accept-Language` header names, else Russian."""
        names = [part.strip().lower()[:2] for part in accept_language.split(",")]
        return next((cls(name) for name in names if name in {"ru", "en"}), cls.RU)

    @property
    def other(self) -> Language:
        """The other of the two languages."""
        return Language.EN if self is Language.RU else Language.RU


_TEXTS = {Language.RU: RUSSIAN, Language.EN: ENGLISH}


def texts_of(language: Language) -> Texts:
    """Return the words of a language."""
    return _TEXTS[language]
