"""The API under /api/v1: the same rooms as the pages, as JSON."""
