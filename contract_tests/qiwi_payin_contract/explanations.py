"""Why each rule matters to a shop or a payer; the texts are in ``explanations.toml``."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

__all__ = ["explanations"]


@cache
def explanations() -> Mapping[str, str]:
    """All texts, by the code of the rule."""
    return tomllib.loads(files("qiwi_payin_contract").joinpath("explanations.toml").read_text(encoding="utf-8"))
