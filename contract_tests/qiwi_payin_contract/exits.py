"""Exit codes of ``qiwi-payin contract``, and the error that one of them stands for."""

__all__ = ["BROKEN", "COULD_NOT_RUN", "INTERRUPTED", "KEPT", "CannotRunError"]

KEPT, BROKEN, COULD_NOT_RUN, INTERRUPTED = 0, 1, 2, 130


class CannotRunError(Exception):
    """The suite cannot run: no server, a refused key, a wrong option. The message says why, and holds no secret."""
