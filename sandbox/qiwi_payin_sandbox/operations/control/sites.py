"""Sites and their settings."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from qiwi_payin_sandbox.domain.errors import NotFoundError, ValidationError
from qiwi_payin_sandbox.domain.events import Event, SiteEventType
from qiwi_payin_sandbox.engine.work import Work
from qiwi_payin_sandbox.operations.call import Answer, Call
from qiwi_payin_sandbox.sites.settings import name_of, settings_of, with_settings
from qiwi_payin_sandbox.sites.site import SettingError, Site
from qiwi_payin_sandbox.sites.stored import completed, save_settings


def list_(call: Call) -> Answer:
    """List the sites that the caller may work on."""
    call.engine.sites.refresh()
    return Answer([_view(site) for site in call.engine.sites.values() if call.caller.may_see(site.site_id)])


def get(call: Call) -> Answer:
    """Read the settings of the site."""
    return Answer(call.look(lambda work: _view(work.site)))


def put(call: Call) -> Answer:
    """Make the site, or give it all its settings anew."""
    site_id = call.parameters["siteId"]
    if call.entry is not None:
        return _change(call, lambda site: replace(_plain(site.site_id), notification_key=site.notification_key))
    try:
        site = with_settings(_plain(site_id), call.body)
        return Answer(_view(call.engine.set_up(site, with_key=False)), status=201)
    except SettingError as error:
        raise ValidationError({name_of(error.name): [error.rule]}) from None


def change(call: Call) -> Answer:
    """Change some of the site's settings."""
    return _change(call, lambda site: site)


def delete(call: Call) -> Answer:
    """Remove the site and all that it has."""
    if call.entry is None:
        raise NotFoundError("site")
    call.engine.remove(call.site.site_id)
    call.services.request_log.clear(call.site.site_id)
    return Answer(status=204)


def _change(call: Call, base: Callable[[Site], Site]) -> Answer:
    def command(work: Work) -> Site:
        before = replace(work.site, key=None, keys=())
        try:
            site = completed(with_settings(base(before), call.body), work.ids, with_key=False)
            save_settings(work.unit, site, work.ids)
        except SettingError as error:
            raise ValidationError({name_of(error.name): [error.rule]}) from None
        call.demand_tokens_of(site)
        if site != before:
            work.unit.add_events([Event(type=SiteEventType.SITE_CHANGED, at=work.now)])
        return site

    site = call.change(command)
    call.engine.sites.load(site.site_id)
    return Answer(_view(site))


def _plain(site_id: str) -> Site:
    try:
        return Site(site_id)
    except SettingError as error:
        raise ValidationError({"siteId": [error.rule]}) from None


def _view(site: Site) -> dict[str, Any]:
    return {"siteId": site.site_id, **settings_of(site)}
