"""The product's use cases in one value: what the pages, the command line and the worker are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.ports import Checker, Clock, Ids, Platforms, Store
    from planner.services.access import Access
    from planner.services.accounts import Accounts
    from planner.services.approvals import Approvals
    from planner.services.bios import Bios
    from planner.services.cadence import Cadence
    from planner.services.calendar import Calendar
    from planner.services.campaigns import Campaigns
    from planner.services.client_view import ClientViews
    from planner.services.composer import Composer
    from planner.services.connections import Connections
    from planner.services.consents import Consents
    from planner.services.copies import Copies
    from planner.services.costs import Costs
    from planner.services.cut_downs import CutDowns
    from planner.services.decisions import Decisions
    from planner.services.demo import Demo
    from planner.services.holds import Holds
    from planner.services.images import Images
    from planner.services.imports import Imports
    from planner.services.insights import Insights
    from planner.services.library import Library
    from planner.services.logins import Logins
    from planner.services.notices import Notices
    from planner.services.outside import OutsideReviews
    from planner.services.petition_tables import PetitionTables
    from planner.services.petitions import Petitions
    from planner.services.publisher import Publisher
    from planner.services.report import Reports
    from planner.services.rule_use import RulesInUse
    from planner.services.second_reader import SecondReader
    from planner.services.series import SeriesPlans
    from planner.services.sign_ins import SignIns
    from planner.services.sources import Sources
    from planner.services.takedown import TakeDowns
    from planner.services.token_care import TokenCare
    from planner.services.trail import Trail
    from planner.services.transfer import Transfer
    from planner.services.workspace import Workspace
    from planner.settings import Settings


@dataclass(frozen=True, slots=True)
class Planner:
    """Everything that can be done, by feature."""

    settings: Settings
    store: Store
    clock: Clock
    ids: Ids
    checker: Checker
    platforms: Platforms
    workspace: Workspace
    accounts: Accounts
    bios: Bios
    client_views: ClientViews
    composer: Composer
    cut_downs: CutDowns
    copies: Copies
    images: Images
    approvals: Approvals
    outside: OutsideReviews
    cadence: Cadence
    calendar: Calendar
    publisher: Publisher
    decisions: Decisions
    holds: Holds
    notices: Notices
    insights: Insights
    connections: Connections
    series: SeriesPlans
    campaigns: Campaigns
    petitions: Petitions
    petition_tables: PetitionTables
    second_reader: SecondReader
    rule_use: RulesInUse
    consents: Consents
    costs: Costs
    trail: Trail
    take_downs: TakeDowns
    reports: Reports
    sign_ins: SignIns
    logins: Logins
    token_care: TokenCare
    library: Library
    sources: Sources
    imports: Imports
    access: Access
    transfer: Transfer
    demo: Demo
