"""The way in: from an HTTP request to an operation and back, one route each way."""
