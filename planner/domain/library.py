"""The content bank's values: items with the day of their last check, source records of a post, pillars and what became of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote_plus, urlsplit

from planner.domain.errors import Invalid
from planner.domain.schedule import spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.domain.post import PostType, Purpose

Kind = Literal["template", "quote", "resource", "service", "app", "reply", "disclaimer"]
KINDS: tuple[Kind, ...] = ("template", "quote", "resource", "service", "app", "reply", "disclaimer")
Tier = Literal["journal", "government", "organization", "news", "other"]
TIERS: tuple[Tier, ...] = ("journal", "government", "organization", "news", "other")
SourceKind = Literal["statistic", "article"]
SOURCE_KINDS: tuple[SourceKind, ...] = ("statistic", "article")
LITERACY = "media-literacy"
"""The category of posts on checking sources and on charged content."""

HELP_LINE = "help-line"
"""The category of lines that people call in a crisis; they come from `crisis_lines.toml` and stand on a shelf of their own."""

UNVERIFIED = "unverified, check before you use it"
"""What stands beside every help line and emergency number that nobody has called or looked up yet."""

REVIEW = timedelta(days=365)
SHORT_REVIEW = timedelta(days=182)
"""Help lines change oftener than articles: resources and services that people call in a crisis."""

FIELDS: dict[Kind, dict[str, str]] = {
    "template": {},
    "quote": {"author": "who said it", "work": "where it stands (work and year)"},
    "resource": {"url": "its address"},
    "service": {"region": "the region it serves", "contact": "how to reach it", "url": "its address"},
    "app": {
        "privacy": "what it does with people's data",
        "evidence": "what speaks for it",
        "cost": "what it costs",
        "age": "from which age",
        "url": "its address",
    },
    "reply": {"channel": "the other channel that it names"},
    "disclaimer": {},
}
"""What an item of each kind has to tell, in words for people."""

TYPE_FIELDS: dict[str, dict[str, str]] = {
    "resource": {"url": "Address", "checked": "Opened last on"},
    "event": {"starts": "Starts (with the zone)", "place": "Place", "access": "Getting in: step-free, online, transport"},
    "petition": {"target": "Whom it asks", "ask": "What it asks for", "url": "Where to sign", "deadline": "By when"},
}
"""What a post of each type has to tell; the words of the finding stand in the rule file."""

_MOST = 5_000


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the bank. Without `checked_on` nobody has checked it; `dead` says that the last check failed.

    `shipped` came with the product; checking or changing one keeps a copy under the same id.
    """

    id: str
    kind: Kind
    title: str
    text: str
    purpose: Purpose = "educate"
    type: PostType = "plain"
    category: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    checked_on: date | None = None
    review_on: date | None = None
    dead: bool = False
    shipped: bool = False
    archived: bool = False
    by: str = ""
    at: datetime | None = None
    version: int = 1

    @property
    def url(self) -> str:
        """Return the item's address, or nothing."""
        return self.fields.get("url", "")

    def due(self, today: date) -> str:
        """Return why the item has to be checked before it is used, as the end of a sentence; nothing when it need not."""
        if self.dead:
            return "its address did not work at the last check"
        if self.checked_on is None:
            return UNVERIFIED if self.category == HELP_LINE else "nobody has checked it yet"
        if self.review_on is not None and self.review_on < today:
            return f"the check was due on {spoken(self.review_on)}"
        return ""

    def for_post(self) -> str:
        """Return the words that go into a draft."""
        if self.kind == "quote":
            return f"“{self.text}”\n\n- {self.fields.get('author', '')}, {self.fields.get('work', '')}"
        if self.kind == "service":
            return "\n".join(part for part in (self.text, self.fields.get("contact", ""), self.url) if part)
        return "\n".join(part for part in (self.text, self.url) if part)


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """Where a claim of a post comes from. `published` is its own date, `read_on` the day the author read it."""

    id: str
    post_id: str
    title: str
    tier: Tier
    kind: SourceKind
    by: str
    at: datetime
    url: str = ""
    published: date | None = None
    read_on: date | None = None
    verdict: str = ""
    verdict_on: date | None = None


@dataclass(frozen=True, slots=True)
class PostNote:
    """What the bank keeps beside a post: its pillar and the fields of its type; readers never see them."""

    post_id: str
    pillar: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ItemUse:
    """An item that went into a post, and when."""

    post_id: str
    item_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Pillar:
    """One kind of content with its target share in percent; posts without a pillar count to the first one of their purpose."""

    id: str
    name: str
    share: int
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class Portion:
    """A pillar against what went out: how many posts, and their share in percent (None while there is no post)."""

    pillar: Pillar
    posts: int
    actual: float | None


