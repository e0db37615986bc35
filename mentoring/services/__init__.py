"""Writes of mentoring: each owns its transaction, locks, asks the rulebook, and records what it did."""
