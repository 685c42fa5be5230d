"""Questions from sentences of a plain shape: lists, definitions, amounts, persons, dates and reasons."""

import re
from collections.abc import Iterator

from assistant.suggestions.candidate import Candidate, Form
from assistant.suggestions.lines import folded
from assistant.suggestions.patterns import CAPITAL, DATE, JUNCTION, NAME, NUMBER, POINTS, PREPOSITION, ROLE
from assistant.suggestions.serving import is_matter, plain
from assistant.suggestions.voice import Voice
from assistant.types import Sentence

# A name that an article uses more often than this is one its readers know.
_SELDOM = 6
# How far below its lead-in a list may go, in characters.
_LIST = 1500
# The shapes of sentences. `what` is the subject, of which more is asked in `by_sentence`.
_SUBJECT = r"^(?P<what>[^,;:()]+?)"
_LEAD_IN = re.compile(r"^(?P<what>The .+?) (?P<be>are|were|include)(?: as follows| the following| these)?:")
_COUNTED = re.compile(
    rf"^(?P<what>.+?) (?P<verb>[a-z]+(?<!ly)) (?:(?:the )?(?P<count>{NUMBER})|these|the following) "
    r"(?P<noun>(?:[a-z-]+ ){0,2}?[a-z-]{3,}(?<![sui])s(?: (?:of|on|in|for|to) [^:,;.]*)?):"
)
_NO_VERB = re.compile(
    rf"(?:{PREPOSITION}|{JUNCTION}|the|only|least|last|next|first|following|including|these|those|up|out|down|off)$"
)
_DEFINED = re.compile(
    r"^(?P<the>The |An? )?(?P<what>[^,;:()]+?)(?: \([^)]*\))? (?:is|was) (?:also )?"
    r"(?P<of>an?|the|one of|known as|called|defined as)\b"
)
_APPOSED = re.compile(r"^(?P<the>The )?(?P<what>[^,;:()]+?)(?: \([^)]*\))?, an? [a-z][^,]{10,},")
_APPOSED_ROLE = re.compile(rf", an? (?:[a-z-]+ ){{0,2}}{ROLE}\b")
_MEANT = re.compile(r"[“\"](?P<what>[^”\"]{3,60}?),?[”\"],? (?:means|refers to|is defined as)\b")
_PERSON = (
    re.compile(rf"(?P<what>{CAPITAL}(?: {CAPITAL}){{1,2}}), (?:an? |the )?(?:[a-z]+ )?{ROLE}\b"),
    re.compile(rf"\b{ROLE} (?P<what>[A-Z][a-z]+(?: {CAPITAL}){{1,2}})"),
)
_AIM = re.compile(
    r"^(?P<what>The (?:[\w-]+ )?(?:aim|goal|purpose|objective|mission|task|role|function|priority|challenge)s? "
    r"(?:of|for|in) [^,;:()]+?) (?P<be>is|are|was|were) (?!not\b)"
)
_MEASURED = re.compile(
    r"^(?P<what>The [^,;:()]+?) (?P<be>is|are|was|were|stood at|totall?ed|amounted to|reached)"
    r"(?: (?:estimated )?at| about| around| roughly| nearly| almost| over| up to| more than| less than| at least"
    r"| early| mid| late)* [$€£¥]?\d"
)
_CHANGED = re.compile(
    r"^(?P<what>The [^,;:()]+?) (?:fell|rose|dropped|grew|declined|increased|decreased) (?:from|by|to) \D?\d"
)
_DATED = re.compile(
    rf"{_SUBJECT} (?P<be>was|were) (?P<did>(?:\w{{2,}}ed|held|made|built|begun|taken|written|found|set|sold|sent|born)"
    rf"(?: (?:in|at|by|into) [^,;:()]+?)?) (?:on|in) {DATE}"
)
_BECAUSE = re.compile(rf"{_SUBJECT} (?P<be>is|are|was|were|can|cannot|must) (?P<rest>[^;:()]+?),? because ")
_SPENT = re.compile(
    rf"{_SUBJECT} (?P<be>will|must|shall) (?P<do>[a-z]+) "
    r"(?:up to |at least |more than |over |nearly |about |an additional |approximately )?[$€£¥]\d"
)


