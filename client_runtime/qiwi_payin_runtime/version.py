"""Which release this is; the distribution takes its version from here, so that no metadata need be read to know it."""

from typing import Final

VERSION: Final = "0.1.0"
