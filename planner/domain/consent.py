"""Consent to tell a story: what was agreed, for which uses, until when; and what a story may rest upon."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from planner.domain.errors import Invalid, NotReady

if TYPE_CHECKING:
    from datetime import date, datetime

Basis = Literal["consent", "composite"]
BASES: tuple[Basis, ...] = ("consent", "composite")

_POINTER, _TEXT = 60, 500


@dataclass(frozen=True, slots=True)
class Consent:
    """One signed consent. `pointer` says where the paper lies (a record number), never who it is; `uses` lists what was agreed to.

    The three things that make a consent informed are told to the person and ticked here: the uses, the risks (a post can be copied and
    found for ever), and how to take it back.
    """

    id: str
    pointer: str
    uses: tuple[str, ...]
    given_on: date
    expires_on: date | None
    written: bool
    risks_told: bool
    withdrawal_told: bool
    by: str
    at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_why: str = ""


@dataclass(frozen=True, slots=True)
class StoryBasis:
    """What one story rests upon: a consent, or the honest statement that it is a composite of many people."""

    post_id: str
    basis: Basis
    consent_id: str | None
    by: str
    at: datetime


def check_consent(consent: Consent, today: date) -> Consent:
    """Return the consent with tidy words; raise Invalid naming the first thing that is missing."""
    pointer = " ".join(consent.pointer.split())
    uses = tuple(dict.fromkeys(use for use in (" ".join(use.split()) for use in consent.uses) if use))
    if not pointer or len(pointer) > _POINTER:
        raise Invalid(
            "pointer", f"Say where the signed form lies, in at most {_POINTER} characters: a record number, never the person's name."
        )
    if not uses or any(len(use) > _TEXT for use in uses):
        raise Invalid("uses", "Name at least one use that the person agreed to, such as “our Facebook page” or “annual report”.")
    if not consent.written:
        raise Invalid("written", "Only a signed form counts. A spoken yes hides how hard it can be to say no to somebody who helps you.")
    if not consent.risks_told:
        raise Invalid("risks", "Tell the person the risks first: a post can be copied, found and recognized for ever.")
    if not consent.withdrawal_told:
        raise Invalid("withdrawal", "Tell the person first how to take the consent back, and that copies may stay.")
    if consent.given_on > today:
        raise Invalid("given_on", "The form cannot have been signed after today. Check the date.")
    if consent.expires_on is not None and consent.expires_on <= consent.given_on:
        raise Invalid("expires_on", "The consent has to end after the day on which it was given.")
    return replace(consent, pointer=pointer, uses=uses)


def withdraw(consent: Consent, at: datetime, why: str) -> Consent:
    """Return the consent taken back; raise NotReady when it was already."""
    if consent.withdrawn_at is not None:
        raise NotReady("This consent was withdrawn already. What depends on it is held.")
    return replace(consent, withdrawn_at=at, withdrawn_why=" ".join(why.split())[:_TEXT])


def story_problem(basis: StoryBasis | None, consent: Consent | None, today: date) -> str:
    """Return the sentence that stops a story, or nothing when it rests upon something that holds today."""
    if basis is None:
        return "A story needs a consent record, or your word that it is a composite of many people. Choose one in the composer."
    if basis.basis == "composite":
        return ""
    if consent is None:
        return "The consent that this story rests upon is not in the register any more. Choose another one in the composer."
    if consent.withdrawn_at is not None:
        return "The consent for this story was withdrawn. Take the post down where it is live, and do not send it again."
    if consent.expires_on is not None and consent.expires_on <= today:
        return "The consent for this story has ended. Ask the person again before it goes out."
    return ""
