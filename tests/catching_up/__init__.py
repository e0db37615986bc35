"""A10: the same history gives the same outcome, whenever, however often and by whomever it is swept."""
