"""Version 2."""

revision = "0002"
down_revision = None


def upgrade() -> None:
    """Bring the tables of version 1 to version 2.

    What is added here is added to `tables` in the same words: columns at the end of their table, those that are never
    null with a `server_default` in both places, so that the rows that are there get a value.
    """
