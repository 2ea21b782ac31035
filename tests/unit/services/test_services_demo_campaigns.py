"""The demo's campaign shows everything that a campaign has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.services.test_services_demo import load

if TYPE_CHECKING:
    from tests.unit.services.rig import Rig


def test_the_demo_has_a_running_campaign_with_everything(rig: Rig) -> None:
    load(rig)
    (view,) = rig.campaigns.all()
    key = view.campaign.id
    assert (view.state, view.campaign.demo, len(view.posts), view.missing) == ("running", True, 2, ())
    with rig.store.read() as tx:
        (petition,) = tx.petitions.all(campaign=key)
        assert [count.count for count in tx.petitions.counts(petition.id)] == [48, 131, 204, 233]
    campaigns = rig.campaigns
    assert (len(campaigns.events.all(key)), len(campaigns.partners.all(key)), len(campaigns.lobbying.all(key))) == (1, 1, 1)
    assert [campaigns.asks.missing(ask) for ask in campaigns.asks.all(key)] == [()]
    assert campaigns.hashtags.mix(view.campaign.tags)[1] == ""
    assert len(campaigns.aftermath(key).posts) == 2
