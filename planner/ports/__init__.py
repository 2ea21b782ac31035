"""The sockets of the house: protocols only."""

from __future__ import annotations

from planner.ports.campaigns import CampaignRecords, Shelf
from planner.ports.petitions import PetitionRecords, PetitionSources
from planner.ports.records import (
    Accounts,
    Deliveries,
    Ledgers,
    Log,
    MediaFiles,
    Members,
    Notes,
    Posts,
    Readings,
    Reviews,
    Vault,
)
from planner.ports.sockets import Checker, Clock, Engine, Ids, LanguageModel, ModelReply, Notifier, Platforms, Stop
from planner.ports.transaction import Store, Transaction

__all__ = [
    "Accounts",
    "CampaignRecords",
    "Checker",
    "Clock",
    "Deliveries",
    "Engine",
    "Ids",
    "LanguageModel",
    "Ledgers",
    "Log",
    "MediaFiles",
    "Members",
    "ModelReply",
    "Notes",
    "Notifier",
    "PetitionRecords",
    "PetitionSources",
    "Platforms",
    "Posts",
    "Readings",
    "Reviews",
    "Shelf",
    "Stop",
    "Store",
    "Transaction",
    "Vault",
]
