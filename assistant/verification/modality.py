"""Modality: whether a statement is more certain or more general than its quotes."""

import re
from collections.abc import Sequence

from assistant.catalog.lexical import FUNCTION_WORDS
from assistant.verification.clauses import Clauses, clauses
from assistant.verification.folding import fold
from assistant.verification.lemmas import lemma
from assistant.verification.units import TIMES

# What is behind these did not happen, or not yet, or perhaps.
_MODAL = re.compile(
    r"\b(?:(?-i:may)|might|could|would|perhaps|maybe|possibly|potentially|probably|presumably|likely to|(?:is|are|"
    r"was|were) (?:(?:likely|expected|due|set|supposed|scheduled|projected|forecast|poised)(?: to)?|(?:about )?to)|"
    r"(?:scrambl|try|work|rac|attempt|prepar|struggl|striv)(?:es|s|ing) to|expect(?:s|ed)?(?: to)?|plan(?:s|ned|"
    r"ning)? (?:to|on)|intend(?:s|ed|ing)? to|aim(?:s|ed|ing)? (?:to|at)|hop(?:es?|ed|ing) to|want(?:s|ed)? to|"
    r"seek(?:s|ing)? to|sought to|consider(?:s|ed|ing)?(?= \w+ing\b)|(?:is |are |was |were )?(?:exploring|weighing|"
    r"mulling|discussing|studying|drafting)|propos(?:es?|ed|ing|al)(?: to)?|(?:appear|seem)(?:s|ed)? to|threaten(?:s|"
    r"ed|ing)? to|risk(?:s|ed)?|promis(?:es?|ed) to|pledg(?:es?|ed) to|agreed to|vow(?:s|ed) to|estimat(?:es?|"
    r"ed)(?: that)?|should)\b",
    re.IGNORECASE,
)
# Who is behind these says so, and nobody else.
_REPORTED = re.compile(
    r"\b(?:alleg(?:ed(?:ly)?|es)|reportedly|supposedly|apparently|purportedly|according to|in the (?:view|opinion|"
    r"judgment|reading|words) of|(?:is|are|was|were) (?:said|believed|thought|rumou?red|alleged|accused)|"
    r"believ(?:es?|ed)|suspects?|speculates?|claims?|infers?|argues?|suggests?(?: that)?|contends?|concludes?|warns?|"
    r"fears?|considers?)\b",
    re.IGNORECASE,
)
# Any of these in a statement keeps it from being plain fact.
_KEEPS_MODAL = re.compile(
    r"\b(?:(?-i:may)|might|could|would|can|should|perhaps|maybe|possib\w*|potential\w*|probabl\w*|presumabl\w*|"
    r"likel\w*|expect\w*|plan(?:s|ned|ning)?|intend\w*|intent\w*|aim(?:s|ed|ing)?|goal|purpose|hop(?:es?|ed|ing)|"
    r"want\w*|wish\w*|seek\w*|sought|consider\w*|explor\w*|weigh\w*|mull\w*|discuss\w*|stud(?:y|ies|ying)|draft\w*|"
    r"propos\w*|appear\w*|seem\w*|threat\w*|risk\w*|promis\w*|pledg\w*|agree\w*|vow\w*|commit\w*|undert\w*|"
    r"estimat\w*|target\w*|forecast\w*|predict\w*|project(?:s|ed|ion)|scheduled|due|set to|about to|going to|"
    r"supposed|meant|designed|ought|if|unless|whether|yet to|intended|try|tries|tried|attempt\w*|recommend\w*|"
    r"suggest\w*|call(?:s|ed)? (?:for|on)|urg(?:es?|ed|ing)|ask\w*|option\w*|alternativ\w*|prospect\w*|(?:is|are|was|"
    r"were|has|have|had) to|so (?:as|that)|in order|enough|suffic\w*|able|allow\w*|permi\w*|entitle\w*|eligible|"
    r"rights?|free to|authori[sz]\w*|until|scrambl\w*|work(?:s|ing)? to|rac(?:es|ing)|prepar\w*|struggl\w*|striv\w*|"
    r"danger\w*|chance|conceivabl\w*|envisag\w*|envision\w*|foresee\w*)\b",
    re.IGNORECASE,
)
_KEEPS_REPORTED = re.compile(
    r"\b(?:sa(?:ys?|id|ying)|according|alleg\w*|report\w*|suppos\w*|apparent\w*|purport\w*|view\w*|opinion|judg\w*|"
    r"reading|reads?|words?|believ\w*|thought|think\w*|rumou?r\w*|suspect\w*|speculat\w*|claim\w*|infer\w*|argu\w*|"
    r"contend\w*|conclu\w*|suggest\w*|warn\w*|fear\w*|accus\w*|blam\w*|hold(?:s|ing)?|sees?|saw|regard\w*|describ\w*|"
    r"call\w*|consider\w*|interpret\w*|assess\w*|find(?:s|ing)?|found|not(?:es?|ed|ing)|stat(?:es?|ed|ing)|add(?:s|"
    r"ed|ing)|tell\w*|told|writ\w*|wrote|assert\w*|maintain\w*|explain\w*|put(?:s|ting)?|nam(?:es|ed|ing)|term(?:s|"
    r"ed)|speak\w*|treat\w*|portray\w*|characteri[sz]\w*|account|eyes|for its part|expect\w*|predict\w*|recommend\w*|"
    r"urg(?:es?|ed|ing)|advis\w*)\b",
    re.IGNORECASE,
)
_CERTAIN = re.compile(
    r"\b(?:prov(?:es?|ed|en) (?:that|beyond)|be(?:en)? proven|proof|beyond (?:any )?doubt|undoubtedly|"
    r"without (?:a )?doubt|no doubt|certainly|certain that|definite(?:ly)?|guarantee[sd]?|undeniabl[ey]|"
    r"indisputabl[ey]|unquestionabl[ey]|inevitabl[ey]|exact(?:ly)?|precise(?:ly)?|confirm(?:s|ed)? that|"
    r"establish(?:ed|es) that|already)\b",
    re.IGNORECASE,
)
_ESTIMATED = re.compile(r"\b(?:estimat\w*|conclusion|data points?|approximat\w*|roughly|about)\b", re.IGNORECASE)
_ALL = frozenset("all every each entire entirely whole always only sole solely exclusively everyone everything".split())
_PARTLY = frozenset(
    "some many most several few certain mainly mostly largely often usually sometimes generally primarily chiefly "
    "especially particularly notably partly predominantly typically above".split()
)
_ONLY = frozenset("only sole solely exclusively".split())
_SUPERLATIVE = re.compile(
    r"\b(?:one of|among|some of|part of)\s+(?:(?:the|its|their|his|her|our)\s+|[\w-]+(?:'s|"
    r"s')\s+)?(?:(?:\w+\s+){0,2}?(?P<most>(?!interest|forest|harvest|rest|west|east|test|request|invest|protest|"
    r"best-)\w{2,}est)|most\s+(?P<word>\w+)|(?P<noun>\w+s))\b",
    re.IGNORECASE,
)
_NEUTRAL = re.compile(r"\b(?:above all|after all|at all|all but|all over|first of all|not all)\b")
_COUNTED = frozenset("two three four five six seven eight nine ten eleven twelve dozen both".split())
_WORD = re.compile(r"[^\W_]+")
_PARENTHESIS = re.compile(
    r",\s(?:according to|in the (?:view|opinion|judgment|reading|words) of|\w+ (?:says?|notes?|adds?))[^,.;]*,\s"
)
_MUST = re.compile(
    r"\b(?:must|shall|(?:is|are|was|were) (?:(?:required|obliged|compelled|bound) to|(?:\w+ )?due (?:by|in|on|within))|"
    r"ha(?:s|ve|d) to)\b",
    re.IGNORECASE,
)
_MAY = re.compile(r"\b(?:(?-i:may)|might|could|can|should)(?: consider)?\b", re.IGNORECASE)
_PAUSE, _THAT = re.compile(r"[,;:.]"), re.compile(r"\bthat\b", re.IGNORECASE)
_REACH = 80
_SCOPE = 6
_NOUN = 3


