"""Addresses: links, mail addresses, telephone numbers and markup, which a statement may only repeat."""

import re

_TOP = "com|org|net|gov|edu|int|mil|info|biz|io|ai|cn|uk|us|eu|de|fr|jp|ru|in|au|ca|ch|co"
_ADDRESS = re.compile(
    r"!?\[[^\[\]\n]{0,300}\]\([^()\s]{0,2000}\)"
    r"|<(?:!--|/?[A-Za-z][A-Za-z0-9-]{0,30}(?=[\s/>]))[^<>]{0,2000}>"
    r"|(?<![A-Za-z0-9])(?:[a-z][a-z0-9+.-]{1,12}://|www\.|mailto:|tel:)[^\s<>\"'()\[\]{}|]{1,2000}"
    r"|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}"
    rf"|(?<![\w.@-])(?:[a-z0-9-]{{2,63}}\.){{1,4}}(?:{_TOP}|(?-i:[a-z]{{2,12}}))(?![\w-]|\.\w)(?:/[^\s<>\"'()\[\]{{}}|]{{0,2000}})?"
    r"|(?<![\w.,-])(?:\+\d{1,3}[\s.-]?(?:\(\d{1,5}\)[\s.-]?)?|\(\d{2,5}\)[\s.-]?)\d{2,5}(?:[\s.-]\d{2,5}){1,4}(?![\w-])"
    r"|(?<![\w.,-])\d{3}[.-]\d{3}[.-]\d{4}(?![\w-])",
    re.IGNORECASE,
)


def addresses(text: str) -> list[re.Match[str]]:
    """Return where links, domains, mail addresses, telephone numbers and tags stand in a text, in order."""
    return list(_ADDRESS.finditer(text))


def address(match: re.Match[str]) -> str:
    """Return an address without the punctuation of the sentence around it."""
    return match.group().rstrip(".,;:!?")
