"""Enforcement beside the raw-SQL floor: sessions settled per second, flat in the total."""
