"""Starts the whole system on one machine: environment, database, sandbox servers, processes."""
