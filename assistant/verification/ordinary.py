"""Ordinary words: which capitalised words at the beginning of a sentence are no names."""

from functools import cache

from assistant.catalog.lexical import FUNCTION_WORDS
from assistant.dictionary import english

_SUFFIXES = (
    "tion tions sion sions ment ments ness ity ities ism isms ance ence ances ences ship ships ing ings ed ly ous "
    "ive ives al als ic ics able ible ful less ary ory ure ures ant ants ent ents ate ates ated ist ists ers ors ies "
    "ize ise izing ising ization isation er"
).split()
_LINKING = frozenset(
    "furthermore moreover nonetheless nevertheless notwithstanding whereas thereafter thereby hence thus albeit amid "
    "amidst alongside via oversight meanwhile overall tariff tariffs lawmakers".split()
)
_PREFIXES = "under over re un non pre post inter multi semi anti sub super out mis dis geo techno micro".split()
_ENDINGS = "s es ed d ing ly er ers ness able ment al ion ions".split()
# Names that are words too, or that the dictionary counts as often as words.
_NAMES = frozenset(
    "james mary robert patricia john jennifer michael linda david elizabeth william barbara richard susan joseph "
    "jessica thomas sarah charles karen christopher lisa daniel nancy matthew betty anthony sandra margaret donald "
    "steven kimberly paul andrew emily joshua kenneth carol kevin amanda brian melissa george deborah timothy "
    "stephanie ronald rebecca jason laura edward helen jeffrey sharon ryan cynthia jacob kathleen gary amy nicholas "
    "angela eric shirley jonathan anna stephen larry justin scott brandon benjamin samuel gregory alexander patrick "
    "raymond jack dennis jerry tyler aaron jose adam nathan henry peter douglas zachary kyle walter harold carl "
    "keith roger albert alan joe jim bob tom mike dave steve sam max ben jane kate maria martin simon oscar marco "
    "rubio pete smith johnson williams jones davis miller wilson moore taylor anderson jackson harris lewis clark "
    "walker hall allen young wright hill adams nelson carter mitchell trump biden obama bush clinton reagan nixon "
    "lincoln washington wang li zhang chen liu yang huang zhao wu zhou xi mao lee kim park nguyen london paris "
    "berlin tokyo beijing moscow rome madrid vienna shanghai texas california boston chicago denver dallas houston "
    "jersey york brooklyn hollywood vegas miami virginia carolina florida alaska hawaii nevada arizona utah dublin "
    "oslo geneva brussels delhi mumbai sydney perth wellington lima rio nice apple amazon intel oracle ford nestle "
    "shell target visa delta boeing tesla google microsoft nissan honda harvard oxford cambridge stanford yale "
    "reuters bloomberg congress pentagon kremlin senate jesus christ god allah buddha christmas easter".split()
)
_FREQUENT, _FAIRLY = 2500, 200
_INFLECTED = 3


@cache
def ordinary(word: str) -> bool:
    """Tell whether a word in small letters is an English word rather than a name: frequent, inflected or derived."""
    if word in FUNCTION_WORDS or word in _LINKING:
        return True
    if word in _NAMES or not word.isascii():
        return False
    counts = english().word_frequency.dictionary
    if word in counts:
        if counts[word] >= _FREQUENT or _inflections(word) >= _INFLECTED:
            return True
        if word.endswith(tuple(_SUFFIXES)) and (counts[word] >= _FAIRLY or _inflections(word)):
            return True
        singular = word.removesuffix("s")
        if word.endswith("s") and counts.get(singular, 0) >= _FREQUENT:
            return True
    for prefix in _PREFIXES:
        rest = word.removeprefix(prefix)
        if rest != word and len(rest) > _INFLECTED and rest in counts and ordinary(rest):
            return True
    for suffix, stem in (("ization", "ize"), ("isation", "ise"), ("ization", ""), ("ability", "able")):
        base = word.removesuffix(suffix) + stem
        if word.endswith(suffix) and base in counts and base != word:
            return ordinary(base)
    return False


def _inflections(word: str) -> int:
    """Return how many other forms of a word the dictionary has."""
    counts = english().word_frequency.dictionary
    bases = {word}
    for ending, instead in (("ies", "y"), ("es", ""), ("s", ""), ("ing", ""), ("ing", "e"), ("ied", "y"), ("ed", ""),
                            ("d", ""), ("ly", "")):  # fmt: skip
        if word.endswith(ending) and len(word) - len(ending) >= _INFLECTED:
            bases.add(word.removesuffix(ending) + instead)
    forms = {base + ending for base in bases for ending in ("", *_ENDINGS)}
    forms |= {base[:-1] + ending for base in bases if base.endswith("e") for ending in ("ing", "able", "ion", "ions")}
    forms |= {base[:-1] + ending for base in bases if base.endswith("y") for ending in ("ies", "ied", "ily")}
    return sum(form in counts for form in forms - {word})
