"""How the events travel."""

from payments.sandbox.acts.core import Sandbox, get_thing
from payments.sandbox.errors import ApiError
from payments.sandbox.store import Json


def send_again(sandbox: Sandbox, event_id: str) -> Json:
    """Send an event that was dropped, failed or taken, now and by itself."""
    with sandbox.store.change():
        event = get_thing(sandbox, "event", event_id)
        sandbox.store.deliveries[event_id].update(delivered_at=None, next_at=0, failures=0, dropped=False, copies=1)
    return event


def flip_switch(sandbox: Sandbox, name: str) -> bool:
    """It counts for what is made from now on."""
    with sandbox.store.change():
        if name not in sandbox.store.switches:
            raise ApiError(f"There is no switch {name}.")
        sandbox.store.switches[name] = not sandbox.store.switches[name]
        return sandbox.store.switches[name]
