"""A sandbox of the QIWI payment acceptance API: a server that keeps the contract, for building and testing partners."""

try:
    from qiwi_payin_sandbox.api import Sandbox
    from qiwi_payin_sandbox.clocks.clock import Clock
    from qiwi_payin_sandbox.http.errors import ApiError
    from qiwi_payin_sandbox.http.server import ServerError
    from qiwi_payin_sandbox.sites.site import Site
    from qiwi_payin_sandbox.store import StoreError
except ModuleNotFoundError as error:  # the wheel brings the package, an extra what it needs
    if (error.name or "").startswith("qiwi_payin"):
        raise
    raise ModuleNotFoundError(f'{error.msg}: pip install "qiwi-payin[sandbox]"', name=error.name) from error

__all__ = ["ApiError", "Clock", "Sandbox", "ServerError", "Site", "StoreError"]
