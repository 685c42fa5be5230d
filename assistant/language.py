"""Language: which one a question is in, told by its script and, within a script, by py3langid.

py3langid is the langid.py of Lui and Baldwin (2012): naive Bayes over byte n-grams. A question is short and full of
names of other languages, so the answer is the one that is expected unless the evidence against it is clear.
"""

import re
import unicodedata
from collections import Counter
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

_LATIN, _CYRILLIC, _ARABIC, _DEVANAGARI, _BENGALI, _HAN = "LATIN", "CYRILLIC", "ARABIC", "DEVANAGARI", "BENGALI", "CJK"
_KANA = ("HIRAGANA", "KATAKANA")
# ISO 639-1 code: English name, first word of the names that Unicode gives the letters of its script; the language that
# most is written in stands first among those of a script.
_TABLE = {
    "en": ("English", _LATIN),
    "de": ("German", _LATIN),
    "fr": ("French", _LATIN),
    "es": ("Spanish", _LATIN),
    "it": ("Italian", _LATIN),
    "pt": ("Portuguese", _LATIN),
    "nl": ("Dutch", _LATIN),
    "pl": ("Polish", _LATIN),
    "cs": ("Czech", _LATIN),
    "sk": ("Slovak", _LATIN),
    "sl": ("Slovenian", _LATIN),
    "hr": ("Croatian", _LATIN),
    "hu": ("Hungarian", _LATIN),
    "ro": ("Romanian", _LATIN),
    "sv": ("Swedish", _LATIN),
    "da": ("Danish", _LATIN),
    "no": ("Norwegian", _LATIN),
    "fi": ("Finnish", _LATIN),
    "et": ("Estonian", _LATIN),
    "lv": ("Latvian", _LATIN),
    "lt": ("Lithuanian", _LATIN),
    "tr": ("Turkish", _LATIN),
    "vi": ("Vietnamese", _LATIN),
    "id": ("Indonesian", _LATIN),
    "ca": ("Catalan", _LATIN),
    "ru": ("Russian", _CYRILLIC),
    "uk": ("Ukrainian", _CYRILLIC),
    "be": ("Belarusian", _CYRILLIC),
    "bg": ("Bulgarian", _CYRILLIC),
    "sr": ("Serbian", _CYRILLIC),
    "mk": ("Macedonian", _CYRILLIC),
    "kk": ("Kazakh", _CYRILLIC),
    "mn": ("Mongolian", _CYRILLIC),
    "ar": ("Arabic", _ARABIC),
    "fa": ("Persian", _ARABIC),
    "ur": ("Urdu", _ARABIC),
    "hi": ("Hindi", _DEVANAGARI),
    "mr": ("Marathi", _DEVANAGARI),
    "ne": ("Nepali", _DEVANAGARI),
    "bn": ("Bengali", _BENGALI),
    "as": ("Assamese", _BENGALI),
    "zh": ("Chinese", _HAN),
    "ja": ("Japanese", _KANA[0]),
    "ko": ("Korean", "HANGUL"),
    "el": ("Greek", "GREEK"),
    "he": ("Hebrew", "HEBREW"),
    "th": ("Thai", "THAI"),
    "ka": ("Georgian", "GEORGIAN"),
    "hy": ("Armenian", "ARMENIAN"),
    "ta": ("Tamil", "TAMIL"),
    "te": ("Telugu", "TELUGU"),
    "my": ("Burmese", "MYANMAR"),
    "km": ("Khmer", "KHMER"),
    "lo": ("Lao", "LAO"),
}
LANGUAGES = {code: name for code, (name, _) in _TABLE.items()}
_CODES = {name: code for code, name in LANGUAGES.items()}
_WORD = re.compile(r"[^\W\d_]+")
# A language other than the expected one has to be at least this probable, and so many times as probable as that one.
_LEAST = 0.45
_ODDS = 20.0


def language_of(text: str, fallback: str) -> str:
    """Return the English name of the language that `text` is in, one of the values of `LANGUAGES`, or `fallback`.

    `fallback` is the language that is expected, by its English name. It is returned for a text without letters, and for
    one that is too short or holds too many names to tell.
    """
    text = unicodedata.normalize("NFKC", text)
    script = _script(text)
    candidates = [code for code, (_, written) in _TABLE.items() if written == script]
    if not candidates:
        return fallback
    expected = _CODES.get(fallback, "")
    if expected not in candidates:
        # Other letters rule the fallback out, but not Latin ones: names are written in them everywhere.
        expected = "" if script == _LATIN else candidates[0]
    if len(candidates) == 1:
        return LANGUAGES[candidates[0]]
    scores = dict(_identifier().rank(text))
    best = max(candidates, key=lambda code: scores[code])
    total = sum(scores[code] for code in candidates)
    # Names tell little, so the language that most is written in has to be ruled out as well.
    rivals = {expected, candidates[0]} - {best}
    if scores[best] < max([_LEAST * total, *(_ODDS * scores.get(code, 0.0) for code in rivals)]):
        return LANGUAGES.get(expected, fallback)
    return LANGUAGES[best]


def _script(text: str) -> str:
    """Return the script of most words, Latin where two are even; "" without letters. Kana stand for Japanese."""
    weights: dict[str, float] = {_LATIN: 0.0}
    for word in _WORD.findall(text):
        letters = Counter(unicodedata.name(letter, "?").split()[0].split("-")[0] for letter in word)
        for script, count in letters.items():
            # No spaces stand between the words of Chinese and Japanese: about two characters are one.
            weight = count / 2 if script == _HAN or script in _KANA else 1
            weights[script] = weights.get(script, 0.0) + weight
    kana = sum(weights.pop(script, 0) for script in _KANA)
    if kana:
        weights[_KANA[0]] = kana + weights.pop(_HAN, 0)
    script, weight = max(weights.items(), key=lambda pair: pair[1])
    return script if weight else ""


@cache
def _identifier() -> LanguageIdentifier:
    """Return the model, which takes most of a second to load and is loaded by the first text that needs it."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier
