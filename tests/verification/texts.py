"""Texts that the checks' property tests share: arbitrary ones, and prose full of what the checks read."""

from hypothesis import strategies as st

_PIECES = [
    *(
        "The the China U.S. Section 232 $ 1.2 billion 5% 27 May 2025 first one a of and more than not no ' \" “ ” – - "
        "300,000 t kt per kg between from to ( ) | Q1 F-35 1/2 ½ half third twenty -five hundred million FY 2024/25 "
        "1990s Baogang Group SASAC RMB may plans all some neither nor less rise fall according , . ; : ... [the] "
        "http://a.b/c x@y.zz # § No. 10^6 e5 ² ₂ İ ß 北京 's over years week last Tuesday each"
    ).split(),
    "\u00a0",
    "\n",
    "\t",
]


def prose() -> st.SearchStrategy[str]:
    """Return texts of any characters, and of words and marks in any order with and without spaces."""
    pieces = st.lists(st.sampled_from(_PIECES), max_size=25)
    return st.one_of(st.text(max_size=80), pieces.map(" ".join), pieces.map("".join))
