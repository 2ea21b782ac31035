"""Guards tell a hit from a mention, a negation, a name, a question, one's own story."""

from __future__ import annotations

import pytest

from planner.checklist import guards
from planner.checklist.reading import Reading
from planner.checklist.report import Draft, Profile
from planner.checklist.sieves import Sieves
from planner.checklist.text import views


def guarded(guard: str, text: str, words: str, profile: Profile | None = None) -> str | None:
    reading = Reading(Draft("d", text), views(text), profile, None, Sieves({}))
    at = text.index(words)
    return guards.effect(guard, reading.hit(at, at + len(words)), reading)


@pytest.mark.parametrize(
    ("guard", "text", "words", "effect"),
    [
        ("mention", "Please retire the word addict today.", "addict", "drop"),
        ("mention", '"We never met." She is an addict. "So what?"', "addict", None),
        ("self", "On the long road home to my mother's house I speak as a proud old addict today.", "addict", "drop"),
        ("self", "On the long road home to his mother's house he spoke as a proud old addict today.", "addict", None),
        ("mention", "Say person, rather than addict.", "addict", "drop"),
        ("mention", "Addict is an outdated label.", "Addict", "drop"),
        ("mention", 'We stopped saying "addict" here.', "addict", "drop"),
        (
            "mention",
            'From the river: "he told me that every addict in this town knows the way to the old mill" and no more.',
            "addict",
            None,
        ),
        (
            "mention",
            'The headline says: "he told me that every addict in this town knows the way to the old mill" and no more.',
            "addict",
            "drop",
        ),
        ("mention", "The word is out; every addict knows.", "addict", None),
        ("mention", "Every addict needs a bed.", "addict", None),
        ("mention", 'An "open" door for every addict.', "addict", None),
        ("negated", "We never promise a cure.", "cure", "drop"),
        ("negated", "We promise a cure, and nothing else.", "cure", None),
        ("rebutted", "Magnesium cures it. It doesn't.", "Magnesium", "drop"),
        ("rebutted", "Vaccines cause it. That's not true.", "Vaccines", "drop"),
        ("rebutted", "Vaccines cause it. There is no evidence for that.", "Vaccines", "drop"),
        ("rebutted", "Vaccines cause it. False, says the trial.", "Vaccines", "drop"),
        ("rebutted", "Magnesium cures it. It really works.", "Magnesium", None),
        ("rebutted", "It doesn't matter. Magnesium cures it.", "Magnesium", None),
        ("self", "As an addict in recovery I speak up.", "addict", "drop"),
        ("self", "As an addict in recovery she speaks up.", "addict", None),
        ("self", "I am a recovering addict.", "addict", "drop"),
        ("self", "Give the addict a bed.", "addict", None),
        ("name", "Narcotics Anonymous and Addicts Anonymous meet at 4.", "Addicts", "drop"),
        ("name", "Addicts meet at 4.", "Addicts", None),
        ("fiction", "From the novel\n\nOne.\n\nTwo.\n\nThe client wept.", "client", "drop"),
        ("fiction", "One.\n\nTwo.\n\nThe client wept.\n\nThat was a scene from the film.", "client", "drop"),
        ("fiction", "The client wept.\n\nOne.\n\nTwo.\n\nOn Friday we show the film.", "client", None),
        ("fiction", "The client wept.", "client", None),
        ("question", "Is she the best therapist?", "best", "lower"),
        ("question", "She is the best therapist.", "best", None),
        ("published", "In the 1976 ruling the court said so.", "ruling", "drop"),
        ("fiction", "A made-up story about a client.", "client", "drop"),
        ("consent", "Told with her written consent: she left.", "left", "drop"),
        ("general", "Many people relapse.", "relapse", "drop"),
        ("general", "He did relapse.", "relapse", None),
    ],
)
def test_each_guard_knows_its_words(guard: str, text: str, words: str, effect: str | None) -> None:
    assert guarded(guard, text, words) == effect


def test_what_belongs_to_the_account_is_its_own() -> None:
    assert guarded("own", "Call 555-0100 now.", "555-0100", Profile(phones=("555-0100",))) == "drop"
    assert guarded("own", "Call 555-0100 now.", "555-0100", Profile(phones=("",))) is None
