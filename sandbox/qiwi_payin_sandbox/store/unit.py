"""What one transaction reads and writes of one site."""

from qiwi_payin_sandbox.store.bills import Bills
from qiwi_payin_sandbox.store.captures import Captures
from qiwi_payin_sandbox.store.due import DueWork
from qiwi_payin_sandbox.store.events import Events
from qiwi_payin_sandbox.store.faults import Faults
from qiwi_payin_sandbox.store.keys import Keys
from qiwi_payin_sandbox.store.ledger import Ledger
from qiwi_payin_sandbox.store.listing import Listing
from qiwi_payin_sandbox.store.notifications import Notifications
from qiwi_payin_sandbox.store.payments import Payments
from qiwi_payin_sandbox.store.refunds import Refunds
from qiwi_payin_sandbox.store.settings import Settings
from qiwi_payin_sandbox.store.sites import Sites
from qiwi_payin_sandbox.store.state import State
from qiwi_payin_sandbox.store.strikes import Strikes
from qiwi_payin_sandbox.store.tokens import Tokens


class Unit(
    Sites,
    Settings,
    Keys,
    Bills,
    Payments,
    Captures,
    Refunds,
    Tokens,
    Ledger,
    Events,
    Notifications,
    Faults,
    Strikes,
    State,
    DueWork,
    Listing,
):
    """The objects of one site, as seen and changed by one transaction.

    Rows that are going to be changed are read with `lock=True`, a bill before its payments.
    """

    @property
    def locks_rows(self) -> bool:
        """Whether other writers may be at work at the same time, so that rows must be locked."""
        return self._session.locks_rows
