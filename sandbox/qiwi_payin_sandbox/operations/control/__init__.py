"""Control operations: they stand for the payer, the issuing bank and time itself."""
