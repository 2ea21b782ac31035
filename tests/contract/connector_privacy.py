"""The contract's cases of what must not leave: K16 to K18."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from connectors import registry
from connectors.base import Media
from connectors.errors import ConnectorError
from tests.contract import fault_proxy as faults
from tests.contract.connector_rig import AT, PATIENT, ContractBase, Job, connect, picture, taken, titled
from tests.contract.fault_modes import Listen

if TYPE_CHECKING:
    from connectors.base import Capabilities, Connector
    from tests.contract.connector_rig import Rig
    from tests.contract.fault_proxy import FaultProxy

DRAFT_WORDS = "zebra-crossing"


ROOT = Path(__file__).parents[2]
_RENDER = """
import json
from datetime import datetime, timezone
from connectors import registry
from connectors.base import Media, Variant
text = {text!a}
image = Media("a.png", "image/png", b"\\x89PNG\\r\\n\\x1a\\nIi", "I\\u0131 description", 4, 3)
variant = Variant((text, "two"), title="A title I\\u0130", media=(image,), tags=("Help", "#ISIK"), langs=("en", "de"), scheduled_at=datetime(2026, 11, 21, 9, tzinfo=timezone.utc))
print(json.dumps([part.fingerprint for part in registry.preview({platform!r}, "api").render(variant)]))
"""


class PrivacyCases(ContractBase):
    """No secret and no draft in logs and errors, no place in what is sent, the same bytes everywhere."""

    # K16
    def test_no_log_line_holds_a_secret_or_the_draft(
        self, rig: Rig, shaky: Connector, proxy: FaultProxy, caplog: pytest.LogCaptureFixture
    ) -> None:
        hidden = {field.name for field in registry.platform(rig.platform).fields if field.secret}
        secrets = [value for name, value in rig.credentials(proxy.url).values.items() if name in hidden]
        assert secrets
        for name in [None, *logging.Logger.manager.loggerDict]:
            caplog.set_level(logging.DEBUG, name)
        shown = []
        for fault in (faults.DropAfter(), faults.Status(400, body=f'{{"message": "bad: {DRAFT_WORDS}"}}'.encode()), faults.html()):
            proxy.rule(fault, *rig.create)
            with pytest.raises(ConnectorError) as caught:
                Job(shaky, titled(rig, DRAFT_WORDS), f"{fault}").publish()
            shown += [str(caught.value), repr(caught.value)]
        receipt = Job(shaky, titled(rig, f"{DRAFT_WORDS} again"), "good").publish()
        shown += [repr(rig.credentials(proxy.url)), repr(replace(receipt, echo={}))]
        shown += [repr(shaky), *(record.getMessage() for record in caplog.records), caplog.text]
        for word in [*secrets, DRAFT_WORDS, "Bearer "]:
            assert word not in "\n".join(shown)

    # K17
    def test_no_place_and_no_login_in_the_address_is_ever_sent(self, rig: Rig, proxy: FaultProxy, rules: Capabilities) -> None:
        heard = Listen()
        proxy.rule(heard, times=None)
        connector = connect(rig, proxy.url, PATIENT)
        assert connector.check_auth().ok
        Job(connector, titled(rig, "Where am I", media=taken(rules, picture("A map", kind="JPEG")))).publish()
        [post] = rig.posts()
        assert post.alts == ("A map",)[: rules.media.max_items]
        sent = "\n".join(heard.heard)
        assert "Where am I" in sent or "Where+am+I" in sent
        for field in ("geo", "coordinates", "location", "latitude", "place", "place_id"):
            for form in (f'"{field}"', f"{field}=", f"&{field}", f'name="{field}"'):
                assert form not in f"{post.raw} {sent}".casefold()
        assert "Exif" not in sent
        hidden = {field.name for field in registry.platform(rig.platform).fields if field.secret}
        secrets = [value for name, value in rig.credentials(proxy.url).values.items() if name in hidden]
        addresses = "\n".join(call.partition("\n")[0] for call in heard.heard)
        assert all(secret not in addresses for secret in secrets)

    def test_camera_data_is_turned_away(self, rig: Rig, connector: Connector) -> None:
        out = io.BytesIO()
        exif = Image.Exif()
        exif[0x8825] = {1: "N", 2: (39.0, 44.0, 0.0)}
        Image.new("RGB", (4, 4)).save(out, "JPEG", exif=exif)
        photo = Media("photo.jpg", "image/jpeg", out.getvalue(), "A street")
        problems = connector.measure(titled(rig, "Look", media=(photo,))).problems
        assert [problem.field for problem in problems if "camera data" in problem.reason] == ["media"]

    # K18
    def test_the_same_bytes_again(self, rig: Rig, connector: Connector) -> None:
        variant = replace(titled(rig, "Same #Words https://example.org", media=(picture("A cup"),)), scheduled_at=AT)
        again = registry.preview(rig.platform, "api")
        assert [part.fingerprint for part in connector.render(variant)] == [part.fingerprint for part in again.render(variant)]

    def test_the_same_bytes_on_another_machine(self, rig: Rig) -> None:
        """In another process, locale, time zone and order of hashing."""
        text = f"Same #Words https://example.org {'e' + chr(0x301)} @a.example.test 日本 \u202babc\u202c"
        program = _RENDER.format(platform=rig.platform, text=text)
        strange = {"LC_ALL": "tr_TR.ISO8859-9", "LANG": "tr_TR", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7", "PYTHONUTF8": "0"}
        said = [
            subprocess.run([sys.executable, "-c", program], env={**os.environ, **more}, cwd=ROOT, capture_output=True, check=True).stdout
            for more in ({"TZ": "UTC", "PYTHONHASHSEED": "1"}, strange)
        ]
        assert json.loads(said[0])
        assert said[0] == said[1]
