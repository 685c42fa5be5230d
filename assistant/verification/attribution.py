"""Attribution: what somebody calls a thing, maintains or accuses others of, told as plain fact."""

import re
from collections.abc import Sequence

from assistant.verification.clauses import Clauses, clauses
from assistant.verification.folding import fold
from assistant.verification.modality import reported

# Whoever is behind these vouches for it alone; "said" and "announced" are left out, since reports are told of by them.
_CLAIMS = re.compile(
    r"\b(?:maintain(?:s|ed)|insist(?:s|ed)?|assert(?:s|ed)|complain(?:s|ed)|object(?:s|ed)|den(?:ies|ied)) that\b|"
    r"\b(?:newspapers?|critics|opponents|rumou?rs?|legend|some|many|people|others|sceptics|rivals|tabloids|gossip)\s+"
    r"(?:say|said|says|ha[sd] it)(?: that)?\b|"
    r"\b(?:call(?:s|ed)|describ(?:es|ed)|dubbed|label+ed|brand(?:s|ed)|deem(?:s|ed)|"
    r"vot(?:es?|ed) (?:it|him|her|them))\b(?! (?:for|on|off|up|in|at|to|by)\b)|"
    r"\baccus(?:es|ed|ing)\b[^,.;]{1,60}?\bof\b|"
    r"\bin (?:his|her|its|their|my|our) (?:view|opinion|words|eyes|judge?ment)\b",
    re.IGNORECASE,
)
# A statement with any of these tells whose word it is, in other words than the quote.
_TOLD = re.compile(
    r"\b(?:vot\w*|reckon\w*|doubt\w*|den(?:y|ies|ied)|insist\w*|mock\w*|rate[sd]?|rank\w*|label\w*|dub\w*|brand\w*|"
    r"deem\w*|complain\w*|repl(?:y|ies|ied)|counter\w*|lament\w*|point(?:s|ed)? out|object\w*|critici\w*|stress\w*|"
    r"admit\w*|ha(?:s|d|ve) it|declar\w*|announc\w*|demand\w*|award\w*|oppos\w*|held|(?:for|to) (?-i:[A-Z])\w*)\b",
    re.IGNORECASE,
)
_FIRST, _SCOPE = 5, 8


def unattributed(statement: str, quotes: Sequence[str]) -> bool:
    """Tell whether `statement` says itself what a quote only tells as somebody's charge, opinion or hearsay."""
    text = fold(statement)
    claims = [(quote, found) for quote in map(fold, quotes) for found in _CLAIMS.finditer(quote)]
    if not claims or reported(text) or _TOLD.search(text):
        return False
    return any(_echoes(clauses(text), quote[found.end() :]) for quote, found in claims)


def _echoes(own: Clauses, behind: str) -> bool:
    """Tell whether half of what is claimed is in a statement, and half of the statement in what is claimed."""
    terms = clauses(behind).terms
    claimed = [one.stem for one in terms if one.clause == terms[0].clause][:_SCOPE]
    first = claimed[:_FIRST]
    told = sum(stem in own.stems for stem in first)
    mine = sum(one.stem in claimed for one in own.terms)
    return bool(claimed) and told * 2 >= len(first) and mine * 2 >= len(own.terms)
