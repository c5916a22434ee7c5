"""Reading and checking of packs: pure Python, no database."""
