"""Phrases: the words of a question that carry its form, and the noun phrases, names and persons in a text.

Rules over closed-class words, capitals and articles; no tagger.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.catalog.lexical import stem, words

AUXILIARIES = (
    "is are was were am be been being do does did has have had can could will would shall should may might must"
)
INTERROGATIVES = "what which who whom whose when where why how"
PREPOSITIONS = (
    "of in on at to for from by with about between into over under after before since until during against through "
    "without within among besides per like as than versus regarding concerning"
)
PRONOUNS = "it its itself they them their theirs themselves he him his himself she her hers herself"
DEMONSTRATIVES = "this that these those"
DETERMINERS = "the a an"
_LINKS = "and or but nor so then if because while that also too not no yes ok okay well there here just only"
_PERSONS = "i me my mine you your yours we us our ours"
FORM_WORDS = frozenset(
    f"{AUXILIARIES} {INTERROGATIVES} {PREPOSITIONS} {PRONOUNS} {DEMONSTRATIVES} {DETERMINERS} {_LINKS} {_PERSONS} "
    "s t d ll re ve m any some each every all both either neither such more most much many few less least "
    "other others another else one ones same first second third fourth fifth sixth seventh last next former latter "
    "please thanks thank hi hello hey sorry sure really exactly again now still ever "
    "tell give show say says said explain elaborate describe know mean means meant talk go get make let "
    "thing things something anything everything detail details example examples instance information info question "
    "questions happen happens happened come way part kind sort lot bit further reason apologies fine great good nice "
    "year years month months week weeks day days today "
    "right interesting important wow hmm i'm don't".split()
)
_ASKING = frozenset(f"{INTERROGATIVES} much many long often far old and but so".split())
ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth last next".split()
_COUNTS = "two three four five six seven eight nine ten".split()
# Verbs that end a noun phrase; no list is whole, a phrase that runs on too long is cut after its sixth word.
VERBS = frozenset(
    "take takes took taken happen begin begins came come comes go goes went get gets got give gives gave given make "
    "makes made mean means say says said contain contains include includes become becomes became apply applies agree "
    "agrees agreed intend intends want wants wanted exist exists differ differs describe describes define defines "
    "produce produces produced hold holds held sign signs signed host hosted hosts convene convened attend attended "
    "announce announced announces allow allows allowed require requires required suggest suggests infer infers "
    "conclude concludes argue argues call calls called refer refers mention mentions mentioned commit commits believe "
    "see sees saw think thinks affect affects aim aims enter expire expires emphasize emphasizes emphasized stress "
    "find found finds fund funded receive received receives pay pays paid spend spent buy buys bought sell sells sold "
    "rise rose fall fell grow grew win won lose lost lead leads led live lived die died write wrote written born "
    "located based used made known compared promised suspend suspended stop stopped rest rests remove remove removed "
    "depend depends rely relies work works mine mined issue issued issues impose imposed ban banned explain explains "
    "start starts started end ends ended open opens opened need needs needed use uses cover covers covered tell tells "
    "provide provides create creates created adopt adopted keep keeps serve serves remain "
    "remains stand stands cost costs last lasts amount amounts approve approves entrench lie lies".split()
)
_TITLES = frozenset(
    "president minister secretary director chairman chairwoman chair chief senator governor king queen prince princess "
    "dr mr mrs ms sir professor general judge officer pope saint poet author actor leader founder".split()
)
# Words of names of bodies and places; those that a person's name often is ("Hill", "Lake", "Bill") are no such words.
_NO_PERSON = frozenset(
    "bay city town village harbour harbor port river island islands beach coast strait straits gulf ocean valley "
    "mountains street avenue road square bridge station airport stadium theatre theater museum library cathedral "
    "united athletic rovers wanderers albion fc club league cup ministry department office agency authority board "
    "council commission committee parliament senate assembly congress court tribunal government administration police "
    "army navy group company corporation corp inc ltd holdings bank fund partners industries energy motors airlines "
    "lines steel university college school institute hospital clinic academy laboratory laboratories center centre "
    "foundation trust association federation society union party movement alliance network agency service services "
    "news times post herald gazette courier tribune journal daily weekly press watch act treaty agreement framework "
    "directive summit conference project program programme plan initiative order north south east west new republic "
    "kingdom states county province district region exchanges base earth earths house survey research materials "
    "mountain state organization security air world magnetics".split()
)

_TOKEN = re.compile(r"[^\W_]+(?:[.,'’&/-][^\W_]+)*|[^\w\s]|_", re.UNICODE)
_CAPITALS = re.compile(r"\b(?:US|WHO|IT)\b")
_DO = frozenset("do does did can could will would shall should may might must".split())
_NAME_LINKS = ("of", "for")
OPENING = re.compile(
    r"^(?:\s*(?:and|but|or|so|then|also|ok|okay|well|thanks|thank you|hmm|no|yes|btw|by the way|i see)\b[\s,.!-]*)+",
    re.IGNORECASE,
)
EDGE = " \t\n?!.,"
DEFINED = re.compile(r"(?:what|who)\s+(?P<be>is|are|was|were)\s+(?P<what>[^?.]+)[?.\s]*$", re.IGNORECASE)
_ASKED = re.compile(
    r"(?:which|what|how many|how much)\s+(?P<noun>(?:[\w-]+\s){0,4}?[\w-]+?)"
    rf"(?=\s(?:{'|'.join(AUXILIARIES.split())}|{'|'.join(sorted(VERBS))})\b)(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_TELLS = re.compile(
    r"\s+(?:says?|said|infers?|argues?|concludes?|calls?|thinks?|describes?|reports?|writes?|states?|explains?|names?|"
    r"considers?|suggests?|judges?|reads?|sees?|views?|mentions?|tells?)\b"
)


@dataclass(frozen=True)
class Word:
    """A word or a mark of a text, at `start` to `end`."""

    text: str
    start: int
    end: int

    @property
    def low(self) -> str:
        """The word in lower case."""
        return self.text.lower()

    @property
    def plain(self) -> bool:
        """Whether it is a word and no mark."""
        return self.text[0].isalnum()


@dataclass(frozen=True)
class Phrase:
    """A noun phrase; `short` lacks what follows its head: of "the framework with Japan" it is the first two words."""

    text: str
    short: str
    start: int
    end: int
    name: bool

    @property
    def plural(self) -> bool:
        """Whether its head sounds like several, or it names several."""
        head = words(self.short)[-1:] or [""]
        listed = not {"and", *_COUNTS}.isdisjoint(self.short.lower().split())
        return listed or (head[0].endswith("s") and not head[0].endswith(("ss", "us", "is")) and not self.name)


def tokenize(text: str) -> list[Word]:
    """Return the words and marks of a text in order."""
    return [Word(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]


def matter(text: str) -> list[str]:
    """Return the stems of the words that carry a text's matter, none where it only points to what was said.

    Names in capitals that look like pointing words are matter: "the US", "the WHO".
    """
    capitals = set() if text.isupper() else {word.lower() for word in _CAPITALS.findall(text)}
    return [stem(word) for word in dict.fromkeys(words(text)) if word not in FORM_WORDS or word in capitals]


def noun_phrases(text: str) -> list[Phrase]:
    """Return the noun phrases of a text in order: names, and what follows "the" or "a"."""
    tokens = tokenize(text)
    found = []
    at = 0
    while at < len(tokens):
        end = _phrase_end(tokens, at)
        if end == at:
            at += 1
            continue
        whole = end
        while (
            whole + 1 < len(tokens)
            and tokens[whole].low in ("of", "with", "on", "for")
            and not _ends(tokens[whole + 1])
        ):
            more = _phrase_end(tokens, whole + 1, bare=True)
            if more == whole + 1:
                break
            whole = more
            if whole + 1 < len(tokens) and tokens[whole].low == "and" and tokens[whole + 1].text[:1].isupper():
                whole = max(whole, _phrase_end(tokens, whole + 1, bare=True))
        name = any(word.text[:1].isupper() for word in tokens[at:end] if word.low not in DETERMINERS)
        start = tokens[at].start
        short = text[start : tokens[end - 1].end]
        found.append(Phrase(text[start : tokens[whole - 1].end], short, start, tokens[whole - 1].end, name))
        at = end
    return found


def _ends(word: Word) -> bool:
    return not word.plain or (word.low in FORM_WORDS and word.low not in ("the", "a", "an", *ORDINALS))


def _phrase_end(tokens: Sequence[Word], at: int, *, bare: bool = False) -> int:
    """Return where the noun phrase that begins at `at` ends, `at` where none does; `bare` ones need no article."""
    first = tokens[at]
    end = at
    determined = first.low in ("the", "a", "an")
    if determined:
        end += 1
    elif not bare and not _capital(tokens, at):
        return at
    begun = end
    named = end < len(tokens) and tokens[end].text[:1].isupper()
    while end < len(tokens) and end - begun < 8:
        word = tokens[end]
        if not word.plain or (word.low in FORM_WORDS and not (end == begun and word.low in ORDINALS)):
            links = word.low in _NAME_LINKS and named and end + 1 < len(tokens) and tokens[end + 1].text[:1].isupper()
            if not (links and end > begun):
                break
        elif not word.text[:1].isupper() and not word.text[:1].isdigit():
            if word.low in VERBS and end > begun:
                break
            if not determined and (named or not bare) and end > begun:
                break
            if word.low.endswith("ed") and end > begun and (end + 1 == len(tokens) or _ends(tokens[end + 1])):
                break
        end += 1
    return _without_verb(tokens, at, begun, end) if end > begun else at


def _without_verb(tokens: Sequence[Word], at: int, begun: int, end: int) -> int:
    """Return where the phrase ends without the verb of "does the directive entrench?" or the last of "is it valid?"."""
    asks = at > 0 and (tokens[at - 1].low in _DO or (at == 1 and tokens[0].low in AUXILIARIES.split()))
    stops = end == len(tokens) or not tokens[end].plain or tokens[end].low in DETERMINERS
    return end - 1 if asks and stops and end - begun > 1 and tokens[end - 1].text[0].islower() else end


def _capital(tokens: Sequence[Word], at: int) -> bool:
    word = tokens[at]
    if not word.text[:1].isupper() or word.low in FORM_WORDS or word.low in ("list", "name", "which", "compare"):
        return False
    opens = at == 0 or tokens[at - 1].text in ".?!:"
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    return not opens or word.text.isupper() or (following is not None and following.text[:1].isupper())


def is_body(name: str) -> bool:
    """Tell whether a name is that of a body or a place rather than a person's, by its words."""
    return not _NO_PERSON.isdisjoint(words(name))


