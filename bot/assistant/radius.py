"""Reads how far from a place is near enough: in miles, in kilometres, in the time a drive takes."""

import re

KM_IN_MILES = 0.621371
MILES_AN_HOUR = 40.0  # of a drive from door to door, by motorway and through town

_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10, "twelve": 12, "fifteen": 15,
    "twenty": 20, "twenty-five": 25, "thirty": 30, "forty": 40, "forty-five": 45, "fifty": 50, "sixty": 60, "ninety": 90, "hundred": 100,
    "a hundred": 100, "half an": 0.5, "half": 0.5, "a couple of": 2,
}  # fmt: skip
_NUMBER = (
    r"(?P<number>\d{1,4}(?:\.\d)?|" + "|".join(sorted(map(re.escape, _NUMBERS), key=len, reverse=True)) + ")"
)
_UNIT = r"(?P<unit>miles?|mi|kilomet(?:re|er)s?|kms?|hours?|hrs?|minutes?|mins?)"
_AT_MOST = r"(?:\b(?:with)?in|\bup to|\bless than|\bunder|\bnot more than|\bno more than|\bn(?:o|ot) (?:further|farther|greater) than|\bat most|\bmax(?:imum)?(?: of)?|\babout|\baround|\broughly|\bapprox(?:imately)?)"
_DRIVE = r"(?:['’]s?)?(?:\s+or so|\s+max(?:imum)?)?(?:[\s-]+(?:radius|drive|driving|travel|commute|journey|by car|by train))?(?:\s+(?:time|distance))?"
_OF = re.compile(
    rf"(?:{_AT_MOST}\s+){{0,3}}(?:(?:a |the )?\b(?:radius|distance|circle) of\s+(?:about |around |up to )?)?(?<!\w)(?:an?\s+)?(?<!\w){_NUMBER}[\s-]?{_UNIT}\b{_DRIVE}\s*(?:of|from|around|round|away from|to)\s+",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    rf"[,(+]*\s*(?:{_AT_MOST}\s+){{0,3}}(?:\b(?:radius of|distance of)\s+)?(?<!\w)(?:an?\s+)?(?<!\w){_NUMBER}[\s-]?{_UNIT}\b{_DRIVE}(?:\s+(?:away|radius|or less|max(?:imum)?|tops))?\)?",
    re.IGNORECASE,
)
_SAYS_MOST = re.compile(
    r"\b(?:within|up to|under|less than|no more|not more|max|radius|drive|away|tops|or less)\b|[(+]",
    re.IGNORECASE,
)


def radii_in(text: str) -> dict[int, tuple[int, float]]:
    """Where each "within 20 miles of …" ends: where it begins, and how many miles it is."""
    return {found.end(): (found.start(), miles_of(found)) for found in _OF.finditer(text)}


def loose_radius_in(text: str) -> tuple[str, float] | None:
    """The text without "within 20 miles", "(20 mile radius)", said behind its place, and how many miles that is."""
    for found in _LOOSE.finditer(text):
        ends = not text[found.end() :].strip(" .,;:?!)")
        if _SAYS_MOST.search(found[0]) or (ends and not found["unit"].lower().startswith(("h", "min"))):
            return f"{text[: found.start()]} {text[found.end() :]}", miles_of(found)
    return None


def miles_of(found: re.Match[str]) -> float:
    said, unit = " ".join(found["number"].lower().split()), found["unit"].lower()
    number = _NUMBERS.get(said) or float(said)
    if unit.startswith("k"):
        return number * KM_IN_MILES
    if unit.startswith("h"):
        return number * MILES_AN_HOUR
    return number * MILES_AN_HOUR / 60 if unit.startswith("min") else number
