"""Who may do what about a case; pages and API ask the same predicates."""