def overstated(statement: str, quotes: Sequence[str]) -> bool:
    """Tell whether `statement` drops every hedge of what it shares with `quotes`, or makes a part the whole.

    Two kinds of hedges are told apart: that something may be, is planned or expected, and that somebody says so. One
    of a kind must be answered by any word of that kind. Words of proof ("proves", "certainly") need one in the quotes
    wherever those hedge.
    """
    mine = fold(statement)
    theirs = [fold(quote) for quote in quotes]
    return _unhedged(mine, theirs) or _proven(mine, theirs) or _generalised(mine, theirs)


def reported(text: str) -> bool:
    """Tell whether a text has any word for that somebody says or thinks so."""
    return any(one.search(text) for one in (_KEEPS_REPORTED, _REPORTED))


def _unhedged(statement: str, quotes: Sequence[str]) -> bool:
    own = clauses(statement)
    modal = any(one.search(statement) for one in (_KEEPS_MODAL, _MODAL))
    told = modal or reported(statement)
    for quote in (_PARENTHESIS.sub(" ", one) for one in quotes):
        for hedge in () if modal else _MODAL.finditer(quote):
            if _claims(own, quote[: hedge.start()], quote[hedge.end() :]):
                return True
    bound = _MUST.search(statement) is not None and not any(map(_MUST.search, quotes))
    for quote in quotes:
        if bound and any(_claims(own, quote[: one.start()], quote[one.end() :]) for one in _MAY.finditer(quote)):
            return True
        for hedge in () if told else _REPORTED.finditer(quote):
            if _claims(own, "", _reported(quote, hedge)):
                return True
    return False


