"""Django's PostgreSQL backend, able to empty tables that refuse to be emptied."""
