"""What is written about candidates, records, juries and decisions; each service owns its transaction."""
