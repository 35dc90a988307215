"""How hard a text is to read: the grade of Flesch and Kincaid (1975), with syllables counted by rule."""

import re

WORD = re.compile(r"[A-Za-z]+(?:['\u2019][A-Za-z]+)*")
# A heading is read as a heading, and an address is not read at all.
SILENT = re.compile(r"^#+ .*$|\]\([^)]*\)", re.MULTILINE)
# A sentence ends with its stop, and an item of a list or a paragraph with its end.
END = re.compile(r"[.!?]+(?=\W*\s|\W*$)|\n\s*(?=[-*\n])|\Z")
VOWELS = re.compile(r"[aeiouy]+")
# The i of “calcium” and “radiologist” is a syllable of its own, that of “patient's action” is not.
OWN_I = re.compile(r"(?<![ts])i(?=[aou])|i(?=um)")
MUTE_END = re.compile(r"(?<![aeiouy])(?:(?<![^aeiouy]l)e|(?<![szxcg])(?<!ch)(?<!sh)(?<![^aeiouy]l)es|(?<![td])ed)$")


def count_syllables(word: str) -> int:
    """Groups of vowels, with an i before a, o or u on its own, without a mute e, es or ed at the end; one at least."""
    word = re.sub(r"['\u2019]", "", word.lower())
    return max(1, len(VOWELS.findall(MUTE_END.sub("", word))) + len(OWN_I.findall(word)))


def split_sentences(text: str) -> list[list[str]]:
    """Of Markdown: the words of each sentence."""
    return [words for part in END.split(SILENT.sub("", text)) if (words := WORD.findall(part))]


def get_grade(text: str) -> float:
    """The year of an American school in which it is understood."""
    sentences = split_sentences(text)
    words = [word for sentence in sentences for word in sentence]
    syllables = sum(map(count_syllables, words))
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59
