"""The operations of the API, one module a resource; each operation is named as the description names it."""
