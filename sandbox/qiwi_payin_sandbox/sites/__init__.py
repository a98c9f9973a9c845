"""Sites: what one is, its settings as a document and in a file, sites as they are stored and as they are looked up."""
