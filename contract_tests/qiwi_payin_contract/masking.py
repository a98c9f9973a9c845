"""Masks what must not stand in a report: keys, tokens, card data other than of published test cards."""

import re

__all__ = ["KEY_VARIABLE", "TEST_CARDS", "is_test_card", "mask_headers", "mask_pan", "mask_text"]

KEY_VARIABLE = "$QIWI_PAYIN_KEY"

_SERIES = {
    "220000000000": ("0004", "0012", "0020", "0038", "0046", "0053", "0061", "0079", "0087", "0095", "0103", "0111"),
    "425600000000": ("0003", "0011", "0029", "0037", "0045", "0052", "0060", "0078", "0086", "0094", "0102", "0110"),
    "523600000000": ("0005", "0013", "0021", "0039", "0047", "0054", "0062", "0088", "0096", "0104", "0112", "0120"),
    "605600000000": ("0000", "0018", "0026", "0034", "0042", "0059", "0067", "0075", "0083", "0091", "0109", "0117"),
}

TEST_CARDS: frozenset[str] = frozenset(
    {"4444443616621049"} | {prefix + rest for prefix, rests in _SERIES.items() for rest in rests}
)
"""Card numbers published for test mode (https://github.com/QIWI-API/payments-docs), and the printed example's."""

_DIGITS = re.compile(r"(?<![0-9A-Za-z])[0-9]{13,19}(?![0-9A-Za-z])")
_SECRET_FIELD = re.compile(
    r"""("(?:cvv2|paymentToken|token|pares|PaRes)"\s*:\s*)("(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*)""", re.DOTALL
)
_PLACEHOLDER = re.compile(r'"{{[0-9]+#[^{}"]*}}"')
"""Names a value of an earlier answer in a story, and does not show it."""
_CVV = re.compile(r'"cvv2"')
_PUBLIC_HEADERS = frozenset(
    {
        "accept",
        "allow",
        "cache-control",
        "content-length",
        "content-type",
        "date",
        "host",
        "retry-after",
        "signature",
        "www-authenticate",
    }
)


def is_test_card(pan: str) -> bool:
    """Tell whether a card number is published for tests, so that it may be shown."""
    return pan in TEST_CARDS


def mask_pan(pan: str) -> str:
    """Keep the first six and the last four digits, as the API's own ``maskedPan`` does."""
    return f"{pan[:6]}******{pan[-4:]}"


def mask_text(text: str) -> str:
    """Mask card numbers, CVV codes, payment tokens and 3-D Secure results in a body, JSON or not.

    Published test cards stay whole, with the CVV that is sent along with them.
    """
    pans = [match.group() for match in _DIGITS.finditer(text)]
    keep_cvv = bool(pans) and all(map(is_test_card, pans))

    def field(match: re.Match[str]) -> str:
        if _PLACEHOLDER.fullmatch(match.group(2)):
            return match.group()
        if keep_cvv and _CVV.match(match.group(1)):
            return match.group()
        return f'{match.group(1)}"***"'

    masked = _SECRET_FIELD.sub(field, text)
    return _DIGITS.sub(lambda match: match.group() if is_test_card(match.group()) else mask_pan(match.group()), masked)


def mask_headers(headers: dict[str, str]) -> dict[str, str]:
    """Replace the bearer key by ``$QIWI_PAYIN_KEY`` and drop values of headers that are not known to be public."""
    shown: dict[str, str] = {}
    for name, value in headers.items():
        lowered = name.lower()
        if lowered == "authorization":
            shown[name] = f"Bearer {KEY_VARIABLE}"
        elif lowered in _PUBLIC_HEADERS:
            shown[name] = value
        else:
            shown[name] = "***"
    return shown
