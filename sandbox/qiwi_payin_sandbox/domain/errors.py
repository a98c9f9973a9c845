"""What the domain refuses.

RefusedError
├── ValidationError                a request field is wrong
├── NotFoundError                  there is no such object
└── IncorrectMethodInvocationError the object's state does not allow the operation
"""

from collections.abc import Mapping


class RefusedError(Exception):
    """A command was refused; nothing has changed."""


class ValidationError(RefusedError):
    """Fields of the request are wrong: `cause` maps a field's name to what is wrong with it."""

    def __init__(self, cause: Mapping[str, list[str]]) -> None:
        super().__init__("; ".join(f"{field}: {', '.join(texts)}" for field, texts in cause.items()))
        self.cause = dict(cause)


class NotFoundError(RefusedError):
    """No object of that kind has that id on that site."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"no such {kind}")


class IncorrectMethodInvocationError(RefusedError):
    """The operation does not fit the state that the object is in."""
