"""A city's licences, statements and letters: one door for people and officers."""

__version__ = "0.1.0"
