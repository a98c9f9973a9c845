"""The rules of payment acceptance as pure functions: stored state, a command and the time give new state and events.

Nothing here knows HTTP, SQL or the wall clock.
"""
