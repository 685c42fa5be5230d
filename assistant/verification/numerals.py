"""Numerals: numbers in digits and in words, as English prose writes them."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from assistant.verification.folding import NO_BREAK

Kind = Literal["cardinal", "ordinal", "fraction"]

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
)
_TEENS_END = "eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
SMALL = {word: number for number, word in enumerate(f"{_ONES} {_TEENS_END}".split())} | {
    word: 10 * number for number, word in enumerate(_TENS.split(), 2)
}
_SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12, "quadrillion": 15, "lakh": 5, "crore": 7}
_SHORT = {"mn": 6, "mln": 6, "bn": 9, "bln": 9, "tn": 12, "trn": 12, "k": 3}
_LETTERS = {"K": 3, "M": 6, "m": 6, "MM": 6, "B": 9, "b": 9, "T": 12}
ORDINALS = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        1,
    )
} | {f"{word[:-1]}ieth": 10 * number for number, word in enumerate(_TENS.split(), 2)}
_GREAT_ORDINALS = {"hundredth": 2, "thousandth": 3, "millionth": 6, "billionth": 9}
_PARTS = {"half": 2, "halve": 2, "quarter": 4} | {word: n for word, n in ORDINALS.items() if 3 <= n <= 20}
_PARTS |= {word: 10**power for word, power in _GREAT_ORDINALS.items()}
_VULGAR = {
    "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5", "⅗": "3/5", "⅘": "4/5",
    "⅙": "1/6", "⅚": "5/6", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8", "⅒": "1/10", "⅑": "1/9", "⅐": "1/7",
}  # fmt: skip
_LARGEST_PART = 10

_GAP = rf"[{NO_BREAK} ']"
_DIGITS = re.compile(
    r"(?:(?P<comma>0,\d+|\d+,\d{1,2}(?=\s?(?:%|percent|per cent|mn|million|bn|billion|[kMG]?t\b|kg|tonnes)))"
    r"|(?P<commas>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?)"
    r"|(?P<points>\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,})"
    rf"|(?P<spaces>\d{{1,3}}(?P<gap>{_GAP})\d{{3}}(?:(?P=gap)\d{{3}})*(?:[.,]\d+)?)"
    r"|(?P<plain>\d+(?:\.\d+)?|\.\d+))(?!\d)"
)
_POWER = re.compile(
    r"(?:[eE](?P<e>[+-]?\d{1,3})(?!\w)|\s?[x×*·]\s?10(?:\^(?P<caret>-?\d{1,3})|(?P<high>⁻?[⁰¹²³⁴-⁹]{1,3})))"
)
_POWER_OF_TEN = re.compile(r"10(?:\^(?P<caret>-?\d{1,3})|(?P<high>⁻?[⁰¹²³⁴-⁹]{1,3}))")
_HIGH = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_SCALE = re.compile(
    rf"[\s-]?(?P<word>(?i:{'|'.join(_SCALES)}|hundred|dozen))(?:s(?=\s+of\b))?(?![^\W_])"
    rf"|\s?(?P<short>(?i:{'|'.join(_SHORT)})|{'|'.join(sorted(_LETTERS, key=len, reverse=True))})(?![^\W_])"
)
_SUFFIX = re.compile(r"(?:st|nd|rd|th)(?![^\W_])", re.IGNORECASE)
_COUNTED = re.compile(r"[\s-](?:(?:metric |short |long )?t(?:on|onne)?s?\b|people\b|[a-z]{3,}s\b|yuan\b|euros?\b)")
_FRACTION = re.compile(r"(?P<over>\d{1,2})/(?P<under>\d{1,2})(?![\d/])")
_MIXED = re.compile(r"\s+and\s+(?:a\s+half|(?P<quarter>a\s+quarter)|(?P<three>three[\s-]quarters))\b", re.IGNORECASE)
_LONGEST = 24
_VAGUE = {f"{word}s": Decimal(10) ** power for word, power in _SCALES.items()}
_VAGUE |= {"tens": Decimal(10), "hundreds": Decimal(100), "dozens": Decimal(12), "scores": Decimal(20)}
_AFTER_ARTICLE = {"hundred", "dozen", *_SCALES, *_PARTS, *_GREAT_ORDINALS, *ORDINALS} - {"first", "half"}
_NUMBER_WORDS = {
    *SMALL, *_SCALES, *ORDINALS, *_GREAT_ORDINALS, *_VAGUE, *_PARTS, *(f"{part}s" for part in _PARTS),
    "hundred", "dozen", "halves",
}  # fmt: skip
_SHARE = re.compile(
    r"\s+(?:of|the|more|less|fewer|higher|lower|larger|smaller|bigger|cheaper|as|in|from|to|by|on|over|since|between|"
    r"and|or|but|after|while)\b|\s*(?:[.,;:)\]]|$)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z]+")
_LINK = re.compile(r"(?:\s*-\s*|\s+)(?P<and>and\s+)?(?=[A-Za-z])", re.IGNORECASE)
_OF_WORD = re.compile(r"\s+of\s+([A-Za-z]+)", re.IGNORECASE)
_OF = re.compile(r"[\s-]+an?\b(?=[\s-])", re.IGNORECASE)


@dataclass(frozen=True)
class Numeral:
    """A number that ends at `end` of the text; `vague` where only its order of magnitude is told ("thousands").

    `digits` is what stands before its scale, 2 in "2 million".
    """

    value: Decimal
    end: int
    kind: Kind = "cardinal"
    vague: bool = False
    digits: Decimal | None = None

    @property
    def bare(self) -> Decimal:
        """The number before its scale, the number itself where it has none."""
        return self.value if self.digits is None else self.digits


def digits_at(text: str, at: int, *, money: bool = False) -> Numeral | None:
    """Return the number in digits that begins at `at` of a folded text, with its exponent and its scale.

    `money` tells that a currency stands before it, so that "m", "b" and "T" can only be scales.
    """
    if text[at : at + 1] in _VULGAR:
        over, under = _VULGAR[text[at]].split("/")
        return Numeral(Decimal(over) / Decimal(under), at + 1, "fraction")
    if (match := _FRACTION.match(text, at)) and 0 < int(match["over"]) < int(match["under"]) <= _LARGEST_PART:
        return Numeral(Decimal(match["over"]) / Decimal(match["under"]), match.end(), "fraction")
    if match := _POWER_OF_TEN.match(text, at):
        value = Decimal(1).scaleb(int(match["caret"] or match["high"].translate(_HIGH)))
        return Numeral(*_scaled(text, value, match.end(), money=money), digits=value)
    match = _DIGITS.match(text, at)
    if not match:
        return None
    value, end = _value(match), match.end()
    if ordinal := _SUFFIX.match(text, end):
        return Numeral(value, ordinal.end(), "ordinal")
    if text[end : end + 1] in _VULGAR and text[end : end + 1]:
        over, under = _VULGAR[text[end]].split("/")
        return Numeral(value + Decimal(over) / Decimal(under), end + 1)
    if power := _POWER.match(text, end):
        exponent = int(power["e"] or power["caret"] or power["high"].translate(_HIGH))
        value, end = value.scaleb(exponent), power.end()
    return replace(_mixed(text, *_scaled(text, value, end, money=money)), digits=value)


def _value(match: re.Match[str]) -> Decimal:
    if match["commas"]:
        return Decimal(match["commas"].replace(",", ""))
    if match["points"]:
        return Decimal(match["points"].replace(".", "").replace(",", "."))
    if match["spaces"]:
        return Decimal(match["spaces"].replace(match["gap"], "").replace(",", "."))
    return Decimal(match["comma"].replace(",", ".")) if match["comma"] else Decimal(match["plain"])


def _scaled(text: str, value: Decimal, end: int, *, money: bool) -> tuple[Decimal, int]:
    while match := _SCALE.match(text, end):
        word, short = (match["word"] or "").lower(), match["short"] or ""
        if short in _LETTERS and not (money or short in "KB" or _counts(text, short, match.end())):
            break
        if short and text[end].isspace() and short.lower() in ("k", "b", "m", "t") and not money:
            break
        if word == "dozen":
            value *= 12
        else:
            power = 2 if word == "hundred" else _SCALES.get(word) or _SHORT.get(short.lower()) or _LETTERS[short]
            value = value.scaleb(power)
        end = match.end()
    return value, end


def _counts(text: str, letter: str, end: int) -> bool:
    """Tell whether "m" or "M" after digits is a million: people or tonnes are counted, lengths are not."""
    return letter == "M" or (letter == "m" and _COUNTED.match(text, end) is not None)


def _mixed(text: str, value: Decimal, end: int) -> Numeral:
    """Add the fraction of "two and a half", before the scale of "two and a half million"."""
    match = _MIXED.match(text, end)
    if not match:
        return Numeral(value, end)
    value += Decimal("0.75") if match["three"] else Decimal("0.25") if match["quarter"] else Decimal("0.5")
    return Numeral(*_scaled(text, value, match.end(), money=False))


@dataclass(frozen=True)
class _Word:
    """A word of a run of number words; `linked` where "and" stands before it."""

    low: str
    end: int
    linked: bool


def _run(text: str, at: int) -> list[_Word]:
    found: list[_Word] = []
    linked = False
    while len(found) < _LONGEST and (match := _WORD.match(text, at)):
        low = match.group().lower()
        if low not in _NUMBER_WORDS and not (low in ("a", "an") and not found):
            break
        found.append(_Word(low, match.end(), linked))
        link = _LINK.match(text, match.end())
        if not link:
            break
        at, linked = link.end(), link["and"] is not None
    return found


def words_at(text: str, at: int) -> Numeral | None:
    """Return the number in words that begins at `at` ("two hundred and fifty", "a dozen", "two-thirds", "third")."""
    run = _run(text, at)
    if not run or (run[0].low in ("a", "an") and (len(run) < 2 or run[1].low not in _AFTER_ARTICLE)):
        return None
    if run[0].low in _VAGUE:
        return _vague(text, run[0])
    total, group, last, end = Decimal(0), None, "", run[0].end
    for word in run[1:] if run[0].low in ("a", "an") else run:
        kind, value = _kind(word.low)
        if word.linked and last not in ("hundred", "scale"):
            break
        if part := _part(text, word, group if last or run[0].low not in ("a", "an") else Decimal(1), last, run):
            return part
        if kind == "small" and _joins(group, last, value):
            group = (group or 0) + value
        elif kind == "ordinal" and (not last or last in ("hundred", "scale") or _joins(group, last, value)):
            return Numeral(total + (group or 0) + value, word.end, "ordinal")
        elif kind in ("hundred", "dozen") and (last in ("", "small", "scale")):
            group = (group or 1) * value
        elif kind == "scale":
            group = Decimal(1) if group is None else group
            total = (total + group) * value if 0 < total < value else total + group * value
            group = None
        else:
            break
        last, end = kind, word.end
    if not last:
        return None
    first = _kind(run[0].low)[1] if run[0].low in SMALL else None
    return replace(_mixed(text, total + (group or 0), end), digits=first)


def _kind(word: str) -> tuple[str, Decimal]:
    if word in SMALL:
        return "small", Decimal(SMALL[word])
    if word in ORDINALS:
        return "ordinal", Decimal(ORDINALS[word])
    if word in _GREAT_ORDINALS:
        return "ordinal", Decimal(10) ** _GREAT_ORDINALS[word]
    if word in _SCALES:
        return "scale", Decimal(10) ** _SCALES[word]
    return (word, Decimal(100 if word == "hundred" else 12)) if word in ("hundred", "dozen") else ("", Decimal(0))


def _joins(group: Decimal | None, last: str, value: Decimal) -> bool:
    """Tell whether `value` goes on with a number: "twenty" with "five", "two hundred" with "fifty"."""
    if last == "small":
        return group is not None and group % 100 >= 20 and group % 10 == 0 and 0 < value < 10
    return last in ("", "scale") or (last == "hundred" and value < 100)


def _part(text: str, word: _Word, count: Decimal | None, last: str, run: list[_Word]) -> Numeral | None:
    """Return the fraction that `word` ends: "half", "two-thirds", "a quarter of", "half a million"."""
    singular = word.low.removesuffix("s") if word.low not in _PARTS else word.low
    if singular not in _PARTS or (last and last != "small"):
        return None
    if word.low in ("half", "halves"):
        value = (count or 1) / Decimal(2)
        if (of := _OF.match(text, word.end)) and (scale := _SCALE.match(text, of.end())) and scale["word"]:
            value, end = _scaled(text, value, of.end(), money=False)
            return Numeral(value, end)
        return Numeral(value, word.end, "fraction")
    plural = word.low != singular
    article = run[0].low in ("a", "an")
    if count is None or (count != 1) != plural or (plural and count >= 20):
        return None
    shared = _SHARE.match(text, word.end) or (text[word.end - len(word.low) - 1] == "-" and not article)
    if (article or singular == "quarter") and not shared:
        return None
    return Numeral(count / _PARTS[singular], word.end, "fraction")


def _vague(text: str, word: _Word) -> Numeral:
    """Return the order of magnitude of "thousands", "tens of thousands" or "hundreds of millions"."""
    value, end = _VAGUE[word.low], word.end
    following = _OF_WORD.match(text, end)
    if following and following[1].lower() in _VAGUE:
        value, end = value * _VAGUE[following[1].lower()], following.end()
    return Numeral(value, end, vague=True)
