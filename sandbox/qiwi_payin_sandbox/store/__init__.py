"""Where a sandbox keeps its state: SQLite by default, PostgreSQL by URL, the same statements on both."""

from qiwi_payin_sandbox.store.database import Store, is_shared, open_store
from qiwi_payin_sandbox.store.errors import StoreError

__all__ = ["Store", "StoreError", "is_shared", "open_store"]
