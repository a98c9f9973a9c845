"""The tables. Moments are milliseconds since 1970, sums are minor units; `sequence` is the order of insertion."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

SCHEMA_VERSION = 2
"""What changes a table goes into the tables here, and into the script of the version in `migrations/versions`."""

metadata = MetaData()
_Sequence = BigInteger().with_variant(Integer, "sqlite")


def _sequence() -> Column[int]:
    return Column("sequence", _Sequence, primary_key=True, autoincrement=True)


def _index_of_filled(name: str, column: str) -> Index:
    """Return an index of the rows of a site that have a value there.

    Most have none, and on SQLite, where one thread writes for all, each index that need not be written is time saved.
    """
    return Index(name, "site_id", column, sqlite_where=text(f"{column} IS NOT NULL"))


schema = Table("payin_schema", metadata, Column("version", Integer, primary_key=True))

sites = Table(
    "payin_sites",
    metadata,
    Column("site_id", Text, primary_key=True),
    Column("frozen_at", BigInteger),
    Column("shift", BigInteger, nullable=False),
    Column("reached", BigInteger, nullable=False),
    Column("number", Integer, nullable=False, server_default="0"),
    Column("revision", BigInteger, nullable=False, server_default="0"),
    Column("settings", Text),
    Column("public_key", Text),
    Column("notification_key", Text),
    Index("payin_sites_public_key", "public_key", unique=True),
)

keys = Table(
    "payin_keys",
    metadata,
    Column("site_id", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("hash", Text, nullable=False),
    Column("label", Text),
    Column("is_given", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    PrimaryKeyConstraint("site_id", "key_id"),
    Index("payin_keys_hash", "hash"),
)

bills = Table(
    "payin_bills",
    metadata,
    _sequence(),
    Column("site_id", Text, nullable=False),
    Column("bill_id", Text, nullable=False),
    Column("invoice_uid", Text, nullable=False, unique=True),
    Column("fingerprint", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("due_at", BigInteger),
    Column("details", Text, nullable=False),
    UniqueConstraint("site_id", "bill_id"),
    _index_of_filled("payin_bills_due", "due_at"),
    Index("payin_bills_listed", "site_id", "sequence"),
)

payments = Table(
    "payin_payments",
    metadata,
    _sequence(),
    Column("site_id", Text, nullable=False),
    Column("payment_id", Text, nullable=False),
    Column("bill_id", Text),
    Column("fingerprint", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("authorised", BigInteger, nullable=False),
    Column("captured", BigInteger, nullable=False),
    Column("reversed", BigInteger, nullable=False),
    Column("refunded", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("awaited", Text),
    Column("reason", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("due_at", BigInteger),
    Column("details", Text, nullable=False),
    UniqueConstraint("site_id", "payment_id"),
    _index_of_filled("payin_payments_bill", "bill_id"),
    _index_of_filled("payin_payments_due", "due_at"),
    Index("payin_payments_created", "site_id", "created_at"),
    Index("payin_payments_listed", "site_id", "sequence"),
)

captures = Table(
    "payin_captures",
    metadata,
    _sequence(),
    Column("site_id", Text, nullable=False),
    Column("payment_id", Text, nullable=False),
    Column("capture_id", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("callback_url", Text),
    Column("reason", Text),
    Column("ps_error_code", Text),
    UniqueConstraint("site_id", "payment_id", "capture_id"),
    Index("payin_captures_listed", "site_id", "sequence"),
)

refunds = Table(
    "payin_refunds",
    metadata,
    _sequence(),
    Column("site_id", Text, nullable=False),
    Column("payment_id", Text, nullable=False),
    Column("refund_id", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("reversal", Boolean, nullable=False),
    Column("reason", Text),
    Column("callback_url", Text),
    Column("ps_error_code", Text),
    UniqueConstraint("site_id", "payment_id", "refund_id"),
    Index("payin_refunds_listed", "site_id", "sequence"),
)

tokens = Table(
    "payin_tokens",
    metadata,
    _sequence(),
    Column("site_id", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("masked_pan", Text, nullable=False),
    Column("expiry_date", Text, nullable=False),
    Column("card_info", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("deleted_at", BigInteger),
    Column("card_reference", Text, nullable=False, server_default=""),
    UniqueConstraint("site_id", "token"),
    Index("payin_tokens_account", "site_id", "account"),
    Index("payin_tokens_listed", "site_id", "sequence"),
)

strikes = Table(
    "payin_strikes",
    metadata,
    Column("site_id", Text, nullable=False),
    Column("mark", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("strikes", Integer, nullable=False),
    PrimaryKeyConstraint("site_id", "mark"),
)

postings = Table(
    "payin_postings",
    metadata,
    _sequence(),
    Column("site_id", Text, nullable=False),
    Column("payment_id", Text, nullable=False),
    Column("move", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("destination", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("payin_postings_payment", "site_id", "payment_id"),
)

events = Table(
    "payin_events",
    metadata,
    _sequence(),
    Column("site_id", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("bill_id", Text),
    Column("payment_id", Text),
    Column("capture_id", Text),
    Column("refund_id", Text),
    Column("reason", Text),
    Column("operation", Text),
    Column("notification_id", Text),
    Index("payin_events_site", "site_id", "sequence"),
    Index("payin_events_payment", "site_id", "payment_id"),
)

notifications = Table(
    "payin_notifications",
    metadata,
    _sequence(),
    Column("site_id", Text, nullable=False),
    Column("notification_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("url", Text),
    Column("body", Text, nullable=False),
    Column("signature", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger),
    Column("host", Text, nullable=False, server_default=""),
    Column("resent", Integer, nullable=False, server_default="0"),
    Column("mishap", Text),
    Column("lease", Text),
    Column("leased_until", BigInteger),
    Column("leased_due_at", BigInteger),
    UniqueConstraint("site_id", "notification_id"),
    _index_of_filled("payin_notifications_due", "due_at"),
    Index("payin_notifications_listed", "site_id", "sequence"),
    _index_of_filled("payin_notifications_leased", "leased_until"),
)

attempts = Table(
    "payin_attempts",
    metadata,
    Column("site_id", Text, nullable=False),
    Column("notification_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("status", Integer),
    Column("error", Text),
    Column("resent", Boolean, nullable=False, server_default=false()),
    Column("fault", Text),
    Column("duration", Integer),
    Column("details", Text),
    PrimaryKeyConstraint("site_id", "notification_id", "number"),
)

faults = Table(
    "payin_faults",
    metadata,
    Column("site_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("rate", Text, nullable=False),
    Column("times", Integer),
    Column("seed", BigInteger),
    Column("settings", Text, nullable=False),
    Column("considered", BigInteger, nullable=False),
    Column("fired", BigInteger, nullable=False),
    Column("is_removed", Boolean, nullable=False),
    PrimaryKeyConstraint("site_id", "number"),
)

held_notifications = Table(
    "payin_held_notifications",
    metadata,
    Column("site_id", Text, nullable=False),
    Column("notification_id", Text, nullable=False),
    Column("fault", Integer, nullable=False),
    PrimaryKeyConstraint("site_id", "notification_id"),
)
