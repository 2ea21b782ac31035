"""Finds direct identifiers: the structured types of HIPAA Safe Harbor, handles, initials and file names, with their owner."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from planner.checklist.late import Late
from planner.checklist.needles import at_places, haystack, probe
from planner.checklist.spans import Stretches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.checklist.needles import Haystack
    from planner.checklist.report import Profile

Owner = Literal["own", "public", "unknown"]


class Identifier(NamedTuple):
    """One identifier: its type, its span on the folded view, its text, and whose it is."""

    type: str
    start: int
    end: int
    text: str
    owner: Owner


_RECORD = (
    r"\b(?:MRN|chart|case|file|record|claim|policy|member|docket|booking|badge|inmate|alien|A(?=\s?#)|NHS|NDIS|ref|reference|account|acct|passport|medicare|medicaid|planner ref)"
    r"(?:\s?(?:no|number|num|id|ref)\b\.?)?\s?[:#]?\s?(?=[A-Z0-9/-]*\d{3})(?:[A-Z]{2,4}-)?[A-Z]{0,3}\d[A-Z0-9]*(?:[ /-](?:[A-Z]{2}-)?\d[A-Z0-9]*){0,3}\b"
)
_PATTERNS: tuple[tuple[str, Late], ...] = tuple(
    (name, Late(pattern, flags))
    for name, pattern, flags in (
        ("email", r"\b[\w.+'-]+@[\w-]+(?:\.[\w-]+)+\b", 0),
        ("url", r"(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE),
        ("file", r"\b[\w-]*[A-Za-z][\w-]*\.(?:jpe?g|png|heic|mp4|mov|m4a|mp3|pdf|docx?|xlsx?|gif|webp)\b", re.IGNORECASE),
        ("handle", r"(?<![\w.])@[A-Za-z]\w[\w.]*\w", 0),
        ("ssn", r"\b(?!000|666|9\d\d)\d{3}-(?!00)\d\d-(?!0000)\d{4}\b", 0),
        ("iban", r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}(?:\s?[A-Z0-9]{1,3})?\b", re.IGNORECASE),
        ("card", r"\b(?:\d[ -]?){12,18}\d\b", 0),
        (
            "ip",
            r"\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b|\b(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\b",
            re.IGNORECASE,
        ),
        (
            "record",
            _RECORD,
            re.IGNORECASE,
        ),
        (
            "license",
            r"\b(?:licen[cs]e|DL|driver'?s licen[cs]e|driving licen[cs]e)\s?(?:no|number|id|is|:|#)*\.?\s?[:#]?\s?(?=[A-Z0-9-]*\d{3})[A-Z0-9-]{5,}\b",
            re.IGNORECASE,
        ),
        (
            "plate",
            r"\b[A-Z]{2}\d{2}\s?[A-Z]{3}\b|\b(?:plates?|reg|rego|registration)\s(?:no\.?\s|number\s|plate\s)?[A-Z0-9]{2,4}[ -]?[A-Z0-9]{2,4}\b",
            0,
        ),
        ("device", r"\b(?:serial|IMEI|pump)\s?(?:no|number|id|#|:)*\.?\s?(?=[A-Z0-9-]*\d{4})[A-Z0-9-]{6,}\b", re.IGNORECASE),
        (
            "birth",
            r"\b(?:DOB|date of birth|born(?: on)?)\s?:?\s?(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{1,2}(?:st|nd|rd|th)?\s\w+\s\d{4}|\w+\s\d{1,2},?\s\d{4})",
            re.IGNORECASE,
        ),
        ("date", r"\b(?:\d{1,2}[/.]\d{1,2}[/.](?:19|20)?\d\d|(?:19|20)\d\d-\d\d-\d\d)\b", 0),
        (
            "phone",
            r"(?<![\w.,/$£€-])(?:\+\d{1,3}[ .-]?|00\d{1,3}-|1[ .-])?(?:\(\d{1,5}\)[ .-]?|\d{2,5}[ .-])\d{2,4}(?:[ .-]?\d{2,4}){1,3}(?:\s?(?:x|ext\.?)\s?\d{1,6})?(?!\w|%|-\d)",
            re.IGNORECASE,
        ),
        ("phone", r"(?<![\w.,/$£€-])(?:555[ -]?\d{4}|0\d{9,10}|\d{3}-\d{4})(?![\w%-])", 0),
        (
            "phone",
            r"(?<![\w.,/$£€-])(?:\d{9,11}|\d{2,5}[ .-]\d{2,3}[ .-]\d{2,3}(?:[ .-]\d{2,4})?)(?=\s?[-,]?\s?(?:office|fax|mobile|cell|phone|tel|home|work)\b)",
            re.IGNORECASE,
        ),
        ("unit", r"\b(?:suite|apt|apartment|p\.?\s?o\.? box|flat)\.?\s#?\d{1,5}\b", re.IGNORECASE),
        ("address", r"\b\d{1,4}\s(?:[A-Z][\w'.-]+\s){1,4}\d{1,4}\b", 0),
        (
            "zip",
            r"(?<=[A-Za-z][, ])\d{5}(?:-\d{4})?(?=\s|$|[.,?!\\])(?!\s(?:people|children|families|women|men|patients|clients|homes|calls|meals|kids|adults|students|workers|of|residents|per|dollars|members|votes|signatures))",
            0,
        ),
        ("zip", r"\b[A-Z]{2}\s\d{5}(?:-\d{4})?\b|\b\d{5}-\d{4}\b", 0),
        ("postcode", r"\b(?:[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}|[A-Z]\d[A-Z]\s\d[A-Z]\d)\b", 0),
        ("initials", r"(?<![\w.])(?:[A-Z]\.\s?){2,3}(?=$|[\s,;:!?)])|(?<=[-~] )[A-Z]\.(?=\s|$|,)|\b(?:Mr|Mrs|Ms|Miss)\.? [A-Z]\b(?!\w)", 0),
    )
)
_RUN = re.compile(r"\d+")
_FROM_DIGITS = frozenset({"ssn", "card", "date", "phone", "address"})
"""Types whose every pattern can only match where a run of digits begins, or at the `+` or `(` before it."""
_BEFORE_DIGITS = {"ip": (0,), "iban": (2,), "plate": (2,), "zip": (0, 3), "postcode": (1, 2)}
"""How many characters before a run of digits the patterns of other types can begin."""
_INITIAL = re.compile(r"[A-Z](?=\.)|M(?=(?:rs?|s|iss)\.? [A-Z])")
"""Where alone initials can begin."""
_SIGN = {"email": "@", "handle": "@"}
"""A sign that every match of a type holds."""
_FILE_END = re.compile(r"\.(?:jpe?g|png|heic|mp4|mov|m4a|mp3|pdf|docx?|xlsx?|gif|webp)\b", re.IGNORECASE)
_PLATE_WORDS = ("plate", "reg")
_PLATE_WORD = re.compile("plate|reg")
"""What else a plate begins with."""
_GROUPS = 7
"""How many colons an address of the newer internet protocol has."""
_CRISIS = Late(
    r"(?:^|\D)(?:988|9-8-8|911|999|112|116 ?123|13 ?11 ?14|741741|85258|50808|1737|0?8 ?0 ?[08]|1-?8(?:00|33|44|55|66|77|88)|14416|0300|1800|1300)(?:\D|$)"
)
_OFFICE = Late(
    r"\b(?:call|ring|phone|text|reach|contact|office|line|hotline|helpline|desk|intake|front desk|reception|clinic|practice|book|booking|rsvp|voicemail|fax|tel|recruitment|extension"
    r"|our number|number (?:is|for)|switchboard|details|info|enquiries|email|e-mail|apply|send|24/7|open right through|work phone|helplink|women's aid|samaritans"
    r"|(?-i:Trust|Association|Connect|Project|Foundation|Society|Support|Wish))\b",
    re.IGNORECASE,
)
_ROLES = (
    r"(?:info|hello|help|office|admin|contact|enquir(?:y|ies)|inquir(?:y|ies)|intake|referrals?|bookings?|events?|jobs?|hr|recruitment|careers|volunteers?|volunteering|donat(?:e|ions?)|giving|fundraising|partnerships?"
    r"|legal|press|media|comms|complaints?|feedback|training|membership|involvement|rides|support|team|reception|practice|clinic|supervision|advice|advocacy|welcome|housing|fostering|petition|campaigns?)"
)
_ROLE = Late(
    rf"{_ROLES}(?:[._+-]?(?:{_ROLES}|us|desk))?\d*@(?!(?:gmail|googlemail|yahoo|ymail|hotmail|outlook|live|msn|icloud|me|aol|gmx|proton|protonmail|mail|web)\.)",
    re.IGNORECASE,
)
"""What a mailbox of an office is called; one at a mail service for anybody may be anybody's."""
_POST = Late(
    r"@(?:(?:Rep|Sen|Cllr|Councill?or|Mayor|Gov|Governor|Minister|Senator|Premier|TD|MP)[A-Z_]\w+|\w*(?:Council|Police|Government|Parliament|University|Ministry|MP|TD))$"
    r"|@(?:rep|sen|cllr|mayor|gov|senator|councilor|councillor|minister)_\w+$"
)
"""What the account of an office or an office-holder is called."""
_HISTORIC = {
    "L.C.",
    "U.S.",
    "U.K.",
    "N.S.W.",
    "D.C.",
    "A.M.",
    "P.M.",
    "B.C.",
    "N.Y.",
    "N.C.",
    "S.C.",
    "N.D.",
    "S.D.",
    "L.A.",
    "P.S.",
    "J.D.",
    "M.D.",
    "B.A.",
    "M.A.",
    "T.V.",
    "A.A.",
    "N.A.",
    "I.D.",
    "C.S.",
}
_WINDOW = 60
_CARD_DIGITS = range(13, 20)
_PHONE_DIGITS = range(7, 16)


