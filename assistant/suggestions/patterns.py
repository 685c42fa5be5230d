"""Patterns of names, dates, numbers and closed-class words that more than one form of question is made by."""

import re

from assistant.answering.questions import COUNT_WORDS

# Parts of patterns: a month, a date or year, a number in words or digits, a word with a capital, what a person is.
MONTHS = "January February March April May June July August September October November December".split()
MONTH = rf"(?:{'|'.join(MONTHS)})"
DATE = rf"(?:(?:\d{{1,2}} )?{MONTH}\b(?: \d{{1,2}}\b)?(?:,? \d{{4}})?|\b(?:1[5-9]|20)\d\d\b)"
NUMBER = rf"(?:{'|'.join(COUNT_WORDS)}|\d{{1,2}})"
CAPITAL = r"(?:(?:[A-Z]\.)+|[A-Z][\w'’&-]*)"
ROLE = (
    r"(?:director|president|minister|chair(?:man|woman|person)?|chief|head|secretary|governor|professor|founder|"
    r"analyst|author|ambassador|spokes(?:man|woman|person)|economist|senator|commissioner|engineer|officer)"
)
# Parts of patterns: words that something follows, prepositions and those that join.
PREPOSITION = (
    r"to|towards?|from|in|on|at|via|for|with|without|by|beyond|into|through|over|under|about|after|before|since|until|"
    r"between|among|during|within|per|of|as|than"
)
JUNCTION = r"and|or|nor|but|so|yet|if|when|where|while|because|although|though|unless|that|which|who|whose|not"
# Two words or more with capitals: "Bank of the North", "Executive Order 14017".
NAME = re.compile(rf"{CAPITAL}(?:(?: of(?: the)?)? {CAPITAL})+(?: \d{{2,6}}\b)?")
# What these point at stands outside of the question.
POINTS = re.compile(
    r"\b(?:this|that|these|those|it|its|they|them|their|he|him|his|she|her|we|us|our|you|your|i|me|my|such|former|"
    r"latter|same|above|below|following|others?|another|there|here|also|today|yesterday|tomorrow|now)\b",
    re.I,
)
# The words that ask.
WH = re.compile(r"(?:who|whom|whose|what|which|when|where|why|how)\b", re.I)
