"""The tables as version 1 of the schema had them: what stores of that version look like, and so never to be changed."""

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
)

SCHEMA_VERSION = 1

metadata = MetaData()
_Sequence = BigInteger().with_variant(Integer, "sqlite")


def _sequence() -> Column[int]:
    return Column("sequence", _Sequence, primary_key=True, autoincrement=True)


schema = Table("payin_schema", metadata, Column("version", Integer, primary_key=True))

sites = Table(
    "payin_sites",
    metadata,
    Column("site_id", Text, primary_key=True),
    Column("frozen_at", BigInteger),
    Column("shift", BigInteger, nullable=False),
    Column("reached", BigInteger, nullable=False),
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
    Index("payin_bills_due", "site_id", "due_at"),
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
    Index("payin_payments_bill", "site_id", "bill_id"),
    Index("payin_payments_due", "site_id", "due_at"),
    Index("payin_payments_created", "site_id", "created_at"),
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
    UniqueConstraint("site_id", "payment_id", "capture_id"),
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
    UniqueConstraint("site_id", "payment_id", "refund_id"),
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
    UniqueConstraint("site_id", "token"),
    Index("payin_tokens_account", "site_id", "account"),
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
    Index("payin_events_site", "site_id", "sequence"),
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
    UniqueConstraint("site_id", "notification_id"),
    Index("payin_notifications_due", "site_id", "due_at"),
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
    PrimaryKeyConstraint("site_id", "notification_id", "number"),
)
