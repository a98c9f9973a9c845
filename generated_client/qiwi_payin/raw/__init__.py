# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
"""The methods of the API with whole answers: what `payin.payments.raw` and its like give."""
