"""Faults on demand: what goes wrong with answers and notifications because somebody asked for it.

A fault changes whether and when an answer or a notification gets through. It never changes what is stored of bills,
payments or money.
"""
