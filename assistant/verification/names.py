"""Names of a statement, each looked for in the quotes that the statement cites and in what stands above them."""

from collections.abc import Iterator, Sequence

from assistant.catalog.lexical import FUNCTION_WORDS, stem
from assistant.verification.abbreviations import abbreviates
from assistant.verification.addresses import address, addresses
from assistant.verification.countries import named_country
from assistant.verification.exchanges import Item, exchanged
from assistant.verification.expressions import date_expressions
from assistant.verification.ordinary import ordinary
from assistant.verification.quantities import figures
from assistant.verification.tokens import Token, parts, singular, tokens

_LINKS = frozenset("of the for and & de du la von van der den al bin ibn da di".split())
_INSIDE = frozenset("in at near from".split())
_TITLES = frozenset(
    "president vice prime minister secretary director chairman chairwoman chair chief ceo cfo senator governor king "
    "queen prince princess professor general judge ambassador mayor premier chancellor representative congressman "
    "deputy former spokesperson spokesman spokeswoman executive officer founder analyst state province city county "
    "region".split()
)
_COURTESY = frozenset("mr mrs ms miss sir madam".split())
_COMPANY = frozenset(
    "group corp corporation inc incorporated co company ltd limited llc plc ag sa gmbh holdings".split()
)
_GAP = 3
_TURNED = 6
# What is longer is no name but a line in capitals; its parts are looked for one by one.
_LONGEST = 12
_MOST_PLACES = 600
# So many words may stand before the name of what a sentence is about.
_LEADING = 6
# An acronym as short as this is no word in small letters: "US" is not "us".
_ACRONYM = 4
_ENDINGS = (("isation", "ization"), ("ise", "ize"), ("our", "or"), ("ence", "ense"), ("re", "er"), ("ogue", "og"))


