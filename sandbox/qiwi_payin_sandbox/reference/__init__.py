"""The reference of the API, rendered on the server from the description that the sandbox itself runs on.

    GET /docs                 operations, objects, notifications and errors, with what each rule rests on
    GET /docs/openapi.json    the description, with this server's address

Renderers that are kept by others (Redoc, Swagger UI, Scalar and the like) weigh one to three megabytes of JavaScript,
show nothing without it, need styles that a strict content policy forbids, and leave out what matters most here: the
basis of each rule, the statements and the signature. So the page is made from the description, as HTML.
"""

_FOLDER = "docs"

__all__ = ["is_reference"]


def is_reference(path: str) -> bool:
    """Whether a path is one of the reference's, there or not, rather than an operation's."""
    return path.split("/", 2)[1:2] == [_FOLDER]
