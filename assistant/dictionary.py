"""The English dictionary: which words there are, and how often they are used."""

from functools import cache

from spellchecker import SpellChecker


@cache
def english() -> SpellChecker:
    """Return the dictionary; it is read once, which takes a few hundred milliseconds, and must not be changed."""
    return SpellChecker()
