"""Bios: kept with their account, read by the parts and by the checklist, and their town and employer known from then on."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from planner.domain.errors import Conflict, Invalid, NotAllowed, SetupError
from planner.domain.people import Actor
from planner.services.bios import MOST, Bio, Bios, load, named_in
from planner.services.shelf import load as load_shelf
from planner.settings import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.services.rig import Rig

BANK = ROOT / "content_bank"
OWNER = Actor("owner", "Owner", "admin")
BIO = "Dana Smith, LCSW in Colorado, school counselor at Whitefish Middle School in Ennis, Montana. Not therapy. In a crisis, call 988."


def bios(rig: Rig) -> Bios:
    return Bios(rig.store, rig.accounts, rig.checker, load(BANK), load_shelf(BANK))


@pytest.mark.clause("C52")
def test_a_bio_is_kept_and_every_part_is_told_or_named(real: Rig) -> None:
    account = real.account()
    kept = bios(real).keep(OWNER, account.id, account.version, Bio(f"  {BIO} ", photo=True))
    assert (kept.facts.bio, kept.facts.photo, kept.facts.pseudonym) == (BIO, True, False)
    assert real.accounts.get(account.id).facts == kept.facts
    look = bios(real).look(account.id)
    assert [seen.part.id for seen in look.parts if seen.missing] == ["area", "not-a-crisis-service", "policy-link"]
    assert look.offer is None


@pytest.mark.clause("C52", "C40")
def test_the_bio_goes_through_the_checklist_too(real: Rig) -> None:
    account = real.account()
    look = bios(real).look(account.id, "LCSW in Colorado. My client Maria, 34, finally left rehab. Junkies welcome.")
    rules = {finding.rule for finding in look.report.findings}
    assert {"confidentiality.client-reference", "tone.stigmatising-language"} <= rules
    assert bios(real).look(account.id, "LCSW in Colorado. Posts about grief.").report.findings == ()


@pytest.mark.clause("C52")
def test_town_and_employer_of_the_bio_become_known(real: Rig) -> None:
    account = real.account()
    kept = bios(real).keep(OWNER, account.id, account.version, Bio(BIO))
    assert (kept.facts.town, kept.facts.employer) == ("Ennis, Montana", "Whitefish Middle School")
    typed = bios(real).keep(OWNER, account.id, kept.version, Bio(BIO, town="Salida, CO", employer="Salida Clinic"))
    assert (typed.facts.town, typed.facts.employer) == ("Salida, CO", "Salida Clinic")


def test_what_a_bio_names() -> None:
    assert named_in("Therapist in Ennis, MT.") == ("Ennis, MT", "")
    assert named_in("Therapist in Bozeman for parents.") == ("Bozeman", "")
    assert named_in("Notes on sleep.") == ("", "")


def test_a_pseudonym_is_asked_about_its_offer_and_not_for_a_license(real: Rig) -> None:
    account = real.account()
    bios(real).keep(OWNER, account.id, account.version, Bio("Notes on grief. Taking new clients.", pseudonym=True))
    look = bios(real).look(account.id)
    assert look.offer is not None
    assert look.offer.words == "Taking new clients"
    assert "credential" not in {seen.part.id for seen in look.parts}


def test_the_help_line_has_to_be_the_own_country_s(real: Rig) -> None:
    account = real.account()
    real.accounts.update(OWNER, dataclasses.replace(real.accounts.get(account.id), countries=("GB",)))

    def missing(text: str) -> set[str]:
        return {seen.part.id for seen in bios(real).look(account.id, text).parts if seen.missing}

    assert "crisis-line" in missing("In a crisis, call 988.")
    assert "crisis-line" not in missing("In a crisis, call Samaritans on 116 123.")
    assert "crisis-line" not in missing("In danger, call 999.")


def test_a_bio_is_refused_when_it_is_too_long_stale_or_not_ours_to_change(rig: Rig) -> None:
    account = rig.account()
    with pytest.raises(Invalid, match="at most 2,600"):
        bios(rig).keep(OWNER, account.id, account.version, Bio("x" * (MOST + 1)))
    with pytest.raises(Conflict):
        bios(rig).keep(OWNER, account.id, account.version + 1, Bio("x"))
    with pytest.raises(NotAllowed):
        bios(rig).keep(Actor("v", "Val", "viewer", 2), account.id, account.version, Bio("x"))


def test_a_file_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "bio").mkdir()
    (tmp_path / "bio" / "parts.toml").write_text('[pseudonym]\nlabel = "x"\n', encoding="utf-8")
    with pytest.raises(SetupError, match=r"parts\.toml"):
        load(tmp_path)
