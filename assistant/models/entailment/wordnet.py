"""WordNet 3.0 (Miller 1995) as its database files give it: synonyms, antonyms and sister terms of inflected words."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_PARTS = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
_SENSE_PARTS = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}
_ENDINGS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "n": (
        ("ies", "y", "s"), ("ses", "s", "s"), ("xes", "x", "s"), ("ches", "ch", "s"), ("shes", "sh", "s"),
        ("s", "", "s"),
    ),
    "v": (
        ("ies", "y", "s"), ("sses", "ss", "s"), ("ches", "ch", "s"), ("shes", "sh", "s"), ("es", "e", "s"),
        ("s", "", "s"), ("ied", "y", "ed"), ("ed", "e", "ed"), ("ed", "", "ed"), ("ing", "e", "ing"),
        ("ing", "", "ing"),
    ),
    "a": (),
    "r": (),
}  # fmt: skip
_VOWELS = "aeiou"
# Words of these senses are too vague to be replaced.
_NEVER = frozenset(
    "be have do make take get go give will can may must say see come more most many much other such".split()
)


@dataclass(frozen=True)
class Sense:
    """What a word form means most often: its part of speech, base form, how it is inflected, and its synset."""

    part: str
    lemma: str
    ending: str
    synset: tuple[str, int]


@dataclass(frozen=True)
class _Synset:
    words: tuple[str, ...]
    antonyms: tuple[tuple[int, str, int, int], ...]
    above: tuple[tuple[str, int], ...]
    below: tuple[tuple[str, int], ...]


class WordNet:
    """The database in `folder` (Debian's package wordnet-base puts it in /usr/share/wordnet)."""

    def __init__(self, folder: Path) -> None:
        self._index: dict[tuple[str, str], list[int]] = {}
        self._synsets: dict[tuple[str, int], _Synset] = {}
        self._count: dict[tuple[str, str], int] = defaultdict(int)
        self._irregular: dict[tuple[str, str], str] = {}
        self._forms: dict[tuple[str, str, str], str] = {}
        for part, name in _PARTS.items():
            self._read_index(part, folder / f"index.{name}")
            self._read_data(part, folder / f"data.{name}")
            for line in (folder / f"{name}.exc").read_text("latin-1").splitlines():
                form, lemma = line.split()[:2]
                self._irregular.setdefault((part, form), lemma)
                if part == "v" and not form.endswith(("ing", "s")):
                    self._forms.setdefault((part, lemma, "ed"), form)
                if part == "n":
                    self._forms.setdefault((part, lemma, "s"), form)
        for line in (folder / "cntlist.rev").read_text("latin-1").splitlines():
            key, _, count = line.split()
            lemma, _, rest = key.partition("%")
            self._count[_SENSE_PARTS[rest[0]], lemma] += int(count)
        self.sense = cache(self._sense)

    def known(self, word: str) -> bool:
        """Whether `word`, in any form, means something that can be replaced."""
        return self.sense(word, 0.0) is not None

    def _read_index(self, part: str, path: Path) -> None:
        for line in path.read_text("latin-1").splitlines():
            if line.startswith(" "):
                continue
            fields = line.split()
            senses = int(fields[2])
            self._index[part, fields[0]] = [int(offset) for offset in fields[-senses:]]

    def _read_data(self, part: str, path: Path) -> None:
        for line in path.read_text("latin-1").splitlines():
            if line.startswith(" "):
                continue
            fields = line.partition(" | ")[0].split()
            count = int(fields[3], 16)
            words = tuple(w.partition("(")[0] for w in fields[4 : 4 + 2 * count : 2])
            at = 4 + 2 * count
            pointers = [fields[at + 1 + 4 * i : at + 5 + 4 * i] for i in range(int(fields[at]))]
            antonyms = tuple(
                (int(where[:2], 16), other.replace("s", "a"), int(offset), int(where[2:], 16))
                for sign, offset, other, where in pointers
                if sign == "!"
            )
            above = tuple((o.replace("s", "a"), int(n)) for sign, n, o, _ in pointers if sign in ("@", "@i"))
            below = tuple((o.replace("s", "a"), int(n)) for sign, n, o, _ in pointers if sign in ("~", "~i"))
            self._synsets[part, int(fields[0])] = _Synset(words, antonyms, above, below)

    def _sense(self, word: str, least: float = 0.0) -> Sense | None:
        """Return the sense of `word` as the part of speech that it mostly is, None where that is less than `least`."""
        low = word.lower()
        found: dict[str, tuple[str, str]] = {}
        for part in _PARTS:
            for lemma, ending in self._bases(part, low):
                if (part, lemma) in self._index:
                    found.setdefault(part, (lemma, ending))
        found = {part: one for part, one in found.items() if one[0] not in _NEVER}
        if not found:
            return None
        weights = {part: 1 + self._count[part, lemma] for part, (lemma, _) in found.items()}
        part = max(weights, key=lambda p: weights[p])
        if weights[part] < least * sum(weights.values()):
            return None
        lemma, ending = found[part]
        return Sense(part, lemma, ending, (part, self._index[part, lemma][0]))

    def _bases(self, part: str, word: str) -> list[tuple[str, str]]:
        if irregular := self._irregular.get((part, word)):
            return [(irregular, "ed" if part == "v" else "s" if part == "n" else "")]
        out = [(word, "")]
        for ending, base, kind in _ENDINGS[part]:
            if word.endswith(ending) and len(word) > len(ending) + 2:
                stem = word[: -len(ending)] + base
                out.append((stem, kind))
                if not base and len(stem) > 3 and stem[-1] == stem[-2] and kind != "s":
                    out.append((stem[:-1], kind))
        return out[1:] + out[:1] if (part, word) not in self._index else out

    def synonyms(self, word: str) -> list[str]:
        """Return words for the most frequent senses of `word`, inflected as it is; rare ones are left out."""
        sense = self.sense(word, 0.7)
        if sense is None:
            return []
        out = []
        for offset in self._index[sense.part, sense.lemma][:3]:
            for other in self._synsets[sense.part, offset].words:
                # A word stands for this sense only where it is one of its own first.
                own = self._index.get((sense.part, other.lower()), [])[:2]
                if other.lower() != sense.lemma and offset in own and self._known(sense.part, other, 2):
                    out.append(self.inflect(other, sense))
        return list(dict.fromkeys(out))

    def antonyms(self, word: str) -> list[str]:
        """Return words that mean the contrary, inflected as `word` is."""
        sense = self.sense(word)
        if sense is None:
            return []
        synset = self._synsets[sense.synset]
        place = next((i for i, w in enumerate(synset.words, 1) if w.lower() == sense.lemma), 0)
        return [
            self.inflect(self._synsets[part, offset].words[target - 1], sense)
            for source, part, offset, target in synset.antonyms
            if source == place and part == sense.part
        ]

    def sisters(self, word: str) -> list[str]:
        """Return words of other kinds of the same thing ("Italy" for "France", "hilltop" for "clifftop")."""
        sense = self.sense(word)
        if sense is None or sense.part not in "nv":
            return []
        out: list[str] = []
        own = {w.lower() for w in self._synsets[sense.synset].words}
        for above in self._synsets[sense.synset].above[:1]:
            below = self._synsets[above].below
            if len(below) > 400:
                continue
            for one in below:
                words = self._synsets[one].words
                out.extend(w for w in words[:1] if w.lower() not in own and self._known(sense.part, w, 2))
        return [self.inflect(w, sense) for w in out]

    def _known(self, part: str, word: str, least: int = 1) -> bool:
        return self._count[part, word.lower()] >= least or word[:1].isupper()

    def inflect(self, lemma: str, sense: Sense) -> str:
        """Return `lemma` with the ending of `sense`; of several words the first of a verb, the last of a noun."""
        words = lemma.split("_")
        if not sense.ending:
            return " ".join(words)
        at = 0 if sense.part == "v" else -1
        words[at] = self._form(sense.part, words[at], sense.ending)
        return " ".join(words)

    def _form(self, part: str, word: str, ending: str) -> str:
        if irregular := self._forms.get((part, word.lower(), ending)):
            return irregular
        if ending == "s":
            if word.endswith(("s", "x", "ch", "sh", "z")):
                return word + "es"
            return word[:-1] + "ies" if word.endswith("y") and word[-2:-1] not in _VOWELS else word + "s"
        if word.endswith("e"):
            return word + "d" if ending == "ed" else word[:-1] + "ing"
        if ending == "ed" and word.endswith("y") and word[-2:-1] not in _VOWELS:
            return word[:-1] + "ied"
        short = len(word) <= 4 and word[-1:] not in _VOWELS + "wxy" and word[-2:-1] in _VOWELS
        double = short and word[-3:-2] not in _VOWELS
        return word + (word[-1] if double else "") + ending
