"""Fixtures for tests of shops: a sandbox in the test's own process, clients of it, and the notifications that it sends.

It is the one package that uses both the client and the sandbox. Nothing of either is loaded before a fixture is used.
"""
