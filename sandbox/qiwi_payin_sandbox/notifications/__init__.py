"""Notifications to the partner: written in the transaction of their cause, signed, delivered at least once."""
