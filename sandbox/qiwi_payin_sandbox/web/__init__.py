"""What all pages for browsers share, the payer's and the developer's."""
