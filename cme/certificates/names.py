"""Whose form of the Han characters a name is printed in."""

from accounts.names import scripts_of

HAN_BY_ZONE = {
    "Asia/Tokyo": "JP",
    "Asia/Seoul": "KR",
    "Asia/Pyongyang": "KR",
    "Asia/Taipei": "TC",
    "Asia/Hong_Kong": "HK",
    "Asia/Macau": "HK",
}


def han_variant(name: str, time_zone: str) -> str:
    """Whose form of the Han characters to print: Unicode gives one number to shapes that differ between countries.

    Kana and Hangul tell; for a name in Han alone the learner's time zone does, and anywhere else it is mainland China's
    form.
    """
    scripts = scripts_of(name)
    if scripts & {"HIRAGANA", "KATAKANA"}:
        return "JP"
    if "HANGUL" in scripts:
        return "KR"
    return HAN_BY_ZONE.get(time_zone, "SC")
