"""A post: one base content, a variant per account, and the digests that approvals are bound to."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from planner.domain.errors import Missing

if TYPE_CHECKING:
    from datetime import datetime

Purpose = Literal["educate", "thank", "story", "ask"]
PostType = Literal["plain", "statistic", "quote", "story", "resource", "event", "petition", "long-form"]
PostState = Literal["draft", "in_review", "returned", "ready", "archived"]

_HEADLINE = 60
_SPLIT = re.compile(r"^[ \t]*---[ \t\r]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class MediaRef:
    """One image of a post: the SHA-256 of its bytes, what it shows (`alt`), or why it goes without (`waiver`)."""

    digest: str
    name: str
    mime: str
    size: int
    alt: str = ""
    waiver: str = ""
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class LinkCard:
    """A link with the author's own title and description."""

    url: str
    title: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What goes out. A line that holds only `---` starts the next part of a thread."""

    text: str = ""
    title: str = ""
    media: tuple[MediaRef, ...] = ()
    link: LinkCard | None = None
    content_warning: str = ""
    langs: tuple[str, ...] = ("en",)
    visibility: str = ""
    reply_control: str = ""
    first_comment: str = ""

    @property
    def segments(self) -> tuple[str, ...]:
        """Return the thread's parts (one for a plain post), trimmed, empty ones left out."""
        if "---" not in self.text:
            return (self.text.strip(),)
        parts = tuple(part.strip() for part in _SPLIT.split(self.text))
        return tuple(part for part in parts if part) or ("",)

    @property
    def digest(self) -> str:
        """Return the SHA-256 of everything a reader would see, hex; the same for the same content on every machine."""
        return _sha(_canonical(self))


@dataclass(frozen=True, slots=True)
class PostVariant:
    """The content for one account; None follows the base."""

    account_id: str
    content: Content | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """A post with its accounts. `version` rises with every saved change."""

    id: str
    base: Content
    variants: tuple[PostVariant, ...]
    created_by: str
    created_at: datetime
    updated_at: datetime
    purpose: Purpose = "educate"
    type: PostType = "plain"
    labels: tuple[str, ...] = ()
    campaign: str = ""
    state: PostState = "draft"
    demo: bool = False
    version: int = 1

    @property
    def account_ids(self) -> tuple[str, ...]:
        """Return the accounts that this post is written for, in order."""
        return tuple(variant.account_id for variant in self.variants)

    def content_for(self, account_id: str) -> Content:
        """Return what this account would publish; raise Missing when the post is not for it."""
        for variant in self.variants:
            if variant.account_id == account_id:
                return variant.content or self.base
        raise Missing("This post has no variant for that account. Add the account in the composer first.")

    def digest_for(self, account_id: str) -> str:
        """Return the digest that an approval is bound to: the exact content and the account."""
        return _sha(f"[{json.dumps(account_id)},{_canonical(self.content_for(account_id))}]")

    @property
    def headline(self) -> str:
        """Return the first words, for lists: at most 60 characters."""
        return first_words(self.base.title or self.base.text)


def first_words(text: str) -> str:
    """Return the first whole words of a text in one line: at most 60 characters."""
    words = " ".join(text.split())
    if len(words) <= _HEADLINE:
        return words
    cut = words[:_HEADLINE]
    whole = cut.rpartition(" ")[0] if " " in cut[_HEADLINE // 2 :] else cut[:-1]
    return whole.rstrip(" ,;:.") + "…"


def edit(post: Post, *, base: Content, variants: tuple[PostVariant, ...], at: datetime) -> Post:
    """Return the post with new content: one version on, and a draft again when anything that a reader sees has changed."""
    after = replace(post, base=base, variants=variants, updated_at=at, version=post.version + 1)
    same = post.account_ids == after.account_ids and all(post.digest_for(key) == after.digest_for(key) for key in after.account_ids)
    return after if same else replace(after, state="draft")


_FIELDS = tuple(field.name for field in fields(Content))
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode


@lru_cache(maxsize=256)
def _canonical(content: Content) -> str:
    """Return a content as canonical JSON. The same content is asked for several times in a row: by the gate, by each account."""
    plain = {name: getattr(content, name) for name in _FIELDS}
    plain["media"] = [asdict(ref) for ref in content.media]
    plain["link"] = content.link and asdict(content.link)
    return _encode(plain)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
