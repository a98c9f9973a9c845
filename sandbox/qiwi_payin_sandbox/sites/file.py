"""A TOML file of sites, so that all their settings can be given at start.

    [sites.shop]
    keyFromEnv = "SHOP_KEY"
    notificationUrl = "http://127.0.0.1:8080/notifications"
    holdTermSeconds = 300

Settings have the names that control operations give them. Keys are `key`, `keys` and `notificationKey`, or the names of
environment variables that hold them: `keyFromEnv`, `keysFromEnv`, `notificationKeyFromEnv`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from qiwi_payin_sandbox.sites.settings import with_settings
from qiwi_payin_sandbox.sites.site import SettingError, Site

_FROM_ENV = "FromEnv"


class SiteFileError(ValueError):
    """A file of sites cannot be used; the message says where and why, and shows no value."""


def read_sites(path: Path, environment: Mapping[str, str]) -> list[Site]:
    """Return the sites of a file in its order.

    Args:
        path: The file.
        environment: Where keys are that the file names variables for.

    Raises:
        SiteFileError: The file cannot be read, or a site in it breaks a rule.
    """
    try:
        with path.open("rb") as file:
            content = tomllib.load(file)
    except OSError as error:
        raise SiteFileError(f"{path} cannot be read: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SiteFileError(f"{path} is no TOML file: {error}") from None
    sites = content.pop("sites", None)
    if content or not isinstance(sites, dict) or not sites:
        raise SiteFileError(f"{path} has tables [sites.ID], one at least, and nothing else")
    return [_site(path, site_id, settings, environment) for site_id, settings in sites.items()]


def _site(path: Path, site_id: str, settings: Any, environment: Mapping[str, str]) -> Site:
    try:
        named = {
            name.removesuffix(_FROM_ENV): _from_environment(name, value, environment)
            for name, value in _table(settings).items()
        }
        key, keys = _key(named.pop("key", None)), _keys(named.pop("keys", []))
        return replace(with_settings(Site(site_id), named), key=key, keys=keys)
    except SettingError as error:
        raise SiteFileError(f"{path}: sites.{site_id}: {error}") from None


def _table(settings: Any) -> dict[str, Any]:
    if isinstance(settings, dict):
        return settings
    raise SettingError("it", "a table of settings")


def _key(key: Any) -> str | None:
    if key is None or isinstance(key, str):
        return key
    raise SettingError("key", "a text")


def _keys(keys: Any) -> tuple[str, ...]:
    if isinstance(keys, list) and all(isinstance(key, str) for key in keys):
        return tuple(keys)
    raise SettingError("keys", "a list of texts")


def _from_environment(name: str, value: Any, environment: Mapping[str, str]) -> Any:
    if not name.endswith(_FROM_ENV):
        return value
    variables = value if isinstance(value, list) else [value]
    for variable in variables:
        if not isinstance(variable, str) or variable not in environment:
            raise SettingError(name, f"there is no environment variable {variable}")
    found = [environment[variable] for variable in variables]
    return found if isinstance(value, list) else found[0]