def people(text: str) -> list[str]:
    """Return the names in a text that may be persons', those with a title first."""
    tokens = tokenize(text)
    titled, others = [], []
    for phrase in noun_phrases(text):
        parts = [part for part in phrase.short.split() if part.lower() not in DETERMINERS]
        while parts and (parts[0].lower().rstrip(".") in _TITLES or parts[0] == "Prime"):
            parts = parts[1:]
        bare = " ".join(parts)
        # What stands in quotation marks is a title, of a meeting or a book.
        quoted = text[: phrase.start].endswith(('"', "“", "‘", "«"))
        if quoted or not parts or len(parts) > 4 or not all(part[:1].isupper() for part in parts):
            continue
        if any(part.lower() in _NO_PERSON or part[:1].isdigit() or part.isupper() for part in parts):
            continue
        earlier = [word.low for word in tokens if word.end <= phrase.start + len(phrase.short) - len(bare)]
        if earlier and earlier[-1] in _TITLES:
            titled.append(bare)
        elif len(parts) in (2, 3):
            others.append(bare)
    return titled + others


def subjects(text: str) -> list[Phrase]:
    """Return the noun phrases that a question may be about, whoever tells ("What does USGS say about ...") last."""
    if defined := DEFINED.match(OPENING.sub("", text).strip()):
        what = defined["what"].strip(EDGE)
        if not FORM_WORDS & set(words(what)) and len(what.split()) <= 5:
            several = defined["be"].lower() in ("are", "were")
            return [Phrase(what, what, 0, len(what), name=what[:1].isupper() and not several)]
    phrases = [phrase for phrase in noun_phrases(text) if not phrase.text.lower().startswith(("a ", "an "))]
    if both := re.search(r"\bbetween (.+? and .+?)(?=[?.,]|\s(?:in|of|on|for)\b|$)", text):
        phrases.insert(0, Phrase(both[1], both[1], *both.span(1), name=False))
    if bare := bare_subject(text):
        phrases.insert(0, bare)
    return sorted(phrases, key=lambda phrase: tells(text, phrase))


