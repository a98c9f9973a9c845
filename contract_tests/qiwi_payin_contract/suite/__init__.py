"""Tests of the suite, one module a group; pytest runs them against the server under test."""
