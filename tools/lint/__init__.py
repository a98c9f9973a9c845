"""Lint of an OpenAPI description: what no other tool checks.

Each rule is a function `rule(document) -> Iterator[Finding]` in the module of its subject; `__main__` runs them all.
"""
