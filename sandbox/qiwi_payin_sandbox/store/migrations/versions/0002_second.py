"""Version 2."""

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
