"""The developer's dashboard: what is on each site, as it happens, with the clock, faults and the payer at hand.

    GET  /                                  what this server is
    GET  /dashboard                         the sites
    GET  /dashboard/sites/{site}/...        one site: bills, payments with their ledger, notifications, requests
    GET  /dashboard/sites/{site}/stream     what happens, as server-sent events
    POST /dashboard/sites/{site}/do/{act}   an act; then back to the page that it was asked for on
    GET  /dashboard/login                   for who is not on this machine

Pages are rendered on the server, load nothing from elsewhere and work without JavaScript; with it they follow what
happens. What they change they change by control operations and operations of the API, so the rules are the same.
"""

_FOLDER = "dashboard"

__all__ = ["is_dashboard"]


def is_dashboard(path: str) -> bool:
    """Whether a path is one of the dashboard's, there or not, rather than an operation's."""
    return path == "/" or path.split("/", 2)[1:2] == [_FOLDER]
