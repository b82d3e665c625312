"""Proving that answers are grounded."""
