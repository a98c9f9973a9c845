"""Commands on sites: the transaction that each runs in, and what takes more than one object of the domain."""
