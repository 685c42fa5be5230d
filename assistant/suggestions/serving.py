"""What serves in a question as heading, title, name or subject, and which questions are well formed."""

import re

from assistant.catalog.lexical import content_words
from assistant.sources.bylines import is_byline
from assistant.sources.furniture import is_furniture
from assistant.suggestions.patterns import CAPITAL, DATE, JUNCTION, MONTH, POINTS, PREPOSITION, ROLE, WH

# Questions and titles are of at most so many characters.
_LONGEST = 130
TITLE = 75
# Names that hold one of these words are of offices and of persons by their title.
_OFFICE = re.compile(
    rf"\b(?:{ROLE}|administrator|ceo|executive director|prime|acting|deputy|under|mr|mrs|ms|dr|secretaries)\b", re.I
)
# Least words, besides function words, of a heading that asks.
_TELLING = 2
# What a subject or a topic cannot open with, end with or hold.
_OPENER = re.compile(
    rf"(?:{PREPOSITION}|{JUNCTION}|an?|no|some|more|most|other|another|further|additional|such|finally|now|then|"
    r"today|however|instead|together|only|even|what|how|why|all|both|each|every|is|are|let|\w+ly)\b",
    re.I,
)
_ENDING = re.compile(rf"\b(?:{PREPOSITION}|{JUNCTION}|an?|the|its|their|our|no)$", re.I)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|will|would|may|might|must|shall|should|can|could|do|does|did|says?|"
    r"said|including)\b",
    re.I,
)
# Headings that say what part of a document follows, and nothing of its matter.
_PART = re.compile(
    r"(?:(?:executive )?summary|abstract|introduction|background|overview|(?:table of )?contents|conclusions?|"
    r"closing(?: remarks)?|references|bibliography|(?:foot|end)?notes?|figures?|tables?|sources?|acknowledge?ments?|"
    r"about(?: us| the authors?)?|contacts?|further reading|related.*|see also|timeline|definitions|purpose|"
    r"objectives?|(?:general )?provisions|general|details?|"
    r"(?:article|section|part|chapter|annex|appendix|table|figure|title)\b[\W\d ivxlc]*)",
    re.I,
)
# Headings that end so say how they are laid out, or are no phrase about a thing.
_COMPARES = re.compile(
    r"\b(?:compared|named|listed|at a glance|side by side|in brief|in action|to date|ahead|next|again|back|forward|"
    r"away|on|up|out|down|soon|still|yet|ever|too)$",
    re.I,
)
# Lines that lead elsewhere, or tell whose a text or picture is and of what day.
_ELSEWHERE = re.compile(
    r"(?:(?:read|see|view|learn|find out|hear|watch|listen) (?:more|also|on|next|all|the full|to)|"
    r"(?:more|also) (?:on|from|about|in|by|read|see|stories)|further reading|click|subscribe|sign up|follow us|"
    r"(?:photo(?:graph)?|image|picture|video|graphic|credit|source|editing|reporting)s?(?: (?:by|credit))?:)"
    r"(?!\w)",
    re.I,
)
_SIGNED = re.compile(
    rf"(?:[Ww]ritten |[Pp]osted |[Pp]ublished |[Rr]eported )?[Bb]y:? {CAPITAL}(?:,? (?:and )?{CAPITAL})*(?:[,|·–—].*)?"
)
_DAY = rf"(?:\d{{1,2}} {MONTH}|{MONTH} \d{{1,2}}),? \d{{4}}|\d{{4}}-\d\d-\d\d"
_DATED = re.compile(rf"[^.!?]{{0,80}}[,|·–—(-] ?(?:{_DAY})\W*")


def plain(phrase: str, most: int) -> bool:
    """Whether a phrase that opens a sentence may be its subject: at most `most` words, no verb among them."""
    loose = _OPENER.match(phrase) or _FINITE.search(phrase) or _ENDING.search(phrase)
    return len(phrase.split()) <= most and not loose


def is_whole(phrase: str) -> bool:
    """Whether a phrase does not break off at a word that another one follows: "exempt until" does."""
    return not _ENDING.search(phrase)


def is_matter(phrase: str) -> bool:
    """Whether there is more to the phrase than function words, numbers and dates."""
    return any(re.search(r"[^\W\d_]{3}", word) for word in content_words(re.sub(DATE, " ", phrase)))


def _shouts(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 8 and sum(c.isupper() for c in letters) > 0.6 * len(letters)


def is_origin(line: str) -> bool:
    """Whether a line, without marks of emphasis, is a byline, a dateline or furniture, and no part of what is told."""
    return bool(
        _ELSEWHERE.match(line)
        or _SIGNED.fullmatch(line)
        or _DATED.fullmatch(line)
        or is_byline(line)
        or is_furniture(line)
    )


def heading_serves(heading: str) -> bool:
    """Whether a heading says, without what stands around it, what is told under it."""
    odd = re.search(r"[:|\[\]<>{}\\@]|\w\.\w{2,4}$|\.\.\.|…", heading) or _shouts(heading)
    asks = WH.match(heading)
    # "What changes" and "Who pays" are questions about what the lines around them say.
    loose = (_OPENER.match(heading) and not asks) or (asks and len(set(content_words(heading))) < _TELLING)
    return (
        len(heading.split()) <= 12
        and is_matter(heading)
        and not (
            odd
            or loose
            or is_origin(heading)
            or _PART.fullmatch(heading)
            or _COMPARES.search(heading)
            or _ENDING.search(heading)
            or POINTS.search(heading)
        )
    )


def title_serves(title: str) -> bool:
    """Whether a title may stand between quotation marks: a short line of words, no name of a file."""
    odd = re.search(r"[“”\"|\[\]<>{}\\@:_]|\w\.\w{2,4}$", title) or _shouts(title)
    return len(title) <= TITLE and len(title.split()) >= 3 and title[0].isupper() and not odd


def name_serves(name: str) -> bool:
    """Whether something can be asked about a name: it is of no office, no date and no part of a document."""
    odd = re.search(rf"\b(?:{MONTH}|Sec|Section|Table|Figure|Article|Chapter|Part|Title|Annex)\b|[’']s?\b", name)
    return " " in name and not (odd or _OFFICE.search(name) or name.isupper()) and len(name.split()) <= 8


def names_something(phrase: str) -> bool:
    """Whether a phrase from inside a question holds a name or a number."""
    return bool(re.search(r"(?:^|[\s“(-])[A-Z]|\d", phrase))


def well_formed(question: str) -> bool:
    """Whether the question is short, whole, without markup, and ends where its only question mark stands."""
    odd = re.search(r"[\[\]<>{}|\\@_*#]|\.\.\.|…|https?:|\?.", question)
    loose = _ENDING.search(question.rstrip("?”)"))
    paired = all(question.count(a) == question.count(b) for a, b in ("()", "“”")) and question.count('"') % 2 == 0
    return question.endswith("?") and len(question) <= _LONGEST and paired and not odd and not loose
