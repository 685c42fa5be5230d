"""Opposites: groups of common words of which one side denies what the other says."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from assistant.verification.lemmas import lemma

# Two sides of words that mean much the same, parted by "|". After "~" both sides may be true where who does it and to
# whom it is done change places: one buys from another, who sells to him.
_SIDES = """
increase rise grow climb gain jump surge soar raise boost growth rally | decrease fall drop decline shrink slump \
plunge reduce cut lower diminish plummet slide reduction
expand expansion widen broaden extend | contract contraction narrow curtail shrink
high higher highest | low lower lowest
maximum most max | minimum least min
largest biggest greatest | smallest
large larger big bigger great greater | small smaller little
upper | lower
early earlier earliest | late later latest
first | last
begin start commence launch open | end stop finish cease halt close terminate
open opened | close closed shut
allow permit authorize authorise let legalize | ban forbid prohibit bar outlaw disallow
legal lawful | illegal unlawful
enable | prevent
impose | lift suspend revoke
tighten tighter stricter strict | loosen relax ease looser
strengthen stronger strong | weaken weaker weak
accelerate hasten speed faster fast quicker quick | slow slower delay slowly
advance | retreat
support back favour favor endorse | oppose resist reject against
new newer newest | old older oldest
approve accept adopt pass | reject refuse veto decline
agree concur | disagree refuse
confirm | deny refute
include contain | exclude omit
domestic home inland | foreign overseas abroad
onshore | offshore
internal inside inner | external outside outer
light lightest lighter | heavy heaviest heavier
private privately privatize | public publicly nationalize
voluntary optional | mandatory compulsory obligatory
temporary | permanent
short shorter shorten | long longer lengthen
shallow | deep deeper
near nearer | far farther further
north northern | south southern
east eastern | west western
win success succeed gain | lose fail failure
rich wealthy | poor
cheap cheaper | expensive dearer costly
safe safer | dangerous unsafe risky
young younger | old older
full | empty
easy easier easily | hard harder difficult
surplus excess glut oversupply | deficit shortage shortfall scarcity
profit profitable | loss unprofitable
asset | liability
join enter | leave quit exit withdraw
integrate merge unite unify | separate split divide
centralize centralise centralization centralisation | decentralize decentralise decentralization decentralisation
concentrate | diversify
dependent depend reliant rely dependence reliance | independent independence autonomous
protect defend | expose attack endanger
create build establish construct found | destroy demolish dismantle abolish
encourage promote foster | discourage hinder deter impede curb
improve better improvement | worsen worse deteriorate
benefit advantage help | harm disadvantage hurt damage
appoint hire recruit | dismiss fire sack
retain keep maintain preserve | abandon discard drop scrap
ahead | behind
optimistic | pessimistic
positive | negative
praise welcome applaud | criticize criticise condemn denounce
ally friend partner | enemy rival adversary
friendly | hostile
civilian | military
peace | war
majority | minority
always | never
often frequently | seldom rarely
direct directly | indirect indirectly
formal | informal
complete completed whole | partial incomplete
visible | hidden
secret | public open
transparent | opaque
known | unknown
certain | uncertain
likely | unlikely
stable | unstable volatile
similar same alike | different dissimilar
~ producer supplier seller vendor | consumer customer buyer
employer | employee
primary | secondary
major | minor
urban | rural
rural | urban
add | remove delete
fresh | stale salty
hot hotter warm warmer | cold colder cool cooler
wet | dry
raw unprocessed crude | processed refined finished
vertical | horizontal
active | inactive passive
male | female
natural | artificial synthetic
true correct | false incorrect wrong
appreciate strengthen | depreciate weaken devalue
overestimate overstate | underestimate understate
inflow influx | outflow
arrive arrival | depart departure
renew extend | terminate cancel expire
repay | default
ratify sign | repudiate renounce
liberalize liberalise liberalization deregulate deregulation | restrict regulate
subsidize subsidise subsidy | tax
upstream | downstream
for | against
up | down
more | less fewer
~ export | import
~ buy purchase acquire | sell sale
~ lend | borrow
~ before | after
~ since | until
~ above exceed | below beneath
~ precede | follow
~ parent | subsidiary
~ teach | learn
~ give | receive
"""


@dataclass(frozen=True)
class Side:
    """A side of a pair of opposites; `turns` tells that the other side may be told of the same thing turned about."""

    pair: int
    right: bool
    turns: bool

    @property
    def other(self) -> "Side":
        """The side that denies this one."""
        return Side(self.pair, not self.right, self.turns)


def sides(stem: str) -> tuple[Side, ...]:
    """Return the sides that a stem stands on, none for a word without an opposite here."""
    return _table().get(stem, ())


@cache
def _table() -> Mapping[str, tuple[Side, ...]]:
    table: dict[str, tuple[Side, ...]] = {}
    for number, line in enumerate(_SIDES.strip().splitlines()):
        turns = line.startswith("~")
        for right, words in enumerate(line.removeprefix("~").split("|")):
            for stem in dict.fromkeys(lemma(word) for word in words.split()):
                table[stem] = (*table.get(stem, ()), Side(number, bool(right), turns))
    return table
