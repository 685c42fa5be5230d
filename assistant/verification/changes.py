"""Changes: whether what rose or fell did so by a figure or to it, and from less to more or the other way."""

import re
from collections.abc import Sequence

from assistant.verification.folding import fold
from assistant.verification.quantities import Figure, figures

_UP = (
    r"(?:ris(?:e|es|en|ing)|rose|gr(?:ew|ow|ows|own|owth)|increas(?:e|es|ed|ing)|climb(?:s|ed|ing)?|gain(?:s|ed)?|"
    r"jump(?:s|ed)?|rais(?:e|es|ed|ing)|soar(?:s|ed)?|surg(?:e|es|ed)|widen(?:s|ed)?|lengthen(?:s|ed)?|"
    r"expand(?:s|ed)?)"
)
_DOWN = (
    r"(?:f[ea]ll(?:s|en|ing)?|drop(?:s|ped|ping)?|declin(?:e|es|ed|ing)|decreas(?:e|es|ed|ing)|shr[aiu]nk(?:s|ing)?|"
    r"lower(?:s|ed|ing)?|reduc(?:e|es|ed|ing|tion)|slid|slump(?:s|ed)?|plung(?:e|es|ed)|"
    r"narrow(?:s|ed)?|shorten(?:s|ed)?)"
)
_LED = re.compile(
    rf"\b(?:{_UP}|{_DOWN}|up|down|cut(?:s|ting)?|went|chang\w+)\b[^.;|]{{0,45}}?\b(?P<by>by|to)\s*\Z", re.IGNORECASE
)
_FROM = re.compile(rf"\b(?:(?P<up>{_UP})|{_DOWN})\b[^.;,|]{{0,40}}?\bfrom\s", re.IGNORECASE)
# A rank rises from 9 to 7.
_RANK = re.compile(r"\b(?:rank\w*|place[sd]?|position\w*|league|table|list)\b", re.IGNORECASE)
_TO = re.compile(r"\bto\s+\Z")
_LOOKBACK = 80
_MULTIPLIED = ("doub", "halv", "trip")
_NEAR, _FAR = 12, 40
# Of figures further apart one is likely to share the other's scale: "from 2 to 0.3 million".
_SCALE = 1000


def changed(statement: str, quotes: Sequence[str]) -> tuple[str, ...]:
    """Return the figures of `statement`, as written there, by which it says something changed that changed to them.

    Or the other way; and those that it says something rose to from more ("rose from 9 to 7"), or fell to from less.
    """
    found = [one.text for one in figures(statement) if _misled(statement, one, quotes)]
    against = _against(statement)
    told = {name for quote in quotes for name in _against(quote)} if against else set()
    return tuple(dict.fromkeys([*found, *(name for name in against if name not in told)]))


def _misled(statement: str, one: Figure, quotes: Sequence[str]) -> bool:
    if one.value is None or not (word := _led(statement, one)):
        return False
    told = {
        _led(quote, other)
        for quote in quotes
        for other in figures(quote)
        if (other.value, other.unit) == (one.value, one.unit)
    }
    return told == {"to" if word == "by" else "by"}


def _led(text: str, one: Figure) -> str:
    """Return the "by" or "to" between a change and a figure, empty where there is none."""
    found = _LED.search(fold(text), max(0, one.start - _LOOKBACK), one.start)
    return found["by"].lower() if found and not one.text.lower().startswith(_MULTIPLIED) else ""


def _against(statement: str) -> list[str]:
    text = fold(statement)
    out: list[str] = []
    if _RANK.search(text):
        return out
    for found in _FROM.finditer(text):
        behind = [one for one in figures(statement) if one.end > found.end() and one.value is not None]
        if not behind or behind[0].start > found.end() + _NEAR:
            continue
        low, high, name = behind[0].value, behind[0].upper if behind[0].span else None, behind[0].text
        if high is None and len(behind) > 1 and behind[0].upper is None and behind[1].upper is None:
            near = behind[1].start < behind[0].end + _FAR and behind[1].unit == behind[0].unit
            high = behind[1].value if near and _TO.search(text, 0, behind[1].start) else None
            name = behind[1].text
        if (
            behind[0].unit == "ordinal"
            or low is None
            or high is None
            or low <= 0
            or high <= 0
            or not low / _SCALE < high < low * _SCALE
        ):
            continue
        if low > high if found["up"] else low < high:
            out.append(name)
    return out