def bare_subject(text: str) -> Phrase | None:
    """Return the subject without an article of "are alkaloids used ...", None where it cannot be told where it ends."""
    tokens = tokenize(text)
    aux = next((i for i, word in enumerate(tokens) if word.low not in _ASKING), len(tokens))
    if aux == len(tokens) or tokens[aux].low not in AUXILIARIES.split():
        return None
    end = aux + 1
    while end < len(tokens) and tokens[end].plain and tokens[end].low not in FORM_WORDS:
        if end > aux + 1 and (tokens[end].low.endswith("ed") or tokens[end].low in VERBS):
            break
        end += 1
    if end == len(tokens) or not tokens[end].plain:
        # "Does lead melt?" has its verb there; "is tin toxic?" cannot be told from "is tin solder?".
        end = end - 1 if tokens[aux].low in _DO else aux
    if not aux + 1 < end <= aux + 4 or tokens[aux + 1].text[0].isupper():
        return None
    what = text[tokens[aux + 1].start : tokens[end - 1].end]
    return Phrase(what, what, tokens[aux + 1].start, tokens[end - 1].end, name=False)


def asked_for(text: str) -> str:
    """Return what "which" or "what" asks for ("the companies that attended"), empty where they ask otherwise."""
    match = _ASKED.match(OPENING.sub("", text).strip())
    if not match or words(match["noun"])[0] in FORM_WORDS:
        return ""
    if set(words(match["noun"])) & FORM_WORDS - {"of", "in", "first"}:
        return ""
    rest = match["rest"].strip(EDGE)
    asks = re.match(rf"(?:{'|'.join(AUXILIARIES.split())})\b", rest, re.IGNORECASE)
    return f"the {match['noun']}" + (f" that {rest}" if rest and not asks and len(rest.split()) <= 8 else "")


