"""Time on the sites: their clocks, what moves them and lets happen what is due, the thread that does so by itself."""
