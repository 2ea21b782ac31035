"""`schedule`: one text to one or more accounts at a local time, through the same gate as the dashboard."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from planner.bootstrap import build
from planner.domain.errors import Blocked, Conflict, Invalid, NotReady, PlannerError
from planner.domain.post import Content, PostVariant
from planner.domain.review import READERS
from planner.domain.schedule import Wall
from planner.settings import Settings

if TYPE_CHECKING:
    import argparse

    from planner.domain.account import Account
    from planner.domain.people import Actor
    from planner.domain.post import Post
    from planner.services.gate import Passage
    from planner.services.house import Planner

_BLOCKED, _OPEN = 2, 1


def arguments(parser: argparse.ArgumentParser) -> None:
    """Text, accounts, time, and the answers that the gate asks for."""
    parser.add_argument("file", nargs="?", default="-", help="the text; - is standard input")
    parser.add_argument("--account", action="append", required=True, help="handle or id of an account; repeat for more")
    parser.add_argument("--at", help="local time of the account: 2026-11-24T09:00")
    parser.add_argument("--next-slot", action="store_true", help="take each account's next free posting slot")
    parser.add_argument("--post", help="go on with this draft instead of starting one (its text is replaced)")
    parser.add_argument("--read-as", default="", help=f"readers you have read it as: {','.join(READERS)}")
    parser.add_argument("--answer", action="append", default=[], help="answer a question: ID=KEY; repeat for more")
    parser.add_argument("--accept", default="", help="warnings you accept, by name: quiet-hours,same-hour,...")
    parser.add_argument("--timing", choices=("plain", "time-critical", "evergreen"), default="plain")
    parser.add_argument("--key", help="the same key twice schedules once")
    parser.epilog = "Exit status: 0 scheduled, 1 something is still open, 2 blocked. The draft is kept in every case."


def main(args: argparse.Namespace) -> int:
    """Check, answer, confirm and schedule."""
    planner = build(Settings.from_env())
    actor = planner.workspace.actor()
    if bool(args.at) == args.next_slot:
        raise Invalid("time", "Give either --at with a local time, or --next-slot.")
    if args.key and (done := _done(planner, args.key)):
        print(done)
        return 0
    accounts = tuple(_account(planner, name) for name in args.account)
    post = _draft(planner, actor, accounts, _text(args.file), args.post)
    try:
        said = _go(planner, actor, post, accounts, args)
    except PlannerError as error:
        print(f"schedule: {error.sentence}", file=sys.stderr)
        _show_open(planner, post)
        print(f"The draft is kept: go on with --post {post.id}", file=sys.stderr)
        return _BLOCKED if isinstance(error, Blocked) else _OPEN
    if args.key:
        with planner.store.write() as tx:
            tx.log.put_done(f"cli:{args.key}", actor.id, said, planner.clock.now())
    print(said)
    return 0


def _go(planner: Planner, actor: Actor, post: Post, accounts: tuple[Account, ...], args: argparse.Namespace) -> str:
    _answer(planner, actor, post, accounts, args)
    ready = planner.composer.submit(actor, post.id, post.version)
    if ready.state != "ready":
        raise NotReady("Handed in for review: a colleague has to approve it before it can be scheduled.")
    lines = []
    for account in accounts:
        planner.approvals.approve(actor, ready.id, account.id, ready.digest_for(account.id))
        item = planner.calendar.schedule(
            actor, ready.id, account.id, _wall(planner, account, args), timing=args.timing, accepted=_words(args.accept)
        )
        lines.append(f"Scheduled on {account.title} for {item.wall} {item.zone} (delivery {item.id}).")
    return "\n".join(lines)


def _answer(planner: Planner, actor: Actor, post: Post, accounts: tuple[Account, ...], args: argparse.Namespace) -> None:
    readers = _words(args.read_as)
    strange = sorted(readers - set(READERS))
    if strange:
        raise Invalid("read-as", f"“{strange[0]}” is no reader. Use: {', '.join(READERS)}.")
    for account in accounts:
        for reader in sorted(readers):
            planner.composer.tick(actor, post.id, account.id, reader)
        for given in args.answer:
            subject, _, key = given.partition("=")
            if not key:
                raise Invalid("answer", f"“{given[:40]}” is no answer. Write it as ID=KEY, as the questions are shown.")
            planner.composer.answer(actor, post.id, account.id, subject, key)


def _show_open(planner: Planner, post: Post) -> None:
    for passage in planner.composer.check(post.id):
        _show(passage)


def _show(passage: Passage) -> None:
    out = sys.stderr
    for item in passage.blocking:
        print(f"  blocks: “{item.finding.quote}” {item.finding.message} {item.finding.why}", file=out)
    for item in passage.unanswered:
        asked = item.finding.question
        keys = ", ".join(f"{answer.key} ({answer.label})" for answer in asked.answers) if asked else ""
        print(
            f"  answer {item.finding.fingerprint}=KEY: “{item.finding.quote}” {asked.text if asked else item.finding.message} {keys}",
            file=out,
        )
    for question in passage.open_questions:
        keys = ", ".join(f"{answer.key} ({answer.label})" for answer in question.answers)
        print(f"  answer {question.id}=KEY: {question.text} {keys}", file=out)
    if passage.missing_ticks:
        print(f"  read it as your {', '.join(passage.missing_ticks)} would: --read-as {','.join(READERS)}", file=out)


def _draft(planner: Planner, actor: Actor, accounts: tuple[Account, ...], text: str, post_id: str | None) -> Post:
    base = Content(text=text)
    variants = tuple(PostVariant(account.id) for account in accounts)
    if post_id is None:
        return planner.composer.new(actor, tuple(account.id for account in accounts), base)
    before = planner.composer.load(post_id)
    return planner.composer.save(actor, post_id, before.version, base, variants)


def _account(planner: Planner, name: str) -> Account:
    known = planner.accounts.all()
    for account in known:
        if name in (account.id, account.handle, account.title):
            return account
    listed = "; ".join(account.title for account in known) or "none yet"
    raise Invalid("account", f"There is no account “{name[:60]}”. Known: {listed}.")


def _wall(planner: Planner, account: Account, args: argparse.Namespace) -> Wall:
    if args.at:
        return Wall.parse(args.at)
    slot = planner.calendar.next_slot(account.id)
    if slot is None:
        raise Conflict(f"{account.title} has no posting slots. Add some on the Accounts page, or give --at.")
    return slot.wall


def _done(planner: Planner, key: str) -> str | None:
    with planner.store.read() as tx:
        return tx.log.done(f"cli:{key}")


def _text(name: str) -> str:
    try:
        return sys.stdin.read() if name == "-" else Path(name).expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("file", f"{name} cannot be read as text ({type(error).__name__}). Give a UTF-8 text file.") from None


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split(",") if word.strip())
