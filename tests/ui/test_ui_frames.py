"""Lines, weeks, offsets and CSV: missing stays missing, every character counts as the browser counts it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from planner.domain.account import Account
from planner.domain.delivery import Delivery
from planner.domain.metrics import AccountReading
from planner.domain.petition import SignatureCount
from planner.services.insights import PostFigures
from planner.ui import frames

START = datetime(2026, 11, 2, 16, tzinfo=UTC)  # a Monday
ACCOUNT = Account("a1", "Dana", "Helps", "practice", "bluesky", "@clinic", "api", "America/Denver", ("US",), START)
texts = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("😀👩‍👩‍👧🏳️‍🌈é𝒳")), max_size=40)


def figures(day: int, **values: int | None) -> PostFigures:
    at = START + timedelta(days=day)
    item = Delivery(
        f"d{day}", "p1", "a1", "sent", "api", "x", None, "2026-11-02T09:00", "America/Denver", at, "plain", "me", at, at, sent_at=at
    )
    known = [value for value in values.values() if value is not None]
    return PostFigures(item, "Headline", ACCOUNT, values, sum(known) if known else None, False, at, "api", (), "educate", "")


@given(texts)
def test_offsets_agree_with_utf16(text: str) -> None:
    offsets = frames.utf16_offsets(text)
    assert len(offsets) == len(text) + 1
    for index, offset in enumerate(offsets):
        assert offset == len(text[:index].encode("utf-16-le", "surrogatepass")) // 2


@given(texts, st.data())
def test_offsets_lead_back(text: str, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(text)))
    assert frames.from_utf16(text, frames.utf16_offsets(text)[index]) == index


def test_an_offset_inside_a_pair_belongs_to_its_character() -> None:
    assert frames.from_utf16("a😀b", 2) == 1
    assert frames.from_utf16("a😀b", 99) == 3


def test_a_figure_that_was_not_reported_stays_missing() -> None:
    [line] = frames.posts([figures(0, likes=0, replies=None)])
    assert line.values == {"likes": 0, "reposts": None, "replies": None, "quotes": None, "comments": None, "impressions": None}
    assert line.local == "Mon 2 Nov, 09:00 MST, Denver"
    assert line.engagement == 0


def test_a_week_without_a_report_is_missing_and_a_week_without_a_post_too() -> None:
    weekly = frames.weekly(frames.posts([figures(0, likes=3), figures(1, likes=4), figures(8), figures(22, likes=1)]))
    assert [(week.monday, week.engagement, week.posts, week.reported) for week in weekly] == [
        (date(2026, 11, 2), 7, 2, 2),
        (date(2026, 11, 9), None, 1, 0),
        (date(2026, 11, 16), None, 0, 0),
        (date(2026, 11, 23), 1, 1, 1),
    ]


def test_no_posts_give_no_lines_and_no_weeks() -> None:
    assert frames.posts([]) == ()
    assert frames.weekly(()) == ()


def test_a_post_stands_in_the_group_of_each_of_its_labels() -> None:
    first, second = frames.posts([replace(figures(0, likes=3), labels=("sleep", "grief", "sleep")), figures(1)])
    assert frames.groups((first, second), "label") == {"sleep": (3,), "grief": (3,)}
    assert frames.groups((first, second), "purpose") == {"educate": (3, None)}
    assert frames.groups((first, second), "campaign") == {"": (3, None)}


def test_followers_get_a_hole_where_nobody_read() -> None:
    readings = [AccountReading("a1", START + timedelta(days=day), "api", {"followers": 100 + day}) for day in (0, 1, 30)]
    points = frames.followers(readings, "America/Denver")
    assert [(point.at.isoformat(), point.value) for point in points] == [
        ("2026-11-02T09:00:00", 100),
        ("2026-11-03T09:00:00", 101),
        ("2026-11-27T09:00:00", None),
        ("2026-12-02T09:00:00", 130),
    ]


def test_a_reading_without_a_number_is_a_gap_by_itself() -> None:
    assert [one.value for one in frames.followers([AccountReading("a1", START, "api", {})], "UTC")] == [None]


def test_signatures_keep_what_was_not_told() -> None:
    counts = [SignatureCount("p", START, "hand", 4), SignatureCount("p", START + timedelta(days=1), "hand", None)]
    assert [(point.at.isoformat(), point.value) for point in frames.signatures(counts)] == [
        ("2026-11-02T16:00:00", 4),
        ("2026-11-03T16:00:00", None),
    ]


def test_csv_disarms_formulas_and_keeps_numbers() -> None:
    text = frames.csv(("post", "likes"), [("=1+1", -1), ("plain, quoted", 2), ("@me", None)]).decode()
    assert text.splitlines() == ["post,likes", "'=1+1,-1", '"plain, quoted",2', "'@me,"]


def test_the_table_of_posts_has_every_figure() -> None:
    text = frames.table(frames.posts([replace(figures(0, likes=3), labels=("sleep", "grief"))])).decode()
    assert text.splitlines() == [
        "sent,local,post,account,purpose,campaign,labels,likes,reposts,replies,quotes,comments,impressions,engagement,source",
        f'2026-11-02 16:00:00+00:00,"Mon 2 Nov, 09:00 MST, Denver",Headline,\'{ACCOUNT.title},educate,,sleep grief,3,,,,,,3,api',
    ]