def _reported(quote: str, hedge: re.Match[str]) -> str:
    """Return what is reported: what follows "that" behind the verb, or all but the source after "according to"."""
    if hedge[0].lower().startswith(("according", "in the")):
        end = _PAUSE.search(quote, hedge.end())
        return quote[: hedge.start()] + (quote[end.start() :] if end else "")
    that = _THAT.search(quote, hedge.end(), hedge.end() + _REACH)
    return quote[that.end() if that else hedge.end() :]


def _claims(own: Clauses, before: str, behind: str) -> bool:
    """Tell whether a statement claims what a hedge stands before: its first word of matter and most of the others."""
    terms = clauses(behind).terms[:_SCOPE]
    hedged = [one.stem for one in terms if one.clause == terms[0].clause]
    subject = [one.stem for one in clauses(before).terms[-_NOUN:]]
    if not hedged or hedged[0] not in own.stems:
        return False
    shared = sum(word in own.stems for word in hedged)
    return shared * 2 >= len(hedged) and shared + sum(word in own.stems for word in subject) > 1


def _proven(statement: str, quotes: Sequence[str]) -> bool:
    everything = " ".join(quotes)
    words = {found[0].lower() for found in _CERTAIN.finditer(statement)}
    hedged = _MODAL.search(everything) or _REPORTED.search(everything) or _ESTIMATED.search(everything)
    return bool(words and hedged) and not _CERTAIN.search(everything)


def _generalised(statement: str, quotes: Sequence[str]) -> bool:
    for quote in quotes:
        for found in _SUPERLATIVE.finditer(quote):
            if _singles_out(statement, found):
                return True
    mine, theirs = _said(statement), [_said(quote) for quote in quotes]
    if _ALL & {word for some in theirs for word in some} or _PARTLY & set(mine):
        return False
    every = _behind(mine, _ALL)
    return bool(every & frozenset().union(*(_behind(some, _PARTLY) for some in theirs))) or _adds_all(mine, theirs)


def _said(text: str) -> list[str]:
    return _WORD.findall(_NEUTRAL.sub(" above ", text.lower()))


def _behind(words: Sequence[str], quantifiers: frozenset[str]) -> frozenset[str]:
    """Return the stems of the words right behind any of the quantifiers."""
    near = (words[at + 1 : at + 2 + _NOUN] for at, word in enumerate(words) if word in quantifiers)
    return frozenset(lemma(word) for some in near for word in some if word not in FUNCTION_WORDS)


def _adds_all(mine: Sequence[str], theirs: Sequence[Sequence[str]]) -> bool:
    """Tell whether a statement says "all firms" of what its quotes call "firms"."""
    held = {lemma(word) for some in theirs for word in some}
    for at, word in enumerate(mine):
        if word in ("all", "every", "each") and at + 1 < len(mine):
            following = mine[at + 1]
            rate = following in TIMES and word != "all" and any(map(_rate(following).search, map(" ".join, theirs)))
            if following not in (*_COUNTED, *FUNCTION_WORDS) and lemma(following) in held and not rate:
                return True
    return False


def _rate(time: str) -> re.Pattern[str]:
    """Return what "every year" is told by: "a year", "per year", "yearly"."""
    return re.compile(rf"\b(?:a|an|per) {time}\b|\b{time}ly\b|\bannual")


def _singles_out(statement: str, found: re.Match[str]) -> bool:
    """Tell whether a statement says "the oldest", or "the only mill", of "one of the oldest mills"."""
    if re.search(r"\b(?:one of|among|amongst|some of|part of|one)\b", statement, re.IGNORECASE):
        return False
    if found["noun"]:
        noun = re.escape(found["noun"].removesuffix("s"))
        return (
            re.search(
                rf"\bthe (?:only|sole|largest|biggest|main|leading) (?:\w+ )?{noun}s?\b", statement, re.IGNORECASE
            )
            is not None
        )
    what = found["most"] or f"most {found['word']}"
    return re.search(rf"\b{re.escape(what)}\b", statement, re.IGNORECASE) is not None
