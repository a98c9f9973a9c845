"""What a payer sees in a browser, with what it loads.

    a link, /create -----------+
    a shop's page, /popup/v2.js +-> bill's payUrl
                                       |
                                       v
    /form -> POST /form -> /form/payment -+-> result, then the successUrl
                                ^         |
                                |         +-> POST /acs (confirm, refuse, let the time run out)
                                +- /form/3ds <-'

The pages are rendered on the server, load nothing from elsewhere and work without JavaScript. Card data come in the
body of one POST and go straight to the payer's desk: they are in no address, no log and no page that is answered.
They know no web framework, so they are reached through a socket and in the same process alike.
"""

_FOLDERS = frozenset({"acs", "create", "form", "pages", "popup"})

__all__ = ["is_page"]


def is_page(path: str) -> bool:
    """Whether a path is one of the payer's pages, there or not, rather than an operation's."""
    return path.split("/", 2)[1:2] != [] and path.split("/", 2)[1] in _FOLDERS