def find(text: str, profile: Profile | None) -> tuple[Identifier, ...]:
    """Return the identifiers of `text` (folded view), left to right and without overlap; the first type of the list wins."""
    found: list[Identifier] = []
    taken = Stretches()
    letters, begins = haystack(text), _begins(text)
    for type_, pattern in _PATTERNS:
        for match in _matches(type_, pattern, text, letters, begins):
            start, end = match.span()
            if taken.meets(start, end) or not _valid(type_, match[0]):
                continue
            taken.add(start, end)
            found.append(Identifier(type_, start, end, match[0], owner_of(type_, match[0], text, start, profile)))
    return tuple(sorted(found, key=lambda one: one.start))


def _begins(text: str) -> dict[str, list[int]]:
    """Return where alone the patterns of a type can begin, for those types for which that is known from the text."""
    runs = [run.start() for run in _RUN.finditer(text)]
    numbers = [at for first in runs for at in ((first - 1, first) if text[first - 1 : first] in {"+", "("} else (first,))]
    begins = dict.fromkeys(_FROM_DIGITS, numbers)
    begins["initials"] = [hint.start() for hint in _INITIAL.finditer(text)]
    for type_, back in _BEFORE_DIGITS.items():
        if type_ != "ip" or text.count(":") < _GROUPS:
            places = {at - far for at in runs for far in back if far <= at}
            if type_ == "plate" and any(word in text for word in _PLATE_WORDS):
                places.update(hint.start() for hint in _PLATE_WORD.finditer(text))
            begins[type_] = sorted(places)
    return begins