def bare_plurals(text: str) -> Iterator[Phrase]:
    """Yield the nouns without an article that follow a preposition and sound like several ("to rare earth oxides")."""
    for match in re.finditer(r"\b(?:of|to|on|for|with|about|from|by) (?P<what>(?:[a-z-]+ ){0,3}?[a-z-]{2,}s)\b", text):
        what = match["what"]
        if not FORM_WORDS & set(words(what)):
            yield Phrase(what, what, *match.span("what"), name=False)


def counted(text: str) -> Iterator[Phrase]:
    """Yield what a text counts ("five directives"), as "the five directives"."""
    for match in re.finditer(rf"\b(?:{'|'.join(_COUNTS)}|\d+)\s+(?:[a-z-]+\s+){{0,2}}[a-z-]+s\b", text):
        phrase = f"the {match.group()}"
        yield Phrase(phrase, phrase, match.start(), match.end(), False)


def tells(former: str, phrase: Phrase) -> bool:
    """Tell whether a name is that of a source: "according to ...", "does ... say"."""
    told = former[: phrase.start].lower().rstrip().endswith(("according to", "in the view of"))
    return told or (phrase.name and _TELLS.match(former, phrase.start + len(phrase.short)) is not None)


def many(phrase: str) -> bool:
    """Tell whether a phrase takes a verb in the plural."""
    last = words(phrase)[-1:] or [""]
    return " and " in phrase or " that " in phrase or (last[0].endswith("s") and not phrase[-2:].isupper())


_SINGULAR = {"do": "does", "are": "is", "were": "was", "have": "has"}


def singular(tokens: Sequence[Word], at: int) -> list[tuple[int, int, str]]:
    """Return the edits that put the verb beside the word at `at` into the singular."""
    beside = [tokens[i] for i in (at - 1, at + 1) if 0 <= i < len(tokens) and tokens[i].low in _SINGULAR]
    return [
        (one.start, one.end, _SINGULAR[one.low].capitalize() if one.text[0].isupper() else _SINGULAR[one.low])
        for one in beside[:1]
    ]


def owned(who: str) -> str:
    """Return the possessive of a phrase, of its head where more follows."""
    who = re.split(r" (?:of|with|on|for|that) ", who)[0]
    return f"{who}'" if who.endswith("s") else f"{who}'s"
