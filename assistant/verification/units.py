"""Units of measure and money: how they are written, their canonical names, and what one is in another."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

_PREFIXES = {
    "nano": ("n", "1e-9"),
    "micro": ("μ", "1e-6"),
    "milli": ("m", "1e-3"),
    "centi": ("c", "1e-2"),
    "kilo": ("k", "1e3"),
    "mega": ("M", "1e6"),
    "giga": ("G", "1e9"),
    "tera": ("T", "1e12"),
}
# Canonical name, spellings, symbol, and the prefixes it takes by their first letters (u for micro, i for milli).
_PREFIXED = (
    ("metre", "metre;meter", "m", "nuick"),
    ("watt", "watt", "W", "ikMGT"),
    ("watt-hour", "watt hour;watthour", "Wh", "ikMGT"),
    ("litre", "litre;liter", "l", "ick"),
    ("litre", "", "L", "ic"),
    ("volt", "volt", "V", "ikM"),
    ("hertz", "hertz", "Hz", "kMGT"),
    ("joule", "joule", "J", "ikMGT"),
    ("tesla", "tesla", "T", "iu"),
    ("byte", "byte", "B", "kMGT"),
    ("pascal", "pascal", "Pa", "kMG"),
    ("oersted", "oersted", "Oe", "kM"),
)
_LETTERS = {"n": "nano", "u": "micro", "i": "milli", "c": "centi", "k": "kilo", "M": "mega", "G": "giga", "T": "tera"}
# Canonical name | spellings, a plural "s" left out | symbols | how many of the canonical one
_PLAIN = """
percent | percent;per cent;pct | % |
percentage point | percentage point;per cent point;percent point;pp | |
basis point | basis point;bp | |
permille | per mille;per mil | ‰ |
ppm | part per million;ppm | |
ppb | part per billion;ppb | |
times | time;fold | x;× |
tonne | tonne;metric ton;metric tonne | t;MT;mt |
tonne | kilotonne;kiloton | kt | 1e3
tonne | megatonne;megaton | Mt | 1e6
tonne | gigatonne;gigaton | Gt | 1e9
ton | ton | |
short ton | short ton | |
long ton | long ton | |
kilogram | kilogram;kilogramme;kilo | kg |
kilogram | gram;gramme | g | 1e-3
kilogram | milligram;milligramme | mg | 1e-6
kilogram | microgram;microgramme | μg | 1e-9
pound | lb | |
troy ounce | troy ounce | |
ounce | ounce;oz | |
carat | carat | |
mile | mile | mi |
nautical mile | nautical mile | nmi |
foot | foot;feet | ft |
inch | inch;inche | |
yard | yard;yd | |
hectare | hectare | ha |
acre | acre | |
square metre | square metre;square meter;sq m;sqm | m2;m² |
square kilometre | square kilometre;square kilometer;sq km;sqkm | km2;km² |
square mile | square mile;sq mi | |
square foot | square foot;square feet;sq ft | |
cubic metre | cubic metre;cubic meter | m3;m³;cbm |
cubic foot | cubic foot;cubic feet | |
barrel | barrel | bbl |
gallon | gallon | |
degree Celsius | degree celsius;degree centigrade;celsius | °C;℃ |
degree Fahrenheit | degree fahrenheit;fahrenheit | °F;℉ |
degree | degree | ° |
electronvolt | electronvolt;electron volt | eV |
horsepower | horsepower | hp |
knot | knot | |
bit | bit | |
mile per hour | | mph |
kilometre per hour | | km/h;kph |
second | second;sec | |
minute | minute | min |
hour | hour;hr | h |
day | day | |
week | week;wk | |
fortnight | fortnight | |
month | month | |
quarter | quarter | |
year | year;yr | |
decade | decade | |
century | century;centurie | |
USD | dollar;us dollar;u.s. dollar;american dollar;united states dollar | |
USD | cent;us cent;u.s. cent | ¢ | 1e-2
AUD | australian dollar | |
CAD | canadian dollar | |
NZD | new zealand dollar | |
HKD | hong kong dollar | |
SGD | singapore dollar | |
TWD | taiwan dollar;new taiwan dollar;nt dollar | |
CNY | yuan;chinese yuan;renminbi;yuan renminbi | |
JPY | yen;japanese yen | |
EUR | euro | |
GBP | british pound;pound sterling;pounds sterling | |
pound sign | pound | |
INR | rupee;indian rupee | |
RUB | ruble;rouble;russian ruble | |
KRW | won;south korean won;korean won | |
CHF | swiss franc;franc | |
SEK | swedish krona;swedish kronor;krona;kronor | |
NOK | norwegian krone;norwegian kroner;kroner | |
BRL | brazilian real;brazilian reai;reai | |
ZAR | south african rand;rand | |
MYR | ringgit | |
THB | baht | |
IDR | rupiah | |
VND | dong | |
KZT | tenge | |
TRY | turkish lira;lira | |
MXN | mexican peso | |
CLP | chilean peso | |
AED | dirham | |
SAR | riyal | |
"""
_CODES = (
    "USD EUR GBP CNY JPY AUD CAD NZD HKD SGD TWD INR RUB KRW CHF SEK NOK DKK BRL ZAR MYR THB IDR VND KZT TRY MXN CLP "
    "AED SAR PLN CZK HUF ILS EGP NGN PHP PKR UAH ARS COP"
).split()
_SIGNS = {
    "$": "USD", "US$": "USD", "U.S.$": "USD", "US $": "USD", "U.S. $": "USD", "$US": "USD", "A$": "AUD", "AU$": "AUD",
    "C$": "CAD", "CA$": "CAD", "HK$": "HKD", "NZ$": "NZD", "S$": "SGD", "NT$": "TWD", "R$": "BRL", "€": "EUR",
    "£": "GBP", "¥": "yen sign", "CN¥": "CNY", "JP¥": "JPY", "₹": "INR", "Rs": "INR", "Rs.": "INR", "₽": "RUB",
    "₩": "KRW", "₺": "TRY", "₫": "VND", "₪": "ILS", "฿": "THB", "₦": "NGN", "₴": "UAH", "RMB": "CNY",
}  # fmt: skip
# A sign that stands for either of two currencies, or for a currency and a weight.
_EITHER = {"yen sign": {"CNY", "JPY"}, "pound sign": {"GBP", "pound"}}
_BASE = {
    "tonne": ("kilogram", "1e3"),
    "minute": ("second", "60"),
    "hour": ("second", "3600"),
    "day": ("second", "86400"),
    "week": ("second", "604800"),
    "fortnight": ("second", "1209600"),
    "year": ("month", "12"),
    "quarter": ("month", "3"),
    "decade": ("month", "120"),
    "century": ("month", "1200"),
    "percent": ("share", "1e-2"),
    "basis point": ("percentage point", "1e-2"),
}
TIMES = frozenset(("second", "minute", "hour", "day", "week", "fortnight", "month", "quarter", "year", "decade"))
CURRENCIES = frozenset((*_CODES, "yen sign", "pound sign"))


@dataclass(frozen=True)
class Unit:
    """A unit as it is written: its canonical name, how many of that one it is, and where it ends in the text."""

    name: str
    factor: Decimal
    end: int


@cache
def _spellings() -> tuple[dict[str, tuple[str, Decimal]], dict[str, tuple[str, Decimal]]]:
    """Return the spellings in lower case and the symbols, each with its canonical name and factor."""
    words: dict[str, tuple[str, Decimal]] = {}
    symbols: dict[str, tuple[str, Decimal]] = {}
    for line in _PLAIN.strip().splitlines():
        name, spelled, short, factor = (part.strip() for part in line.split("|"))
        value = name, Decimal(factor or 1)
        words |= dict.fromkeys(filter(None, spelled.split(";")), value)
        symbols |= dict.fromkeys(filter(None, short.split(";")), value)
    for name, spelled, symbol, letters in _PREFIXED:
        stems = spelled.split(";") if spelled else []
        words |= dict.fromkeys(stems, (name, Decimal(1)))
        symbols[symbol] = name, Decimal(1)
        for prefix in (_LETTERS[letter] for letter in letters):
            short, factor = _PREFIXES[prefix]
            words |= {f"{prefix}{word}": (name, Decimal(factor)) for word in stems}
            symbols[short + symbol] = name, Decimal(factor)
    symbols |= {"KB": symbols["kB"], "kgs": symbols["kg"], "RMB": ("CNY", Decimal(1))}
    symbols |= {code: (code, Decimal(1)) for code in _CODES}
    symbols |= {sign: (_SIGNS[sign], Decimal(1)) for sign in ("$", "€", "£", "₽", "₩", "₹", "US$", "A$")}
    return words, symbols


def _alternatives(texts: Iterable[str]) -> str:
    return "|".join(re.escape(text).replace(r"\ ", r"[\s-]+") for text in sorted(texts, key=len, reverse=True))


@cache
def _written() -> re.Pattern[str]:
    words, symbols = _spellings()
    return re.compile(
        rf"(?:\s?-\s?|\s+)?(?:(?i:(?P<word>{_alternatives(words)})s?)|(?P<symbol>{_alternatives(symbols)}))(?![\w$])"
    )


@cache
def _before() -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z$])(?:(?P<sign>{_alternatives(_SIGNS)})|(?P<code>{'|'.join(_CODES)}))\s?(?=[.\d])")


def unit_at(text: str, at: int) -> Unit | None:
    """Return the unit that begins at `at` in a folded text, white space or a hyphen before it passed over."""
    match = _written().match(text, at)
    if not match:
        return None
    words, symbols = _spellings()
    if match["word"]:
        name, factor = words[re.sub(r"[\s-]+", " ", match["word"].lower())]
    else:
        name, factor = symbols[match["symbol"]]
    return Unit(name, factor, match.end())


def currency_at(text: str, at: int) -> Unit | None:
    """Return the currency whose sign or code stands at `at` before a number."""
    match = _before().match(text, at)
    if not match:
        return None
    sign = re.sub(r"\s", " ", match["sign"]) if match["sign"] else ""
    return Unit(_SIGNS[sign] if sign else match["code"], Decimal(1), match.end())


def in_base(value: Decimal, unit: str | None) -> tuple[Decimal, str | None]:
    """Return an amount in the unit that those of its kind are compared in: 500 tonnes are 500,000 kilograms."""
    base, factor = _BASE.get(unit or "", (unit, "1"))
    return value * Decimal(factor), base


def same(value: Decimal, unit: str | None, other: Decimal, of: str | None) -> bool:
    """Tell whether two amounts are the same, whatever unit of the same kind each is told in ("24 months", "2 years").

    A rate is written "USD/kilogram". A ton of no particular kind is never a tonne, nor the reverse.
    """
    if unit == of or not (unit and of):
        return unit == of and value == other
    (one, *per), (two, *of_per) = unit.split("/"), of.split("/")
    if len(per) != len(of_per):
        return False
    if two in _EITHER.get(one, ()) or one in _EITHER.get(two, ()):
        one = two
    scale = Decimal(1)
    for mine, theirs, power in ((one, two, 1), *((a, b, -1) for a, b in zip(per, of_per, strict=True))):
        (kind, factor), (other_kind, other_factor) = _BASE.get(mine, (mine, "1")), _BASE.get(theirs, (theirs, "1"))
        if kind != other_kind:
            return False
        ratio = Decimal(factor) / Decimal(other_factor)
        scale = scale * ratio if power > 0 else scale / ratio
    return abs(value * scale - other) <= abs(other) * Decimal("1e-12")
