"""Alembic scripts that bring the tables of an older version to the next."""
