"""Personal data: recognisers with checksums, so that a part number is not taken for a credit card.

value = places found in question and answer; the detail counts them by kind and never repeats them.

    credit_card  13 to 19 digits that pass Luhn's check (ISO/IEC 7812-1, annex B)
    iban         country, check digits, account: remainder 1 modulo 97 (ISO 13616-1)
    us_ssn       AAA-GG-SSSS with an area, group and serial that are given out
    email, phone, ip_address, mac_address   by their form; addresses as `ipaddress` reads them
"""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from processors.curation.sample import Sample, Score

NAME = "pii"
VERSION = "1"
MODES = ("count", "replace", "reject")


@dataclass(frozen=True, slots=True)
class Finding:
    """A place in a text, in characters."""

    kind: str
    start: int
    end: int


def luhn(text: str) -> bool:
    """Whether the digits pass Luhn's check."""
    digits = [int(letter) for letter in text if letter.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def iban(text: str) -> bool:
    """Whether the letters and digits are an account number: remainder 1 modulo 97."""
    plain = "".join(text.split()).upper()
    if not 15 <= len(plain) <= 34:
        return False
    moved = plain[4:] + plain[:4]
    return int("".join(str(int(letter, 36)) for letter in moved)) % 97 == 1


def ssn(text: str) -> bool:
    """Whether such a number is given out: no area 000, 666 or 9xx, no group 00, no serial 0000."""
    area, group, serial = text.split("-")
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def address(text: str) -> bool:
    """Whether it is an IP address that can be somebody's: not 0.0.0.0, a loopback or a documentation address."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (found.is_unspecified or found.is_loopback or found.is_multicast)


def phone(text: str) -> bool:
    """Whether it has as many digits as a number with its area (E.164: at most 15), and is no date or decimal."""
    digits = sum(letter.isdigit() for letter in text)
    return 9 <= digits <= 15 and not re.fullmatch(r"\d{4}[-. ]\d\d[-. ]\d\d.*", text)


RECOGNISERS: Mapping[str, tuple[re.Pattern[str], Callable[[str], bool]]] = {
    "email": (
        re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b"),
        lambda text: True,
    ),
    "iban": (re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"), iban),
    "credit_card": (re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])"), luhn),
    "us_ssn": (re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"), ssn),
    "mac_address": (re.compile(r"\b[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}\b"), lambda text: True),
    "ip_address": (
        re.compile(r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{1,4})(?![\w.:])"),
        address,
    ),
    "phone": (
        re.compile(r"(?<![\w.-])(?<!\d )(?:\+\d{1,3}[ .-]?(?:\(0?\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,4}){2,4}"
                   r"|\(\d{2,5}\) ?\d{3,4}[ .-]?\d{3,5}"
                   r"|0\d{1,4}[ /-]\d{3,4}[ -]?\d{3,5}|\d{3}[.-]\d{3}[.-]\d{4})(?![\w-]| \d)"),
        phone,
    ),
}  # fmt: skip


def find(text: str) -> list[Finding]:
    """Places in order; where two recognisers meet, the one listed first has it."""
    found: list[Finding] = []
    for kind, (pattern, check) in RECOGNISERS.items():
        for match in pattern.finditer(text):
            start, end = match.span()
            if check(match.group()) and not any(one.start < end and start < one.end for one in found):
                found.append(Finding(kind, start, end))
    return sorted(found, key=lambda one: one.start)


def replaced(text: str, places: Callable[[str], list[Finding]] = find) -> str:
    """The text with ``[EMAIL]`` and the like in place of what was found."""
    return "".join(_parts(text, places(text)))


def _parts(text: str, found: list[Finding]) -> Iterator[str]:
    end = 0
    for one in found:
        yield text[end : one.start]
        yield f"[{one.kind.upper()}]"
        end = one.end
    yield text[end:]


def score(sample: Sample, places: Callable[[str], list[Finding]] = find) -> Score:
    """Return how many places were found; the detail counts them by kind."""
    texts = (sample.question, sample.answer, *sample.turns)
    counted = Counter(one.kind for text in dict.fromkeys(texts) for one in places(text))
    return Score(sample.sample_id, NAME, VERSION, float(counted.total()), dict(sorted(counted.items())))
