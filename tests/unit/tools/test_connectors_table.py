"""The table of what the contract suite ran: counted from pytest's own report, one row a connector."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tools.connectors_table import read, table

if TYPE_CHECKING:
    from pathlib import Path

REPORT = """<testsuites><testsuite>
<testcase classname="tests.contract.test_connector_bluesky.TestBluesky" name="a"/>
<testcase classname="tests.contract.test_connector_bluesky.TestBlueskyNetwork" name="b"><failure message="no"/></testcase>
<testcase classname="tests.contract.test_wordpress.TestWordPress" name="c"><skipped message="WordPress is not installed."/></testcase>
<testcase classname="tests.contract.test_oauth" name="d"/>
</testsuite></testsuites>"""


def test_cases_are_counted_by_connector_and_reasons_are_told(tmp_path: Path) -> None:
    report = tmp_path / "contract.xml"
    report.write_text(REPORT, encoding="utf-8")
    rows = {row.split(" | ")[0].strip("| "): row for row in table(read(report)).splitlines()}
    assert " | 2 | 1, 1 failed | 0 | " in rows["Bluesky"]
    assert " | 0 | 0 | 1: WordPress is not installed. | " in rows["WordPress"]
    assert " | 0 | 0 | 0 | threads: one post at a time here" in rows["Facebook page"]
    assert "PDS 0.4.217 and 0.5.35" in rows["Bluesky"]
    assert "Reddit" not in rows


def test_a_report_without_connectors_is_refused(tmp_path: Path) -> None:
    report = tmp_path / "contract.xml"
    report.write_text("<testsuites/>", encoding="utf-8")
    with pytest.raises(ValueError, match="holds no case"):
        read(report)
