"""Pure Python under every package: money, working time, identity numbers, expressions, forms."""
