"""Time on the sites: their clocks, the keeper that moves them and lets happen what is due, the thread that does it by itself."""
