"""Runs the contract suite, and plain schemathesis, against every broken server."""
