"""What a platform's facts say about a variant: use of the limits, and everything that keeps it from going out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from connectors import counting
from connectors.base import Measure, Problem
from connectors.wording import link_in_text, media_problems, texts

if TYPE_CHECKING:
    from decimal import Decimal

    from connectors.base import Capabilities, PartMeasure, Variant
    from connectors.facts import Facts


def final_texts(facts: Facts, rules: Capabilities, variant: Variant) -> tuple[str, ...]:
    """Return the text of each part as it will stand on the platform; a first comment that is a reply to oneself is the last part."""
    words = texts(variant, with_link=link_in_text(facts.link, rules.mode, variant))
    replies = rules.first_comment == "reply" and rules.thread and rules.mode != "hand"
    return (*words, variant.first_comment) if variant.first_comment and replies else words


def measure(facts: Facts, rules: Capabilities, variant: Variant) -> Measure:
    """Return the verdict on a variant; the unit is the platform's own."""
    words = final_texts(facts, rules, variant)
    warning = counting.graphemes(variant.content_warning or "") if facts.warning_counts else 0
    parts = tuple(_longer(counting.measure(text, rules.length), warning) for text in words)
    problems = [
        *_length_problems(parts, facts.title),
        *_content_problems(facts, rules, variant, words),
        *_choice_problems(rules, variant),
        *media_problems(variant.media, rules.media),
    ]
    return Measure(rules.length.unit, parts, tuple(problems), _cost(facts, rules, variant, words))


def _longer(part: PartMeasure, more: int) -> PartMeasure:
    return replace(part, used=part.used + more)


def _length_problems(parts: tuple[PartMeasure, ...], title: str) -> list[Problem]:
    found = []
    for number, part in enumerate(parts, start=1):
        if counting.too_long(part):
            where = f"Part {number} is" if len(parts) > 1 else "The text is"
            found.append(
                Problem("text", f"{where} too long for {title}: {_use(part)}. Shorten it, or split it with a line that holds only ---.")
            )
    return found


def _use(part: PartMeasure) -> str:
    if part.used > part.limit:
        return f"{part.used} of {part.limit}"
    return f"{part.bytes_used} of {part.bytes_limit} bytes"


def _content_problems(facts: Facts, rules: Capabilities, variant: Variant, words: tuple[str, ...]) -> list[Problem]:
    found = _comment_problems(rules, variant)
    if len(words) > 1 and not rules.thread:
        found.append(Problem("text", f"{facts.title} has no threads here. Take out the lines that hold only ---."))
    if any(not text.strip() for text in words) and not (variant.media and len(words) == 1):
        found.append(Problem("text", "There is no text. Write one."))
    if facts.needs_title and not (variant.title or "").strip():
        found.append(Problem("title", f"{facts.title} needs a title. Write one."))
    if facts.title_limit is not None and len(variant.title or "") > facts.title_limit:
        found.append(
            Problem("title", f"The title has {len(variant.title or '')} characters, the limit is {facts.title_limit}. Shorten it.")
        )
    if facts.needs_image and not variant.media:
        found.append(Problem("media", f"{facts.title} takes no post without an image. Add one."))
    return found


def _comment_problems(rules: Capabilities, variant: Variant) -> list[Problem]:
    """A first comment that nobody would post is said here, and never left away in silence."""
    if not variant.first_comment:
        return []
    if not rules.first_comment:
        return [Problem("first_comment", f"{rules.title} has no first comment. Put it into the text, and leave the field empty.")]
    if rules.mode != "hand" and not (rules.first_comment == "reply" and rules.thread):
        return [
            Problem("first_comment", f"{rules.title} takes no first comment by itself. Put it into the text, or post this account by hand.")
        ]
    return []


def _choice_problems(rules: Capabilities, variant: Variant) -> list[Problem]:
    found = []
    if variant.content_warning and not rules.content_warning:
        reason = f"{rules.title} has no content warning. Put it into the first line of the text, and leave the field empty."
        found.append(Problem("content_warning", reason))
    if variant.visibility and variant.visibility != "public" and variant.visibility not in rules.visibility:
        found.append(
            Problem("visibility", f"{rules.title} cannot post as {variant.visibility}. Choose {_choices(('public', *rules.visibility))}.")
        )
    if variant.reply_control and variant.reply_control not in rules.reply_control:
        choices = _choices(rules.reply_control)
        found.append(Problem("reply_control", f"{rules.title} cannot limit replies to {variant.reply_control}. Choose {choices}."))
    return found


def _choices(names: tuple[str, ...]) -> str:
    return " or ".join(dict.fromkeys(names)) or "nothing"


def _cost(facts: Facts, rules: Capabilities, variant: Variant, words: tuple[str, ...]) -> Decimal | None:
    """Return what the platform will charge; posting by hand costs nothing, which is None as well."""
    if facts.prices is None or rules.mode == "hand":
        return None
    prices = [facts.prices.post_with_url if counting.url_spans(text, bare=True) else facts.prices.post for text in words]
    described = sum(bool(item.alt) for item in variant.media)
    return sum(prices[1:], prices[0]) + described * facts.prices.description
