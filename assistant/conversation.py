"""Conversation: a follow-up question and the turns before it become one question that stands alone.

Rules alone, no model: pronouns, "what about ...", "and the second?", "why?" and their like take what they leave out
from the question before and its answer. What names a topic of its own is left as it is.
"""

import re
from collections.abc import Callable, Sequence

from assistant.catalog.lexical import stem, words
from assistant.phrases import (
    AUXILIARIES,
    DEFINED,
    DEMONSTRATIVES,
    DETERMINERS,
    EDGE,
    FORM_WORDS,
    INTERROGATIVES,
    OPENING,
    ORDINALS,
    PREPOSITIONS,
    PRONOUNS,
    VERBS,
    Phrase,
    Word,
    asked_for,
    bare_plurals,
    bare_subject,
    counted,
    many,
    matter,
    noun_phrases,
    owned,
    people,
    singular,
    subjects,
    tells,
    tokenize,
)
from assistant.types import Answer, Frozen

MAX_QUESTION = 4000
_MAX_CONTEXT = 1000
# So many turns back a person who is only called "he" is looked for.
_BACK = 4


# How many of the turns before a question can bear on it.
TURNS = 6


class Turn(Frozen):
    """One question with the answer's text (without markers) and the last parts of its cited passages' headings."""

    question: str
    standalone_question: str
    answer: str = ""
    headings: tuple[str, ...] = ()


class Standalone(Frozen):
    """A question that needs no conversation.

    `question` is what is shown and read, at most 4,000 characters unless more were asked; `context` are texts that
    retrieval adds at a lower weight, the nearest first, empty when the question stands alone; `rewritten` says that
    `question` is not what was asked.
    """

    question: str
    context: tuple[str, ...] = ()
    rewritten: bool = False


def turn_of(answer: Answer) -> Turn:
    """Return the turn that `answer` makes: its statements without markers, and the headings that it cites from."""
    cited = [
        hit.heading_path[-1]
        for citation in answer.citations
        for hit in answer.passages
        if hit.heading_path and hit.article_id == citation.article_id and hit.start <= citation.start < hit.end
    ]
    return Turn(
        question=answer.question,
        standalone_question=answer.standalone_question,
        answer="\n".join(statement.text for statement in answer.statements),
        headings=tuple(dict.fromkeys(cited)),
    )


def standalone(question: str, turns: Sequence[Turn]) -> Standalone:
    """Return `question` as it reads without `turns`, the turns before it, oldest first.

    Without turns, and where the question names a topic of its own, it is returned as it is.
    """
    before = [turn for turn in turns if matter(turn.standalone_question)]
    if not before or not OPENING.sub("", question).strip(EDGE):
        return Standalone(question=question)
    found = _rewrite(question, before)
    if found is None:
        context = _context(question, before) if _related(question, before) else ()
        return Standalone(question=question, context=context)
    rewritten = found != question and len(found) <= MAX_QUESTION
    asked = found if rewritten else question
    return Standalone(question=asked, context=_context(asked, before), rewritten=rewritten)


def _context(question: str, before: Sequence[Turn]) -> tuple[str, ...]:
    """Return the question after the last answer that was given, and after the last question.

    Each holds the question too: one that goes another way than the last turns is so led astray less.
    """
    answers = [turn.answer for turn in before[-2:] if turn.answer.strip()]
    texts = [*answers[-1:], before[-1].standalone_question]
    return tuple(f"{text.strip()[:_MAX_CONTEXT]} {question.strip()}"[:MAX_QUESTION] for text in texts)


def _related(question: str, before: Sequence[Turn]) -> bool:
    """Tell whether a question that leaves nothing out may still be meant in the light of the last turns.

    It is where it shares a word of matter with them, or has so few that it hardly names a topic.
    """
    mine = set(matter(question))
    return len(mine) <= 2 or any(mine & set(matter(_said(turn))) for turn in before[-2:])


def _said(turn: Turn) -> str:
    return " ".join([turn.standalone_question, turn.answer[:_MAX_CONTEXT], *turn.headings])


def _topic(turn: Turn) -> str:
    """Return what a turn was about: a noun phrase of its question that its answer takes up, else its heading."""
    phrases = subjects(turn.standalone_question) or noun_phrases(turn.standalone_question)
    if phrases:
        answered = set(matter(" ".join([turn.answer[:_MAX_CONTEXT], *turn.headings])))
        taken_up = [phrase for phrase in phrases if answered & set(matter(phrase.text))]
        return (taken_up or phrases)[0].text
    if asked := asked_for(turn.standalone_question):
        return asked
    return next((heading for heading in turn.headings if matter(heading)), "")


