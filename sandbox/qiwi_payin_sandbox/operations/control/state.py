"""A site's state: taken, put back, or cleared away."""

from qiwi_payin_sandbox.engine import state
from qiwi_payin_sandbox.operations.call import Answer, Call


def reset(call: Call) -> Answer:
    """Clear away all objects, postings, events and notifications of the site; its clock starts anew."""
    clock = call.engine.new_clock()
    call.change(lambda work: state.clear(work, clock), alone=True)
    call.services.request_log.clear(call.site.site_id)
    _let_others_know(call)
    return Answer(status=204)


def get(call: Call) -> Answer:
    """Take a snapshot of the site."""
    return Answer(call.look(state.take))


def put(call: Call) -> Answer:
    """Make the site what it was when a snapshot was taken."""
    world = call.engine.world_time()
    comparable = call.change(lambda work: state.put_back(work, call.body, world, call.demand_tokens_of), alone=True)
    _let_others_know(call)
    return Answer({"siteId": call.site.site_id, "repeatsAreCompared": comparable})


def _let_others_know(call: Call) -> None:
    call.engine.sites.load(call.site.site_id)
    call.engine.due_soon.tell()