def missing_names(statement: str, quotes: Sequence[str], context: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the names of `statement`, as written there, that occur in no quote and no context.

    A name is a capitalised word or a run of them, but for an ordinary word where a sentence begins; dates and figures
    are none. Of a longer name a part may be left out ("Wei" for "Zhang Wei"), and its words must stand together, in
    this order or as "X of Y" and "Y X". A country is told by its adjective, an abbreviation by the words that it is
    made of. "Group" or "Inc." after a name may come or go. Links, addresses, telephone numbers and markup must stand in
    the quotes verbatim.

    Args:
        statement: the text to check.
        quotes: the verbatim sentences or table rows that it cites.
        context: column heads, title, headings and publisher of what is quoted.
    """
    found = addresses(statement)
    missing = [address(one) for one in found if not any(address(one) in quote for quote in quotes)]
    evidence = _Evidence([*quotes, *context])
    taken = [one.span() for one in found]
    taken += _told(statement)
    lacking = (some for run in _runs(statement, taken) for some in evidence.lacking(run))
    missing += [statement[some[0].start : some[-1].end] for some in lacking]
    missing += [statement[one.start : one.end] for one in exchanged(statement, quotes, _items, _akin)]
    return tuple(dict.fromkeys(missing))


def leading_name(text: str) -> str | None:
    """Return the first name of a text where it stands among its first words, None otherwise."""
    first = next(iter(_items(text)), None)
    return text[first.start : first.end] if first and len(text[: first.start].split()) <= _LEADING else None


def _items(text: str) -> list[Item]:
    """Return the names of a text, countries under one name each, without ordinary words that begin a sentence."""
    found = []
    for run in _runs(text, _told(text)):
        keys = [one.key for one in run]
        rest: list[Token] = []
        at = 0
        while at <= len(run):
            country = named_country(run, keys, at) if at < len(run) else None
            if (country or at == len(run)) and (name := _trimmed(rest)):
                found.append(Item(name[0].start, name[-1].end, " ".join(one.key for one in name)))
                rest = []
            if country:
                found.append(Item(run[at].start, run[at + country[1] - 1].end, country[0]))
            elif at < len(run) and not (run[at].opens and not run[at].acronym and ordinary(run[at].key)):
                rest.append(run[at])
            at += country[1] if country else 1
    return found


def _told(text: str) -> list[tuple[int, int]]:
    """Return where dates and figures stand, whose words are no names."""
    dates = [(one.start, one.end) for one in date_expressions(text)]
    return [*dates, *((one.start, one.end) for one in figures(text))]


def _akin(one: str, other: str) -> bool:
    """Tell whether two names may be the same one's: they share a word, or one is the initials of the other."""
    if (set(one.split()) & set(other.split())) - _TITLES - _COMPANY - _LINKS:
        return True
    initials = ["".join(word[0] for word in name.split() if word not in _LINKS) for name in (one, other)]
    joined = [name.replace(" ", "") for name in (other, one)]
    return any(len(short) > 1 and long.startswith(short) for short, long in zip(initials, joined, strict=True))


def _runs(text: str, taken: Sequence[tuple[int, int]]) -> Iterator[list[Token]]:
    """Yield the names of a text, each with the small words that join its parts."""
    covered = bytearray(len(text) + 1)
    for start, end in taken:
        covered[start:end] = b"\x01" * (end - start)
    run: list[Token] = []
    links: list[Token] = []
    for token in tokens(text):
        joined = bool(run) and not parts((links or run)[-1], token)
        named = token.capital and not covered[token.start] and token.key not in ("i", *_COURTESY)
        if named and (not run or (joined and len(run) < _LONGEST)):
            run += [*links, token]
            links = []
            continue
        if joined and not named and token.text in _LINKS and not covered[token.start]:
            links.append(token)
            continue
        if run:
            yield run
        run, links = ([token] if named else []), []
    if run:
        yield run


class _Evidence:
    """The words of the quotes and of what stands above them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = [tokens(text) for text in texts]
        self._places: dict[str, list[tuple[int, int]]] = {}
        self._stems: dict[str, list[tuple[int, int]]] = {}
        self._countries: set[str] = set()
        for number, some in enumerate(self._texts):
            keys = [one.key for one in some]
            for at, one in enumerate(some):
                for key in {one.key, singular(one.key), _american(one.key)}:
                    _put(self._places, key, (number, at))
                _put(self._stems, stem(one.key), (number, at))
                if country := named_country(some, keys, at):
                    self._countries.add(country[0])
        written = (one for some in self._texts for one in some if sum(map(str.isupper, one.text)) > 1)
        self._upper = {singular(one.key) for one in written}

    def lacking(self, run: Sequence[Token]) -> Iterator[Sequence[Token]]:
        """Yield the parts of a name that are not here."""
        if run[0].opens and run[0].key in FUNCTION_WORDS and not run[0].acronym:
            run = _trimmed(run[1:])
        keys = [one.key for one in run]
        pieces: list[list[Token]] = [[]]
        at = 0
        while at < len(run):
            country = named_country(run, keys, at)
            count = country[1] if country else 1
            if country and country[0] not in self._countries and not self._whole(run[at : at + count]):
                yield run[at : at + count]
            if country:
                pieces.append([])
            else:
                pieces[-1].append(run[at])
            at += count
        for piece in pieces:
            yield from self._lacking(_trimmed(piece))

    def _lacking(self, piece: Sequence[Token]) -> Iterator[Sequence[Token]]:
        if not piece or self._whole(piece):
            return
        names = [one for one in piece if one.text not in _LINKS]
        first, last = names[0], names[-1]
        if not self._has(first) and first.opens and not first.acronym and ordinary(first.key):
            yield from self._lacking(_trimmed(piece[1:]))
        elif not self._has(last) and len(names) > 1 and last.key in _COMPANY:
            yield from self._lacking(_trimmed(piece[: piece.index(last)]))
        else:
            yield from (part for part in self._parted(names, piece) if not self._whole(part))

    def _parted(self, names: Sequence[Token], piece: Sequence[Token]) -> Iterator[Sequence[Token]]:
        """Yield what a name parts into where names may meet: of "Baogang's Chen Bo" both."""
        start = 0
        for at in range(1, len(names) + 1):
            if at == len(names) or self._meet(names[at - 1], names[at], piece):
                yield names[start:at]
                start = at

    def _meet(self, one: Token, two: Token, piece: Sequence[Token]) -> bool:
        between = {token.text for token in piece if one.end <= token.start < two.start}
        titled = one.key in _TITLES or two.key in _TITLES or two.key in _COMPANY
        # "Okafor of Varga" is of two names, "Bank of Varga" of one.
        linked = "and" in between or (bool(between) and not ordinary(one.key))
        linked = linked or (between == {"of"} and self._seated(piece, one, two))
        return one.possessive or titled or one.acronym or two.acronym or linked or two.before in ("-", "/")

    def _seated(self, piece: Sequence[Token], one: Token, two: Token) -> bool:
        """Tell whether a name that is here, of a word that is none besides, stands before the place that it is in.

        "Halden Lines of Bergen" is told by "Halden Lines, a line based in Bergen"; "Bank of Varga" is one name.
        """
        before = [token for token in piece if token.end <= one.end and token.text not in _LINKS]
        named = len(before) > 1 and any(not ordinary(token.key) for token in before) and self._whole(before)
        return named and any(at and self._texts[n][at - 1].text.lower() in _INSIDE for n, at in self._at(two))

    def _whole(self, names: Sequence[Token]) -> bool:
        """Tell whether words stand together here: in order with few between them, or turned about an "of"."""
        names = [one for one in names if one.text not in _LINKS]
        if len(names) == 1:
            return self._has(names[0])
        if self._ordered(names):
            return True
        turns = range(1, len(names)) if len(names) <= _TURNED else ()
        return any(self._ordered([*names[cut:], *names[:cut]]) for cut in turns)

    def _ordered(self, names: Sequence[Token]) -> bool:
        reached = set(self._at(names[0]))
        for one in names[1:]:
            reached = {place for place in self._at(one) if any(before in reached for before in self._before(place))}
            if not reached:
                return False
        return True

    def _before(self, place: tuple[int, int]) -> Iterator[tuple[int, int]]:
        """Yield the places before one that belong to the same name: capitals and small words stand between at most."""
        number, at = place
        words = self._texts[number]
        for step in range(1, min(_GAP + 1, at) + 1):
            if parts(words[at - step], words[at - step + 1]):
                return
            yield number, at - step
            between = words[at - step]
            if not between.capital and between.text not in _LINKS and not between.text[0].isdigit():
                return

    def _at(self, one: Token) -> list[tuple[int, int]]:
        """Return where a word stands, also spelled or, where it is an ordinary one, inflected in another way."""
        if one.acronym and len(one.key) <= _ACRONYM and one.key.isascii() and singular(one.key) not in self._upper:
            return []
        found = self._places.get(one.key) or self._places.get(singular(one.key))
        if found or one.acronym:
            return found or []
        found = self._places.get(_american(one.key))
        return found or (self._stems.get(stem(one.key), []) if ordinary(one.key) else [])

    def _has(self, one: Token) -> bool:
        if self._at(one) or (one.foreign and any(one.key in key for key in self._places)):
            return True
        return one.acronym and any(abbreviates(one, words) for words in self._texts)


def _put(places: dict[str, list[tuple[int, int]]], key: str, place: tuple[int, int]) -> None:
    held = places.setdefault(key, [])
    if len(held) < _MOST_PLACES:
        held.append(place)


def _trimmed(piece: Sequence[Token]) -> Sequence[Token]:
    while piece and piece[0].text in _LINKS:
        piece = piece[1:]
    while piece and piece[-1].text in _LINKS:
        piece = piece[:-1]
    return piece


def _american(key: str) -> str:
    for british, american in _ENDINGS:
        if len(key) > len(british) + 2 and key.endswith(british):
            return key.removesuffix(british) + american
    return key