_LINKED = re.compile(r"\W*(?:and|or|but|then|also|so|ok(?:ay)?,? and)\b", re.IGNORECASE)
_BARE_WH = re.compile(
    r"^(?P<wh>(?:since |until |by |with |for |to |from )?"
    r"(?:why not|why|when|where|how come|how so|how(?! (?:long|much|many|often|far|big|large))|whom|who|what|"
    r"how (?:long|much|many|often|far|big|large)(?=\s*(?:,|[?!.]|$|according))))"
    r"(?:\s+(?:exactly|so|(?:is|was|did|does)\s+(?:that|this|it)(?:\s+(?:so|happen|the case))?))?"
    r"(?P<source>,? according to [^?!.]+)?\s*[?!.]*$",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"^(?:(?:what|how)\s+about|what\s+of)\s+(?P<what>[^?!]+?)\s*[?!.]*$", re.IGNORECASE)
_NTH = re.compile(
    rf"^(?:(?:what|which|who)\s+(?:is|was|are|were|about)\s+)?(?:(?:under|of|in|on|for|with)\s+)?(?:the\s+)?(?P<nth>{'|'.join(ORDINALS)})(?:\s+one)?"
    r"\s*[?!.]*$",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\b(?:tell me more|more details?|more information|go on|elaborate|anything else|what else|any more|any others?|"
    r"who else|where else)\s*[?!.]*$",
    re.IGNORECASE,
)
_DUMMY = re.compile(
    r"\b(?:is|was|would|will|does|did)\s+it\s+(?:be\s+)?(?:\w+\s+(?:to|that|for|if)\b|make sense\b)|"
    r"\bit\s+take\s+(?:\w+\s+)?(?:to|for)\b|"
    r"\bit\s+(?:is|was|takes|took|seems)\s+(?:\w+\s+)?(?:to|that)\b",
    re.IGNORECASE,
)
_QUANTITY = re.compile(
    rf"(?P<how>how (?:many|much)) (?P<what>(?:[\w-]+ ){{0,4}}?)(?=(?:{'|'.join(AUXILIARIES.split())})\b)", re.IGNORECASE
)
_WHO = re.compile(rf"\W*who\s+(?P<did>(?!(?:{'|'.join(AUXILIARIES.split())})\b)[^?!.]+)", re.IGNORECASE)
_NOT_POINTING = frozenset("year month week day time article article's corpus morning quarter century".split())
_WHEN = re.compile(
    r"\b(?:\d{1,2}\s+)?(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"(?:\s+\d{1,2})?,?\s+\d{4}\b|\b(?:1[5-9]|20)\d\d\b"
)


def _rewrite(question: str, before: Sequence[Turn]) -> str | None:
    """Return the question with what it leaves out, itself where it leans but nothing is found, None where it stands."""
    last = before[-1]
    body = OPENING.sub("", question).strip()
    stated = question.rstrip().endswith((".", "!"))
    if match := _NTH.match(body):
        return _nth(match["nth"], last, question)
    if match := _BARE_WH.match(body):
        asked = _bare(match["wh"], last)
        return _sentence(asked.rstrip(EDGE) + match["source"]) if match["source"] else asked
    if match := _ABOUT.match(body):
        return _about(match["what"], last)
    if _MORE.search(body):
        return _more(body, last)
    pointed = _point(body, before)
    if pointed is not None:
        return question if pointed == body or stated else _sentence(pointed)
    if how_many := _quantity(body, last):
        return how_many
    if stated:
        return question if _LINKED.match(question) else None
    if _LINKED.match(question) and _fragment(body):
        return _about(body.rstrip(" ?!."), last)
    if body and not matter(question):
        return _regarding(body, last)
    return None


def _quantity(body: str, last: Turn) -> str | None:
    """Return "how many were there ..." with what the last question counted, None where either is no such question."""
    mine, theirs = _QUANTITY.match(body), _QUANTITY.match(last.standalone_question)
    if not mine or not theirs or mine["what"] or not theirs["what"] or mine["how"].lower() != theirs["how"].lower():
        return None
    return _sentence(f"{mine['how']} {theirs['what']}{body[mine.end() :]}")


def _more(body: str, last: Turn) -> str:
    topic = _topic(last)
    return _sentence(f"{body.rstrip(EDGE)} about {topic}", body) if topic else body


def _sentence(text: str, like: str = "?") -> str:
    """Return the text as one line that begins with a capital and ends as `like` does, in a question mark if in none."""
    text = re.sub(r"\s+", " ", text).strip()
    text = text[:1].upper() + text[1:]
    if text[-1:] in ".?!":
        return text
    return text + ("?" if not like.rstrip().endswith(".") else ".")


def _regarding(text: str, last: Turn) -> str:
    topic = _topic(last)
    bare = text.strip(EDGE)
    return _sentence(f"{bare or 'What'}, regarding {topic}" if topic else bare or "What", text)


def _bare(wh: str, last: Turn) -> str:
    """Return the last question asked with `wh` where that takes the place of its own adverb or opening verb."""
    former = OPENING.sub("", last.standalone_question).strip()
    adverb = re.match(
        rf"^(?:why|when|where|how|since when|until when|by whom|with whom|on (?:what|which) (?:date|day))\s+"
        rf"(?P<rest>(?:{'|'.join(AUXILIARIES.split())})\s+.+)$",
        former,
        re.IGNORECASE | re.DOTALL,
    )
    yes_no = re.match(rf"^(?:{'|'.join(AUXILIARIES.split())})\s+.+$", former, re.IGNORECASE | re.DOTALL)
    if wh.lower() in ("how so", "why not", "how many", "how much"):
        return _regarding(wh, last)
    if adverb:
        return _sentence(f"{wh} {adverb['rest']}")
    if yes_no:
        return _sentence(f"{wh} {former[:1].lower()}{former[1:]}")
    return _regarding(wh, last)


def _nth(nth: str, last: Turn, question: str) -> str:
    """Return a question for the item of that number."""
    former = last.standalone_question
    if found := list(re.finditer(rf"\b(?:{'|'.join(ORDINALS)})\b", former, re.IGNORECASE)):
        return _sentence(former[: found[-1].start()] + nth.lower() + former[found[-1].end() :])
    several = [phrase for phrase in noun_phrases(former) if phrase.plural]
    several += [phrase for phrase in counted(former) if phrase.plural]
    if several:
        return _sentence(f"What is the {nth.lower()} of {several[0].text}")
    return _regarding(question, last)


_FRAGMENT = frozenset(f"{AUXILIARIES} {INTERROGATIVES} i you we tell give show list name explain".split())


def _fragment(body: str) -> bool:
    found = words(body)
    return 0 < len(found) <= 6 and not _FRAGMENT & set(found)


def _about(what: str, last: Turn) -> str:
    """Return the last question with `what` in the place of its like."""
    former = last.standalone_question
    preposition = re.match(rf"^(?:{'|'.join(PREPOSITIONS.split())})\b", what, re.IGNORECASE)
    bare = what[preposition.end() :].strip() if preposition else what
    place = _place(bare, preposition.group().lower() if preposition else "", former)
    if place:
        start, end = place
        return _sentence(former[:start] + _cased(bare, start) + former[end:])
    if _WHEN.fullmatch(bare) and former.strip():
        link = preposition.group().lower() if preposition else "in"
        return _sentence(f"{former.strip().rstrip(EDGE)} {link} {bare}")
    return _regarding(f"And {what}" if preposition else f"What about {what}", last)


def _cased(what: str, start: int) -> str:
    return what[:1].upper() + what[1:] if start == 0 else what


def _place(what: str, preposition: str, former: str) -> tuple[int, int] | None:
    """Return the part of the former question that `what` is the like of, None where there is none."""
    if _WHEN.search(what):
        dates = list(_WHEN.finditer(former))
        return dates[-1].span() if dates else None
    mine = [word for word in tokenize(what) if word.plain and word.low not in DETERMINERS]
    if not mine:
        return None
    if (defined := DEFINED.match(former)) and not preposition and not FORM_WORDS & set(words(defined["what"])):
        return defined.start("what"), defined.start("what") + len(defined["what"].rstrip())
    phrases = noun_phrases(former)
    if len(mine) > 6 or (len(mine) > 2 and not mine[0].text[:1].isupper()):
        return None
    if mine[0].text[:1].isupper():
        names = [phrase for phrase in phrases if phrase.name and not tells(former, phrase)]
        initials = all(word.text.isupper() for word in mine)
        alike = [phrase for phrase in names if phrase.short.isupper() == initials] or names
        if preposition:
            alike = [phrase for phrase in alike if _follows(former, phrase, preposition)] or alike
        return _span(alike[-1]) if alike else None
    sharing = re.search(rf"\b[\w-]+ (?=\w)(?:{'|'.join(re.escape(word.text) for word in mine[-1:])})\b", former)
    if sharing and len(mine) > 1:
        return sharing.span()
    spot = re.search(
        rf"\b{preposition or '(?:of|for)'} (?P<what>(?:[a-z-]+ ){{0,2}}?[a-z-]+)"
        r"(?= (?:in|on|by|at|to|for|from|with)\b|\s*[?.!]*$)",
        former,
    )
    if spot and not set(words(spot["what"])) & FORM_WORDS:
        return spot.span("what")
    subject = None if preposition else bare_subject(former)
    return (subject.start, subject.end) if subject else None


def _follows(former: str, phrase: Phrase, preposition: str) -> bool:
    return former[: phrase.start].lower().rstrip().endswith(f" {preposition}")


def _span(phrase: Phrase) -> tuple[int, int]:
    return phrase.start, phrase.start + len(phrase.short)


_HE = frozenset("he him his himself she her hers herself".split())
_THEY = frozenset("they them their theirs".split())
_POSSESSIVE = frozenset("its their his her theirs hers".split())
_CLAUSES = frozenset("if when because while after before that and but or since until though although".split())


def _point(body: str, before: Sequence[Turn]) -> str | None:
    """Return the body with the first pronoun of each kind replaced, None where none points out of it."""
    tokens = tokenize(body)
    edits: list[tuple[int, int, str]] = []
    done: set[str] = set()
    asked = _asking(body)
    for at, word in enumerate(tokens):
        kind = _kind(tokens, at, body) if asked(word) else None
        if kind is None or kind in done:
            continue
        done.add(kind)
        if kind == "named":
            noun = _run(tokens, at + 1)
            if phrase := _with_noun(tokens[noun - 1].low, before):
                edits.append((word.start, tokens[noun - 1].end, phrase))
            continue
        if kind == "one" and at and tokens[at - 1].low in ORDINALS and (item := _item(before)):
            edits.append((word.start, word.end, item))
        if kind in ("one", "that"):
            continue
        if who := _meant(kind, before):
            if word.low in _POSSESSIVE and _owner(tokens, at):
                edits.append((word.start, word.end, owned(who)))
                continue
            edits.append((word.start, word.end, who))
            if kind == "they" and not many(who):
                edits += singular(tokens, at)
    if not done:
        return None
    for start, end, text in sorted(edits, reverse=True):
        article = start and text.startswith(("The ", "A ", "An "))
        body = body[:start] + (text[0].lower() + text[1:] if article else text) + body[end:]
    if edits or done == {"he"} or len(matter(body)) > 2:
        return body
    return _regarding(body, before[-1])


def _asking(body: str) -> Callable[[Word], bool]:
    """Return whether a word lies in a sentence that asks; every word does where no sentence ends in a question mark."""
    spans = [m.span() for m in re.finditer(r"[^.?!]*(?:[.?!](?=\w)[^.?!]*)*\?", body)]
    return lambda word: not spans or any(start <= word.start < end for start, end in spans)


def _owner(tokens: Sequence[Word], at: int) -> bool:
    """Tell "her plan" from "asked her"."""
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    return tokens[at].low != "her" or (following is not None and following.plain and following.low not in FORM_WORDS)


def _kind(tokens: Sequence[Word], at: int, body: str) -> str | None:
    """Return how the word at `at` points out of the body: he, they, it, named ("that order"), one; None if not."""
    word = tokens[at]
    before = tokens[at - 1].low if at else ""
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if word.low in ("one", "ones") and before in ("the", "that", "this", "which", "other", "another", *ORDINALS):
        return "one"
    if word.low in DEMONSTRATIVES.split():
        return _demonstrative(word, before, following)
    if word.low not in PRONOUNS.split() or _inside(tokens, at, body):
        return None
    if word.low == "it" and any(m.start() <= word.start < m.end() for m in _DUMMY.finditer(body)):
        return None
    return "he" if word.low in _HE else "they" if word.low in _THEY else "it"


def _demonstrative(word: Word, before: str, following: Word | None) -> str | None:
    after = following.low if following and following.plain else ""
    if after in _NOT_POINTING or (word.low == "those" and after in ("who", "that", "which", "of", "in", "with")):
        return None
    if (
        word.low == "that"
        and before not in f"{AUXILIARIES} {INTERROGATIVES} {PREPOSITIONS} and but so".split()
        and before
    ):
        return None
    if after and after not in FORM_WORDS and after not in VERBS:
        return "named"
    return "they" if word.low in ("these", "those") else "that"


def _inside(tokens: Sequence[Word], at: int, body: str) -> bool:
    """Tell whether the pronoun at `at` can point to a noun phrase, or to a sentence, before it in the same text."""
    word = tokens[at]
    ended = max((body.rfind(mark, 0, word.start) for mark in (". ", "? ", "! ")), default=-1)
    if ended >= 0 and matter(body[:ended]):
        return True
    earlier = noun_phrases(body[: word.start])
    if not earlier:
        return False
    between = {one.low for one in tokens if earlier[0].end <= one.start < word.start} | {
        one.text for one in tokens if earlier[0].end <= one.start < word.start and not one.plain
    }
    return word.low in _POSSESSIVE or bool(between & (_CLAUSES | {",", ".", "?", ";", "!"}))


def _run(tokens: Sequence[Word], at: int) -> int:
    """Return where the nouns that begin at `at` end."""
    end = at
    while (
        end < len(tokens) and tokens[end].plain and tokens[end].low not in FORM_WORDS and tokens[end].low not in VERBS
    ):
        end += 1
    return max(end, at + 1)


def _with_noun(noun: str, before: Sequence[Turn]) -> str | None:
    """Return the last noun phrase of the conversation whose head is `noun`."""
    for turn in reversed(before[-_BACK:]):
        for text in (turn.standalone_question, turn.answer[:_MAX_CONTEXT]):
            for phrase in reversed(
                [one for one in noun_phrases(text) if not one.text.lower().startswith(("a ", "an "))]
            ):
                found = [stem(word) for word in words(phrase.short)]
                if stem(noun) in (found if phrase.name else found[-1:]) and len(words(phrase.text)) > 2:
                    return phrase.text
    return None


def _meant(kind: str, before: Sequence[Turn]) -> str | None:
    """Return what a pronoun of that kind stands for, None where nothing fits."""
    if kind == "he":
        return _person(before)
    asked = [turn.standalone_question for turn in before[-_BACK:]]
    things = [_thing(kind, text) for text in reversed(asked)]
    # What was spoken of before and is again, is what is spoken of.
    again = [thing for thing in things[1:] if thing and thing != things[0] and thing.lower() in asked[-1].lower()]
    return next((thing for thing in (*again, *things[:2]) if thing), None)


def _thing(kind: str, asked: str) -> str | None:
    phrases = subjects(asked)
    if kind == "it":
        return next((phrase.text for phrase in phrases if not phrase.plural), None)
    wanted = asked_for(asked)
    if wanted and re.split(r" (?:of|in|that) ", wanted)[0].endswith("s"):
        return wanted
    fitting = [phrase.text for phrase in phrases if phrase.plural]
    fitting += [phrase.text for phrase in (*counted(asked), *bare_plurals(asked))]
    if not fitting and (who := _WHO.match(asked)) and len(who["did"].split()) <= 8:
        return f"those who {who['did'].strip(EDGE)}"
    # "They" may be an organisation, but is no "Baogang summit".
    fitting += [phrase.text for phrase in phrases if phrase.name and phrase.short.split()[-1][:1].isupper()]
    return fitting[0] if fitting else None


def _item(before: Sequence[Turn]) -> str | None:
    """Return what one of those last spoken of is called: "directive" of "the five directives"."""
    asked = before[-1].standalone_question
    several = [phrase.short for phrase in (*subjects(asked), *counted(asked)) if phrase.plural]
    head = several[0].split()[-1] if several else ""
    return re.sub(r"ies$", "y", head) if head.endswith("ies") else head[:-1] if head.endswith("s") else None


def _person(before: Sequence[Turn]) -> str | None:
    for turn in reversed(before[-_BACK:]):
        texts = [turn.standalone_question, turn.answer[:_MAX_CONTEXT]]
        if re.match(r"(?i)\W*(?:who|whom|which|whose)\b", turn.standalone_question):
            texts.reverse()
        for text in texts:
            if found := people(text):
                return found[0]
    return None
