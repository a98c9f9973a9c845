"""Broken servers: named faults that a reverse proxy puts in front of any base URL. They prove that checks can fail."""
