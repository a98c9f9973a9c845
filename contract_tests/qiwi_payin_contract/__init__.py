"""Contract suite of the QIWI payment acceptance API: what breaks the contract, where it is written, how to repeat it.

Importing this package loads nothing else, because pytest imports it in every run of everybody who installed it.
"""
