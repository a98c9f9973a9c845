"""A site's settings as a JSON object, by the names that control operations and files of sites give them.

API access keys are no part of it. The notification key is taken, and never given.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

from qiwi_payin_sandbox import wire
from qiwi_payin_sandbox.sites.site import SettingError, Site

_HOLD_TERM = "holdTermSeconds"
_NOTIFICATION_KEY = "notificationKey"


_FIELDS = {
    _HOLD_TERM if each.name == "hold_term" else wire.camel_case(each.name): each
    for each in fields(Site)
    if each.name not in {"site_id", "key", "keys"}
}
_NAMES = {each.name: name for name, each in _FIELDS.items()}


def name_of(setting: str) -> str:
    """Return the name that a setting, named as to `Site` or as here, has here."""
    return _NAMES.get(setting, setting)


def settings_of(site: Site) -> dict[str, Any]:
    """Return the settings of a site; what is not set is left out."""
    settings: dict[str, Any] = {}
    for name, field in _FIELDS.items():
        value = getattr(site, field.name)
        if name != _NOTIFICATION_KEY and value is not None:
            settings[name] = _written(value)
    return settings


def as_document(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings that are named and given as to `Site` by their names and values here.

    Raises:
        SettingError: There is no such setting.
    """
    document = {}
    for name, value in settings.items():
        if name not in _NAMES:
            raise SettingError(name, "there is no such setting")
        document[_NAMES[name]] = _written(value)
    return document


def _written(value: Any) -> Any:
    if isinstance(value, timedelta):
        return _seconds(value)
    return list(value) if isinstance(value, tuple) else value


def _seconds(term: timedelta) -> int:
    if term % timedelta(seconds=1):
        raise SettingError(_HOLD_TERM, "a whole number of seconds")
    return term // timedelta(seconds=1)


def with_settings(site: Site, settings: Mapping[str, Any]) -> Site:
    """Return the site with these settings changed; None takes a setting away that need not be there.

    Raises:
        SettingError: There is no such setting, or it breaks its rule; it is named as in `settings`.
    """
    changed = {}
    for name, value in settings.items():
        field = _FIELDS.get(name)
        if field is None:
            raise SettingError(name, "there is no such setting")
        changed[field.name] = _read(name, value, field.default)
    try:
        return replace(site, **changed)
    except SettingError as error:
        raise SettingError(name_of(error.name), error.rule) from None


def _read(name: str, value: Any, default: Any) -> Any:
    match default:
        case bool():
            if isinstance(value, bool):
                return value
            raise SettingError(name, "true or false")
        case timedelta():
            if isinstance(value, int) and not isinstance(value, bool) and abs(value) < timedelta.max.total_seconds():
                return timedelta(seconds=value)
            raise SettingError(name, "a whole number of seconds")
        case tuple():
            if isinstance(value, list) and all(isinstance(item, str) for item in value):
                return tuple(value)
            raise SettingError(name, "a list of texts")
    if value is None or isinstance(value, str):
        return value
    raise SettingError(name, "a text")
