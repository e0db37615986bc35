"""Numbers on cases for the school's staff, from which nobody can be singled out who may not be known."""
