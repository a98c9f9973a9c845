"""API access keys of a site."""

from typing import Any

from qiwi_payin_sandbox import times
from qiwi_payin_sandbox.engine.work import Work
from qiwi_payin_sandbox.operations import views
from qiwi_payin_sandbox.operations.call import Answer, Call
from qiwi_payin_sandbox.sites.stored import issue_key, revoke_key
from qiwi_payin_sandbox.store.keys import StoredKey


def list_(call: Call) -> Answer:
    """List the site's keys without showing them."""
    return Answer(call.look(lambda work: [_view(key) for key in work.unit.stored_keys()]))


def issue(call: Call) -> Answer:
    """Issue a key; this answer alone shows it."""

    def command(work: Work) -> dict[str, Any]:
        stored, key = issue_key(work.unit, work.site.site_id, call.body.get("label"), work.now, work.ids)
        return {**_view(stored), "key": key}

    issued = call.change(command)
    call.engine.sites.load(call.site.site_id)
    return Answer(issued, status=201)


def revoke(call: Call) -> Answer:
    """Let a key open nothing any more."""
    call.change(lambda work: revoke_key(work.unit, call.parameters["keyId"], work.now))
    call.engine.sites.load(call.site.site_id)
    return Answer(status=204)


def _view(key: StoredKey) -> dict[str, Any]:
    return views.present(
        {
            "keyId": key.key_id,
            "label": key.label,
            "createdAt": times.in_milliseconds(key.created_at),
            "revokedAt": None if key.revoked_at is None else times.in_milliseconds(key.revoked_at),
        }
    )