def _matches(type_: str, pattern: Late, text: str, letters: Haystack, begins: Mapping[str, list[int]]) -> list[re.Match[str]]:
    """Return the matches of a pattern, looked for only where they can begin."""
    if type_ in begins:
        return at_places(pattern.made, text, begins[type_]) if begins[type_] else []
    if _SIGN.get(type_, "") not in text or (type_ == "file" and not _FILE_END.search(text)):
        return []
    tried = probe(pattern.pattern)
    return letters.matches(tried, pattern.made, text) if letters.may_hold(tried) else []


def expressions() -> list[str]:
    """Return the patterns that are looked up in the list of needles."""
    return [pattern.pattern for _, pattern in _PATTERNS]


def _valid(type_: str, text: str) -> bool:
    """Apply the checks that a shape alone cannot: check digits, ranges, known abbreviations."""
    digits = [int(char) for char in text if char.isdecimal()]
    if type_ == "card":
        return len(digits) in _CARD_DIGITS and luhn(digits)
    if type_ == "iban":
        return iban(text)
    if type_ == "phone":
        return len(digits) in _PHONE_DIGITS and not re.fullmatch(r"(?:19|20)\d\d\s?-\s?(?:19|20)?\d\d", text)
    if type_ == "initials":
        return text.strip().upper() not in _HISTORIC
    return True


def luhn(digits: list[int]) -> bool:
    """Tell whether the digits pass the check of payment card numbers."""
    doubled = [digit if place % 2 == 0 else (digit * 2 - 9 if digit > 4 else digit * 2) for place, digit in enumerate(reversed(digits))]  # noqa: PLR2004 - the check's own rule
    return sum(doubled) % 10 == 0


def iban(text: str) -> bool:
    """Tell whether `text` passes the ISO 13616 check (remainder 1 by 97)."""
    plain = re.sub(r"\s", "", text).upper()
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1


def owner_of(type_: str, text: str, whole: str, start: int, profile: Profile | None) -> Owner:
    """Tell whether an identifier is the account's own, an office's or a crisis line's, or an unknown person's."""
    if profile is not None and _own(type_, text, profile):
        return "own"
    if type_ == "phone" and (_CRISIS.search(text) or _OFFICE.search(whole[max(0, start - _WINDOW) : start])):
        return "public"
    if (type_ == "email" and _ROLE.match(text)) or (type_ == "handle" and _POST.match(text)):
        return "public"
    if type_ == "url" or (type_ == "email" and (text.endswith(".gov") or _OFFICE.search(whole[max(0, start - _WINDOW) : start]))):
        return "public"
    return "unknown"


def _own(type_: str, text: str, profile: Profile) -> bool:
    plain = text.lower()
    if type_ == "phone":
        number = re.sub(r"\D", "", text)
        return any(number.endswith(re.sub(r"\D", "", own)[-7:]) for own in profile.phones if own)
    if type_ == "email":
        return plain in {one.lower() for one in profile.emails} or any(plain.endswith("@" + domain.lower()) for domain in profile.domains)
    if type_ == "url":
        return any(domain.lower() in plain for domain in profile.domains)
    if type_ == "handle":
        return plain.lstrip("@") in {one.lower().lstrip("@") for one in profile.handles}
    return any(own.lower() in plain or plain in own.lower() for own in profile.addresses if own)


def parts_of_file_name(name: str) -> Iterator[str]:
    """Yield the words of a media file name: `IMG_2041_Jaylen_Ortiz.jpg` gives img, jaylen and ortiz."""
    for part in re.split(r"[\W_\d]+", name.rsplit(".", 1)[0]):
        for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+", part):
            yield word.lower()