STARTER = (
    Pillar("educate", "Educate", 50, "educate"),
    Pillar("thank", "Thank and lift others up", 20, "thank"),
    Pillar("story", "Tell stories", 10, "story"),
    Pillar("ask", "Ask for something", 20, "ask"),
)


def check_item(item: Item) -> Item:
    """Return the item trimmed, with its next review set, or raise Invalid naming the field that is missing."""
    given = {name: value.strip() for name, value in item.fields.items() if value.strip()}
    trimmed = replace(item, title=" ".join(item.title.split()), text=item.text.strip(), source=item.source.strip(), fields=given)
    if item.kind not in KINDS:
        raise Invalid("kind", f"Choose one of: {', '.join(KINDS)}.")
    if not trimmed.title:
        raise Invalid("title", "Give it a name, so that it can be found again.")
    if not trimmed.text:
        raise Invalid("text", "Write the words that are to go into a post.")
    if len(trimmed.text) > _MOST or len(trimmed.title) > _MOST:
        raise Invalid("text", f"At most {_MOST:,} characters, please.")
    missing = [words for name, words in FIELDS[item.kind].items() if name not in given]
    if missing:
        raise Invalid("fields", f"Still missing: {', '.join(missing)}.")
    if trimmed.kind in ("resource", "service", "app") and not trimmed.source:
        raise Invalid("source", "Say who stands behind it.")
    _check_address(trimmed.url)
    if trimmed.checked_on is not None and trimmed.review_on is None:
        trimmed = replace(trimmed, review_on=trimmed.checked_on + (SHORT_REVIEW if trimmed.kind == "service" else REVIEW))
    return trimmed


def check_source(record: SourceRecord) -> SourceRecord:
    """Return the record trimmed, or raise Invalid naming what is wrong."""
    trimmed = replace(record, title=" ".join(record.title.split()), url=record.url.strip(), verdict=" ".join(record.verdict.split()))
    if not trimmed.title:
        raise Invalid("title", "Name the source: its title, and who wrote it.")
    if len(trimmed.title) > _MOST or len(trimmed.verdict) > _MOST:
        raise Invalid("title", f"At most {_MOST:,} characters, please.")
    if record.tier not in TIERS:
        raise Invalid("tier", f"Choose one of: {', '.join(TIERS)}.")
    if record.kind not in SOURCE_KINDS:
        raise Invalid("kind", f"Choose one of: {', '.join(SOURCE_KINDS)}.")
    if bool(trimmed.verdict) != (record.verdict_on is not None):
        raise Invalid("verdict", "What you found and the day you looked belong together: give both, or neither.")
    _check_address(trimmed.url)
    return trimmed


def check_pillars(pillars: Iterable[Pillar]) -> tuple[Pillar, ...]:
    """Return the pillars, or raise Invalid unless they have names of their own and come to a hundred percent."""
    found = tuple(replace(pillar, name=" ".join(pillar.name.split())) for pillar in pillars)
    names = [pillar.name.casefold() for pillar in found]
    if not found or not all(names) or len(set(names)) < len(names):
        raise Invalid("name", "Give each pillar a name of its own.")
    if any(not 0 <= pillar.share <= 100 for pillar in found) or sum(pillar.share for pillar in found) != 100:  # noqa: PLR2004 - percent
        raise Invalid("share", f"The shares come to {sum(pillar.share for pillar in found)} %; they have to come to 100 %.")
    return found


def portions(pillars: tuple[Pillar, ...], posts: Iterable[tuple[str, Purpose]]) -> tuple[Portion, ...]:
    """Return each pillar with what went out; `posts` are (pillar id or nothing, purpose) each."""
    counts = dict.fromkeys((pillar.id for pillar in pillars), 0)
    for chosen, purpose in posts:
        own = chosen if chosen in counts else next((pillar.id for pillar in pillars if pillar.purpose == purpose), "")
        if own:
            counts[own] += 1
    total = sum(counts.values())
    return tuple(Portion(one, counts[one.id], 100 * counts[one.id] / total if total else None) for one in pillars)


def check_links(claim: str) -> tuple[tuple[str, str], ...]:
    """Return (name, address) of searches for a claim at fact-checking desks; nothing is opened here."""
    words = quote_plus(" ".join(claim.split())[:200])
    if not words:
        return ()
    return (
        ("Snopes", f"https://www.snopes.com/search/?q={words}"),
        ("FactCheck.org", f"https://www.factcheck.org/search/#gsc.tab=0&gsc.q={words}"),
    )


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        whole = False
    if url and not (whole and len(url) <= _MOST and not any(sign.isspace() for sign in url)):
        raise Invalid("url", "That is no web address. Write it as https://example.org/page.")
