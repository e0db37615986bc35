"""Forms of the pages of cases: they read what was typed; the services decide."""
