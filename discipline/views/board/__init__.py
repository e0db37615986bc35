"""What is done about the Board of a case, one page an act."""
