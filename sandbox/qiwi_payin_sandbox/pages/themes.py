"""Themes of the form: what `customFields.themeCode`, or the site's `theme`, makes of its looks.

A few codes are built in. Any other code gives an accent of its own, the same one each time: whoever tests two themes
sees that they are two. Whatever the code, texts keep a contrast that can be read.
"""

from __future__ import annotations

import colorsys
import hashlib
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote

from qiwi_payin_sandbox.pages.static import content
from qiwi_payin_sandbox.web.request import PageError

if TYPE_CHECKING:
    from qiwi_payin_sandbox.http.message import Response
    from qiwi_payin_sandbox.web.request import PageRequest

READABLE = 4.5
"""The contrast of text that WCAG 2 asks for at level AA."""

_CODE = re.compile(r"[A-Za-z0-9-]{1,255}", re.ASCII)
_STEPS = 200
_CALM = 0.65
"""How much of its saturation an accent has on a dark screen, where full colours glare."""
_LIGHT = ((1.0, 1.0, 1.0), (238 / 255, 241 / 255, 243 / 255))
_DARK = ((24 / 255, 33 / 255, 41 / 255), (15 / 255, 21 / 255, 26 / 255))
"""Colours of panel and page, as the style sheet has them."""
_WHITE, _BLACK = (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)

_LINEAR = 0.04045
"""The largest part of a colour that the sRGB curve leaves straight."""

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Theme:
    """The accent, by hue (degrees) and saturation (0 to 1), and the roundness of corners in pixels."""

    hue: float
    saturation: float
    radius: int = 14


BUILT_IN = {
    "ocean": Theme(212, 0.8),
    "plum": Theme(292, 0.5),
    "amber": Theme(30, 0.85),
    "graphite": Theme(214, 0.14, radius=6),
}


def theme_of(code: str) -> Theme:
    """Return the theme of a code; codes that differ in case alone are two."""
    if code in BUILT_IN:
        return BUILT_IN[code]
    digest = hashlib.sha256(code.encode()).digest()
    return Theme(digest[0] / 256 * 360, 0.55 + digest[1] / 255 * 0.35, radius=(6, 10, 14, 18)[digest[2] % 4])


def is_code(text: str | None) -> bool:
    """Whether a text is a theme's code: digits, Latin letters and hyphens."""
    return text is not None and _CODE.fullmatch(text) is not None


def style_sheet(page: PageRequest) -> Response:
    """Answer `GET /pages/themes/{code}.css`.

    Raises:
        PageError: The text is no code.
    """
    code = unquote(page.http.path.rpartition("/")[2]).removesuffix(".css")
    if not is_code(code):
        raise PageError(HTTPStatus.NOT_FOUND, "no such theme")
    return content(page, style_of(theme_of(code)).encode(), "text/css; charset=utf-8")


def style_of(theme: Theme) -> str:
    """Return the style sheet of a theme, for light and for dark screens."""
    corners = f"--radius: {theme.radius}px; --field-radius: {max(theme.radius - 4, 4)}px;"
    return (
        f":root {{ {corners} {_accent(theme, dark=False)} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {_accent(theme, dark=True)} }} }}\n"
    )


def accent(theme: Theme, *, dark: bool) -> tuple[Colour, Colour, Colour, Colour]:
    """Return the accent, a stronger one, the text upon either and a wash of it: readable upon the panel and below text.

    The lightness is the one nearest to the theme's middle that keeps the contrast with what is behind and before it.
    """
    behind, on_accent = (_DARK, _BLACK) if dark else (_LIGHT, _WHITE)
    saturation = theme.saturation * (_CALM if dark else 1)
    wash = _colour(theme.hue, theme.saturation * 0.5, 0.16 if dark else 0.94)
    lightnesses = [0.5 + step / _STEPS / 2 * (1 if dark else -1) for step in range(_STEPS + 1)]
    chosen = next(
        lightness
        for lightness in lightnesses
        if all(
            contrast(_colour(theme.hue, saturation, lightness), other) >= READABLE
            for other in (*behind, on_accent, wash)
        )
    )
    stronger = min(chosen + 0.08, 1.0) if dark else max(chosen - 0.08, 0.0)
    return (
        _colour(theme.hue, saturation, chosen),
        _colour(theme.hue, saturation, stronger),
        on_accent,
        wash,
    )


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours as WCAG 2 reckons it, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _accent(theme: Theme, *, dark: bool) -> str:
    names = ("--accent", "--accent-strong", "--on-accent", "--accent-wash")
    return " ".join(f"{name}: {_text(colour)};" for name, colour in zip(names, accent(theme, dark=dark), strict=True))


def _colour(hue: float, saturation: float, lightness: float) -> Colour:
    red, green, blue = colorsys.hls_to_rgb(hue / 360, lightness, saturation)
    return round(red * 255) / 255, round(green * 255) / 255, round(blue * 255) / 255


def _luminance(colour: Colour) -> float:
    linear = [part / 12.92 if part <= _LINEAR else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def _text(colour: Colour) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)
