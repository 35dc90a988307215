"""Every write of the payments app."""

from payments.services.checkout import AlreadyPaid, start_checkout
from payments.services.events import process_event, record_event
from payments.services.fulfilment import SetAside, fulfil

__all__ = ["AlreadyPaid", "SetAside", "fulfil", "process_event", "record_event", "start_checkout"]
