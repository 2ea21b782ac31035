"""The contract of every connector that sends: one class, subclassed with a rig for each platform's real server.

K1 content and threads, K2 limits, K3 and K4 repeats, K14 deleting (here); K5 to K7, K9, K10, K13 broken answers (`connector_faults`);
K8 logins (`connector_logins`); K16 to K18 privacy and sameness (`connector_privacy`); K3, K10 to K12, K15, K19 through the real
publisher (`connector_engine`, and without a platform in `tests/integration`); K20 in the Mastodon connector's own file.
What does not apply to a platform follows from its capabilities, never from a list of exceptions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from connectors.base import Found, Link, NotFound
from connectors.errors import Duplicate, Rejected
from tests.contract import fault_proxy as faults
from tests.contract.connector_engine import EngineCases
from tests.contract.connector_faults import FaultCases
from tests.contract.connector_logins import LoginCases
from tests.contract.connector_privacy import PrivacyCases
from tests.contract.connector_rig import SAMPLES, Job, Rig, filled, picture, taken, thawed, titled

if TYPE_CHECKING:
    from connectors.base import Capabilities, Connector
    from tests.contract.fault_proxy import FaultProxy


class ConnectorContract(FaultCases, LoginCases, PrivacyCases, EngineCases):
    """Subclass it with a `rig` fixture; every account starts empty. Cases K1 to K4 and K14 stand here, the others in its bases."""

    # K1
    def test_a_post_stands_there_as_it_was_rendered(self, rig: Rig, connector: Connector, rules: Capabilities) -> None:
        words = "Help is there: https://example.org/help #SocialWork 👨‍👩‍👧‍👦 日本"
        shown = taken(rules, picture("A quiet room with two chairs"))
        receipt = Job(connector, titled(rig, words, media=shown)).publish()
        [post] = rig.posts()
        assert (post.text, post.alts) == (words, tuple(image.alt for image in shown))
        assert post.id in receipt.ref
        assert receipt.warnings == ()
        assert receipt.url is not None
        if post.marked:
            assert post.marked == ("https://example.org/help", "#SocialWork")

    def test_a_found_post_says_what_came_back(self, rig: Rig, connector: Connector, rules: Capabilities) -> None:
        shown = taken(rules, picture("A door"))
        job = Job(connector, titled(rig, "Words to read back", media=shown))
        receipt = job.publish()
        found = job.find()
        assert isinstance(found, Found) == rules.can_read_back
        assert found.receipt.ref == receipt.ref
        assert (found.receipt.echo["text"], list(found.receipt.echo["alt"])) == ("Words to read back", [image.alt for image in shown])

    def test_a_link_card_carries_the_authors_own_words(self, rig: Rig, connector: Connector, rules: Capabilities) -> None:
        link = Link("https://example.org/help", "Where to find help", "Free and open", picture("", "teal"))
        Job(connector, titled(rig, "A card", link=link)).publish()
        [post] = rig.posts()
        assert link.url in post.raw
        if rules.link_card:
            assert (link.url in post.text, link.title in post.raw, link.description in post.raw) == (False, True, True)

    def test_a_thread_hangs_together(self, rig: Rig, connector: Connector, rules: Capabilities) -> None:
        variant = titled(rig, "one", segments=("one", "two", "three"))
        assert connector.measure(variant).fits == rules.thread
        if not rules.thread:
            return
        job = Job(connector, variant)
        for index in range(3):
            job.publish(index)
        first, second, third = rig.posts()
        assert [post.text for post in (first, second, third)] == ["one", "two", "three"]
        assert (first.reply_to, second.reply_to, third.reply_to) == (None, first.id, second.id)

    # K2
    @pytest.mark.parametrize("sample", SAMPLES)
    def test_measure_and_server_agree_on_the_limit(self, rig: Rig, connector: Connector, rules: Capabilities, sample: str) -> None:
        if rules.length.limit > 10_000:
            assert connector.measure(titled(rig, SAMPLES[sample] * 100)).fits
            return
        fits = filled(rig, connector, SAMPLES[sample])
        over = fits + fits[-1] if fits[-1] != " " else fits + "a"
        over = next(text for text in (over, fits + SAMPLES[sample]) if not connector.measure(titled(rig, text)).fits)
        [used] = connector.measure(titled(rig, fits)).parts
        assert used.used <= used.limit < connector.measure(titled(rig, over)).parts[0].used or used.bytes_limit
        if not rig.judges(fits, used.used):
            return
        assert Job(connector, titled(rig, fits), "fits").publish().ref
        with pytest.raises(Rejected):
            Job(connector, titled(rig, over), "over").publish()
        assert len(rig.posts()) == 1

    # K3
    def test_the_same_part_sent_twice_is_one_post(self, rig: Rig, shaky: Connector, proxy: FaultProxy, rules: Capabilities) -> None:
        job = Job(shaky, titled(rig, "Once only", media=taken(rules, picture("A tree"))))
        if rules.idempotency.startswith("native"):
            proxy.rule(faults.Twice(), *rig.create)
        first = job.publish()
        if rules.idempotency != "none":
            assert job.publish().ref == first.ref
        assert len(rig.posts()) == 1

    # K4
    def test_other_words_under_the_same_key_never_replace_or_double(self, rig: Rig, connector: Connector, rules: Capabilities) -> None:
        if rules.idempotency == "none":
            return
        job = Job(connector, titled(rig, "The first words"), "one-delivery")
        first = job.publish()
        other = Job(connector, titled(rig, "The first words", segments=("Other words",)), "one-delivery")
        if rules.idempotency == "container":
            # Such a platform is told no key: the container stands in the delivery's journal.
            other.journal = job.journal
        with pytest.raises(Duplicate) as caught:
            other.publish()
        assert caught.value.existing in {None, first.ref}
        assert [post.text for post in rig.posts()] == ["The first words"]
        found = other.find()
        assert not isinstance(found, Found)
        assert not isinstance(found, NotFound)

    # K14
    def test_deleting_twice_is_success(self, rig: Rig, connector: Connector, rules: Capabilities) -> None:
        if not rules.can_delete:
            return
        job = Job(connector, titled(rig, "Soon gone"))
        receipt = job.publish()
        connector.delete(receipt.ref)
        connector.delete(receipt.ref)
        assert rig.posts() == []
        assert isinstance(job.find(), NotFound)

    def test_the_figures_of_a_deleted_post_are_gone_and_never_zero(self, rig: Rig, connector: Connector, rules: Capabilities) -> None:
        if not (rules.can_delete and rules.metrics) or not getattr(rig, "counts", True):  # Bluesky counts in its whole network only
            return
        kept, lost = (Job(connector, titled(rig, words)).publish().ref for words in ("It stays", "Soon gone"))
        connector.delete(lost)
        found = connector.post_metrics([kept, lost])
        assert [found[ref].gone for ref in (kept, lost)] == [False, True]
        assert set(found[lost].values.values()) <= {None}

    def test_what_was_frozen_is_what_is_sent(self, rig: Rig, connector: Connector, rules: Capabilities) -> None:
        """The parts come back from the database as JSON."""
        job = Job(connector, titled(rig, "Frozen #Words", media=taken(rules, picture("Ice"))))
        job.parts = [thawed(part) for part in job.parts]
        job.publish()
        assert [post.text for post in rig.posts()] == ["Frozen #Words"]

    def test_who_we_are(self, connector: Connector) -> None:
        state = connector.check_auth()
        assert (state.ok, state.needs_login) == (True, None)
        assert state.remote_id
        assert state.handle
