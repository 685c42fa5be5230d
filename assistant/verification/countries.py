"""Countries and regions: the names, adjectives and abbreviations under which prose speaks of each."""

from collections.abc import Sequence
from functools import cache

from assistant.verification.tokens import Token, tokens

_ALIASES = """
afghanistan; afghan
africa; african
albania; albanian
algeria; algerian
angola; angolan
arctic
argentina; argentine; argentinian
armenia; armenian
asia; asian
australia; australian; aussie
austria; austrian
azerbaijan; azerbaijani
bangladesh; bangladeshi
belarus; belarusian
belgium; belgian
bolivia; bolivian
botswana
brazil; brazilian
bulgaria; bulgarian
burma; myanmar; burmese
burundi; burundian
cambodia; cambodian
cameroon; cameroonian
canada; canadian
chile; chilean
china; chinese; prc; people's republic of china; sino
colombia; colombian
congo; congolese; drc; democratic republic of the congo; dr congo
cook islands
costa rica; costa rican
croatia; croatian
cuba; cuban
cyprus; cypriot
czech republic; czechia; czech
denmark; danish; dane
ecuador; ecuadorian
egypt; egyptian
england; english
estonia; estonian
ethiopia; ethiopian
europe; european
european union; eu; e.u.
finland; finnish; finn
france; french
gabon; gabonese
georgia; georgian
germany; german
ghana; ghanaian
greece; greek
greenland; greenlandic; greenlander
guinea; guinean
hong kong
hungary; hungarian
iceland; icelandic
india; indian
indonesia; indonesian
iran; iranian
iraq; iraqi
ireland; irish
israel; israeli
italy; italian
jamaica; jamaican
japan; japanese
jordan; jordanian
kazakhstan; kazakh; kazakhstani
kenya; kenyan
kiribati
kuwait; kuwaiti
kyrgyzstan; kyrgyz
laos; laotian; lao
latin america; latin american
latvia; latvian
lebanon; lebanese
libya; libyan
lithuania; lithuanian
luxembourg
madagascar; malagasy
malawi; malawian
malaysia; malaysian
mali; malian
mexico; mexican
middle east; middle eastern
mongolia; mongolian
morocco; moroccan
mozambique; mozambican
namibia; namibian
nauru; nauruan
nepal; nepali; nepalese
netherlands; dutch; holland
new south wales
new zealand
niger; nigerien
nigeria; nigerian
northern ireland; northern irish
north korea; north korean; dprk
norway; norwegian
oman; omani
pakistan; pakistani
panama; panamanian
papua new guinea
paraguay; paraguayan
peru; peruvian
philippines; philippine; filipino
poland; polish
portugal; portuguese
qatar; qatari
romania; romanian
russia; russian; russian federation
rwanda; rwandan
saudi arabia; saudi; saudi arabian
scotland; scottish; scot
senegal; senegalese
serbia; serbian
singapore; singaporean
slovakia; slovak
slovenia; slovenian
south africa; south african
south korea; south korean; korea; korean; rok; republic of korea
soviet union; soviet; ussr
spain; spanish; spaniard
sri lanka; sri lankan
sudan; sudanese
sweden; swedish; swede
switzerland; swiss
syria; syrian
taiwan; taiwanese
tajikistan; tajik
tanzania; tanzanian
thailand; thai
tibet; tibetan
tonga; tongan
tunisia; tunisian
turkey; turkish; türkiye
turkmenistan; turkmen
uganda; ugandan
ukraine; ukrainian
united arab emirates; uae; emirati; emirates
united kingdom; uk; u.k.; british; britain; great britain; briton
united nations; un; u.n.
united states; us; u.s.; usa; u.s.a.; american; america; united states of america
uruguay; uruguayan
uzbekistan; uzbek
venezuela; venezuelan
vietnam; vietnamese; viet nam
wales; welsh
west; western; westerner
yemen; yemeni
zambia; zambian
zimbabwe; zimbabwean
"""
# Written in small letters these are words of their own.
_ONLY_CAPITAL = frozenset(("us", "un", "eu", "uk", "rok", "turkey", "polish", "jordan", "west", "western", "lao"))
_LONGEST, _SHORT = 5, 2


def _key(word: str) -> str:
    return word.replace(".", "").replace("'", "").replace("ü", "u")


@cache
def _table() -> dict[tuple[str, ...], str]:
    table: dict[tuple[str, ...], str] = {}
    for line in _ALIASES.strip().splitlines():
        names = [tuple(_key(word) for word in name.split()) for name in line.split("; ")]
        table |= dict.fromkeys(names, line.split("; ")[0])
    return table


def countries(text: str) -> frozenset[str]:
    """Return the countries that a text names, by their names in small letters."""
    found = tokens(text)
    keys = [one.key for one in found]
    named = (named_country(found, keys, at) for at in range(len(found)))
    return frozenset(one[0] for one in named if one)


def named_country(some: Sequence[Token], keys: Sequence[str], at: int) -> tuple[str, int] | None:
    """Return what `country_at` does, but nothing for what is another word in small letters ("us", "turkey")."""
    found = country_at(keys, at)
    if not found or found[1] > 1 or keys[at] not in _ONLY_CAPITAL:
        return found
    short = len(keys[at]) == _SHORT
    capital = some[at].text[:2].isupper() or "." in some[at].text if short else some[at].text[:1].isupper()
    return found if capital else None


def country_at(keys: Sequence[str], at: int) -> tuple[str, int] | None:
    """Return the country that the words from `at` on name, by its name in small letters, and how many words do.

    `keys` are words in small letters without points, apostrophes and diacritics; a plural ("Americans") is one too.
    """
    table = _table()
    for count in range(min(_LONGEST, len(keys) - at), 0, -1):
        some = tuple(keys[at : at + count])
        for form in (some, (*some[:-1], some[-1].removesuffix("s"))):
            if form in table:
                return table[form], count
    return None
