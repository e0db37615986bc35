"""Who may see which candidate and which record: the only door to these rows."""