def by_sentence(voice: Voice, sentence: Sentence) -> Iterator[Candidate]:
    """Return what a sentence asks: "The four main rivers are:" asks "What are the four main rivers?"."""
    text = folded(voice.article.text[sentence.start : sentence.end])
    text = re.sub(r"^(?:[^\w“\"]+|\(?\w{1,3}[.)] )", "", re.sub(r"^According to [^,]+, ", "", text))
    span = (sentence.start, sentence.end)
    listed = (sentence.start, sentence.end + _LIST)

    def made(
        form: Form, question: str, about: str, span: tuple[int, int] = span, name: str = ""
    ) -> Iterator[Candidate]:
        if is_matter(about) and not POINTS.search(about):
            yield voice.candidate(form, question, about, span, name=name)

    def subject(match: re.Match[str] | None, most: int) -> str:
        """Return the subject as it stands inside a question, empty where there is none that serves."""
        what = voice.inside(match["what"]) if match else ""
        return what if what and plain(what, most) else ""

    if (m := _LEAD_IN.match(text)) and (what := subject(m, 14)):
        yield from made("list", f"What {'were' if m['be'] == 'were' else 'are'} {what}?", what, listed)
    if (m := _COUNTED.match(text)) and (what := subject(m, 12)) and not _NO_VERB.match(m["verb"]):
        noun = f"{m['count']} {m['noun']}" if m["count"] else m["noun"]
        yield from made("list", f"What are the {noun} that {what} {m['verb']}?", f"{noun} {what}", listed)
    if (m := _AIM.match(text)) and (what := subject(m, 12)):
        yield from made("definition", f"What {m['be']} {what}?", what)
    elif (m := _MEASURED.match(text)) and " of " in (what := subject(m, 14)):
        be = m["be"] if m["be"] in ("is", "are", "were") else "were" if _many(what) else "was"
        yield from made("amount", f"What {be} {what}?", what)
    elif (m := _CHANGED.match(text)) and " of " in (what := subject(m, 12)):
        yield from made("amount", f"How {'have' if _many(what) else 'has'} {what} changed?", what)
    elif m := _MEANT.search(text):
        yield from made("definition", f"How is the term “{voice.inside(m['what']) or m['what']}” defined?", m["what"])
    elif (m := _DEFINED.match(text) or _APPOSED.match(text)) and (what := subject(m, 8)):
        person = re.match(rf"(?:[a-z-]+ ){{0,2}}{ROLE}\b", text[m.end() :].strip()) or _APPOSED_ROLE.search(m.group())
        name = NAME.fullmatch(m["what"]) and voice.count(m["what"]) <= _SELDOM
        term = not m["the"] and len(what.split()) <= 3 and m.groupdict().get("of", "a") in ("a", "an", "defined as")
        if (name or term) and not person:
            yield from made("definition", f"What is {'the ' if m['the'] == 'The ' else ''}{what}?", what)
    for m in (m for pattern in _PERSON for m in pattern.finditer(text)):
        if not any(voice.small[word.lower()] for word in m["what"].split()):
            yield from made("person", f"Who is {m['what']}?", m["what"], name=m["what"])
    if (m := _DATED.match(text)) and (what := subject(m, 10)):
        yield from made("date", f"When {m['be']} {what} {m['did']}?", f"{what} {m['did']}")
    if (m := _BECAUSE.match(text)) and (what := subject(m, 8)) and len(m["rest"].split()) <= 10:
        yield from made("reason", f"Why {m['be']} {what} {m['rest']}?", f"{what} {m['rest']}")
    if (m := _SPENT.match(text)) and (what := subject(m, 6)):
        verb = "must" if m["be"] == "shall" else m["be"]
        yield from made("amount", f"How much {verb} {what} {m['do']}?", f"{what} {m['do']}")


def _many(what: str) -> bool:
    """Tell whether the noun before "of" is a plural: "the prices of tin"."""
    return bool(re.search(r"(?<![sui])s$", what.partition(" of ")[0]))
