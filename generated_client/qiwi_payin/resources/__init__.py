# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
"""The methods of the API, one class a resource, for sync and for async code."""
