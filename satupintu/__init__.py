"""A city's licences, statements and letters: one door for people and officers."""
