"""Reports of a run: terminal, JUnit, JSON, HAR and a page for a browser, all made from its results."""
