"""Stand-ins for systems outside: real servers speaking real protocols, for demo and tests."""
