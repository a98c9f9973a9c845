"""Commands for a terminal that speak to a sandbox which is running somewhere, over its control operations."""
