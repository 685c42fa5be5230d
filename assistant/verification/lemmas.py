"""Lemmas: the stem under which all forms of a word are the same, irregular ones too."""

from assistant.catalog.lexical import stem

_FORMS = """
rise rose risen; fall fell fallen; grow grew grown; sell sold; buy bought; win won; lose lost; lead led
shrink shrank shrunk; give gave given; take took taken; keep kept; leave left; begin began begun; build built
break broke broken; make made; come came; become became; go went gone; hold held; meet met; send sent; spend spent
pay paid; find found; think thought; bring brought; teach taught; catch caught; fight fought; seek sought
write wrote written; drive drove driven; choose chose chosen; speak spoke spoken; steal stole stolen
freeze froze frozen; forbid forbade forbidden; lend lent; bind bound; run ran; see saw seen; know knew known
show shown; throw threw thrown; draw drew drawn; withdraw withdrew withdrawn; fly flew flown; sing sang sung
sink sank sunk; drink drank drunk; eat ate eaten; feed fed; flee fled; stand stood; understand understood
strike struck; swear swore sworn; wear wore worn; tear tore torn; bear bore borne; mean meant; deal dealt; feel felt
sleep slept; sweep swept; shoot shot; sit sat; get got gotten; forget forgot forgotten; tell told; say said
worse worst; better best; child children
"""
_BASES = {
    form: forms[0]
    for forms in (group.split() for line in _FORMS.strip().splitlines() for group in line.split("; "))
    for form in forms[1:]
}


def lemma(word: str) -> str:
    """Return the stem of a word in small letters; "fell" has that of "fall"."""
    return stem(_BASES.get(word, word))
