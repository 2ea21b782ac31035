"""Errors by what the person has to do next.

PlannerError
|-- Invalid       a value is wrong: mend the named field
|-- Missing       there is no such thing here: go back to the list
|-- Conflict      somebody else changed it: look at the newer version
|-- Blocked       findings block the draft: mend it, or override with a reason
|-- Unanswered    questions or reader ticks are open: answer them
|-- NotAllowed    the role or the four-eyes rule forbids it: ask somebody else
|-- NotReady      the state does not allow this step: do the other step first
|-- Unavailable   the disk, the database or a server does not answer: try later, nothing was lost
`-- SetupError    a setting, a rule file or the database stops the start: mend it and start again
"""

from __future__ import annotations


class PlannerError(Exception):
    """One clear sentence for a person: what is wrong, where, what to do next. Never holds secrets or draft text."""

    def __init__(self, sentence: str) -> None:
        """Keep the sentence."""
        super().__init__(sentence)
        self.sentence = sentence


class Invalid(PlannerError):
    """A value is wrong; `field` names it."""

    def __init__(self, field: str, sentence: str) -> None:
        """Keep the field's name and the sentence."""
        super().__init__(sentence)
        self.field = field


class Missing(PlannerError):
    """There is no such thing, or not for this person."""


class Conflict(PlannerError):
    """Somebody else changed it in between; nothing was written."""


class Blocked(PlannerError):
    """Findings block the draft. `rules` names them, in order, without quotes."""

    def __init__(self, sentence: str, rules: tuple[str, ...] = ()) -> None:
        """Keep the sentence and the blocking rules."""
        super().__init__(sentence)
        self.rules = rules


class Unanswered(PlannerError):
    """Questions or reader ticks are open; `questions` holds their ids."""

    def __init__(self, sentence: str, questions: tuple[str, ...] = ()) -> None:
        """Keep the sentence and the ids of the open questions."""
        super().__init__(sentence)
        self.questions = questions


class NotAllowed(PlannerError):
    """The role, or the rule that nobody approves their own post, forbids it."""


class NotReady(PlannerError):
    """The state does not allow this step."""


class Unavailable(PlannerError):
    """Something outside does not answer; nothing was lost."""


class SetupError(PlannerError):
    """The start is stopped until this is mended."""
