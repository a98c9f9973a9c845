"""What this server is."""

from importlib.metadata import PackageNotFoundError, version

from qiwi_payin_sandbox.operations.call import Answer, Call


def info(call: Call) -> Answer:
    """Tell what this server is."""
    sites = [
        {"siteId": site.site_id, "test": site.test}
        for site in call.engine.sites.values()
        if call.caller.may_see(site.site_id)
    ]
    return Answer({"name": "qiwi-payin sandbox", "version": _version(), "sites": sites})


def _version() -> str:
    try:
        return version("qiwi-payin")
    except PackageNotFoundError:
        return "0"
