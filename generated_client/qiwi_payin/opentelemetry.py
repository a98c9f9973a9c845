# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
"""Spans for OpenTelemetry: `PayIn(observer=OpenTelemetryObserver())`. Needs the package `opentelemetry-api`."""

from qiwi_payin_runtime.opentelemetry import OpenTelemetryObserver

__all__ = ["OpenTelemetryObserver"]
