"""Version 2."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = None


def upgrade() -> None:
    """Bring the tables of version 1 to version 2.

    What is added here is added to `tables` in the same words: columns at the end of their table, those that are never
    null with a `server_default` in both places, so that the rows that are there get a value.
    """
    for kind in ("bills", "payments", "captures", "refunds", "tokens", "notifications"):
        op.create_index(f"payin_{kind}_listed", f"payin_{kind}", ["site_id", "sequence"])
    op.create_index("payin_events_payment", "payin_events", ["site_id", "payment_id"])
    op.add_column("payin_sites", sa.Column("number", sa.Integer, nullable=False, server_default="0"))
    op.add_column("payin_sites", sa.Column("revision", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("payin_sites", sa.Column("settings", sa.Text))
    op.add_column("payin_sites", sa.Column("public_key", sa.Text))
    op.add_column("payin_sites", sa.Column("notification_key", sa.Text))
    op.create_index("payin_sites_public_key", "payin_sites", ["public_key"], unique=True)
    op.create_table(
        "payin_keys",
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("label", sa.Text),
        sa.Column("is_given", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("site_id", "key_id"),
    )
    op.create_index("payin_keys_hash", "payin_keys", ["hash"])
    op.add_column("payin_captures", sa.Column("reason", sa.Text))
    op.add_column("payin_captures", sa.Column("ps_error_code", sa.Text))
    op.add_column("payin_refunds", sa.Column("ps_error_code", sa.Text))
    op.add_column("payin_tokens", sa.Column("card_reference", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "payin_strikes",
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("mark", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("strikes", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "mark"),
    )
    op.add_column("payin_events", sa.Column("operation", sa.Text))
    op.add_column("payin_events", sa.Column("notification_id", sa.Text))
    op.create_table(
        "payin_faults",
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("operation", sa.Text, nullable=False),
        sa.Column("rate", sa.Text, nullable=False),
        sa.Column("times", sa.Integer),
        sa.Column("seed", sa.BigInteger),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("considered", sa.BigInteger, nullable=False),
        sa.Column("fired", sa.BigInteger, nullable=False),
        sa.Column("is_removed", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "number"),
    )
    op.create_table(
        "payin_held_notifications",
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("notification_id", sa.Text, nullable=False),
        sa.Column("fault", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "notification_id"),
    )
    op.add_column("payin_notifications", sa.Column("host", sa.Text, nullable=False, server_default=""))
    op.add_column("payin_notifications", sa.Column("resent", sa.Integer, nullable=False, server_default="0"))
    op.add_column("payin_notifications", sa.Column("mishap", sa.Text))
    op.add_column("payin_notifications", sa.Column("lease", sa.Text))
    op.add_column("payin_notifications", sa.Column("leased_until", sa.BigInteger))
    op.add_column("payin_notifications", sa.Column("leased_due_at", sa.BigInteger))
    for kind, name, column in (
        ("bills", "due", "due_at"),
        ("payments", "due", "due_at"),
        ("payments", "bill", "bill_id"),
        ("notifications", "due", "due_at"),
    ):
        op.drop_index(f"payin_{kind}_{name}", f"payin_{kind}")
        _index_filled(kind, name, column)
    _index_filled("notifications", "leased", "leased_until")
    op.add_column("payin_attempts", sa.Column("resent", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("payin_attempts", sa.Column("fault", sa.Text))
    op.add_column("payin_attempts", sa.Column("duration", sa.Integer))
    op.add_column("payin_attempts", sa.Column("details", sa.Text))


def _index_filled(kind: str, name: str, column: str) -> None:
    where = sa.text(f"{column} IS NOT NULL")
    op.create_index(f"payin_{kind}_{name}", f"payin_{kind}", ["site_id", column], sqlite_where=where)
