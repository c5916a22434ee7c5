"""PostgreSQL as in the product, with every statement and commit counted as a step."""
