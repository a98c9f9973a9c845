"""Chores of the project: bundle, overlay, lint, generate. Not part of the distribution."""
