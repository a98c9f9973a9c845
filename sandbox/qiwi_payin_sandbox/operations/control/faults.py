"""Faults on demand: what shall go wrong on a site."""

from typing import Any

from qiwi_payin_sandbox.faults.fault import Fault
from qiwi_payin_sandbox.operations import views
from qiwi_payin_sandbox.operations.call import Answer, Call


def list_(call: Call) -> Answer:
    """List the site's faults."""
    return Answer([_view(fault) for fault in call.services.faults.all(call.site.site_id)])


def add(call: Call) -> Answer:
    """Ask for a fault."""
    return Answer(_view(call.services.faults.add(call.site.site_id, call.body)))


def remove(call: Call) -> Answer:
    """Remove a fault."""
    call.services.faults.remove(call.site.site_id, call.parameters["faultId"])
    return Answer(status=204)


def remove_all(call: Call) -> Answer:
    """Remove all faults of the site."""
    call.services.faults.remove_all(call.site.site_id)
    return Answer(status=204)


def _view(fault: Fault) -> dict[str, Any]:
    return views.present(
        {
            "faultId": fault.fault_id,
            "kind": fault.kind,
            "operation": fault.operation,
            "rate": fault.rate,
            "times": fault.times,
            "seed": fault.seed,
            **fault.settings,
            "considered": fault.considered,
            "fired": fault.fired,
            "active": fault.is_active,
        }
    )
