"""The contract's cases of logins: K8."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from connectors.errors import AuthExpired, ConnectorError, Temporary
from connectors.tokens import HeldTokens
from tests.contract import fault_proxy as faults
from tests.contract.connector_rig import PATIENT, QUICK, ContractBase, Job, connect, titled

if TYPE_CHECKING:
    from connectors.base import Connector
    from tests.contract.connector_rig import Rig
    from tests.contract.fault_proxy import FaultProxy


class LoginCases(ContractBase):
    """A login that ends is renewed once; one that cannot be renewed is said and kept as it is."""

    # K8
    def test_an_expired_login_is_refreshed_once(self, rig: Rig, proxy: FaultProxy) -> None:
        tokens = HeldTokens(rig.credentials(proxy.url))
        connector = connect(rig, proxy.url, PATIENT, tokens)
        assert connector.check_auth().ok
        proxy.rule(rig.expired, *rig.create)
        job = Job(connector, titled(rig, "After a new login"))
        with pytest.raises(AuthExpired):
            job.publish()
        assert rig.posts() == []
        connector.refresh_auth(tokens)
        job.publish()
        assert len(rig.posts()) == 1
        assert connect(rig, proxy.url, PATIENT, tokens).check_auth().ok

    def test_two_workers_refresh_at_once_and_one_valid_login_stays(self, rig: Rig) -> None:
        tokens = HeldTokens(rig.credentials(rig.server))
        workers = [connect(rig, rig.server, PATIENT, tokens) for _ in range(2)]
        assert all(worker.check_auth().ok for worker in workers)
        together = threading.Barrier(2)
        failures: list[BaseException] = []

        def refresh(worker: Connector) -> None:
            try:
                together.wait(5)
                worker.refresh_auth(tokens)
            except (ConnectorError, threading.BrokenBarrierError) as error:
                failures.append(error)

        threads = [threading.Thread(target=refresh, args=(worker,)) for worker in workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert failures == []
        for worker in (*workers, connect(rig, rig.server, PATIENT, tokens)):
            assert worker.check_auth().ok
        Job(workers[0], titled(rig, "one"), "1").publish()
        Job(workers[1], titled(rig, "two"), "2").publish()
        assert len(rig.posts()) == 2

    def test_a_login_that_cannot_be_renewed_is_said_and_kept(self, rig: Rig, proxy: FaultProxy) -> None:
        """Whatever is asked, the platform says that it does not know us."""
        tokens = HeldTokens(rig.credentials(proxy.url))
        connector = connect(rig, proxy.url, PATIENT, tokens)
        assert connector.check_auth().ok
        before = tokens.read()
        proxy.rule(faults.Status(401, body=rig.expired.body), times=None)
        with pytest.raises(AuthExpired):
            Job(connector, titled(rig, "Nobody knows us")).publish()
        with pytest.raises(AuthExpired):
            connector.refresh_auth(tokens)
        state = connector.check_auth()
        assert (state.ok, bool(state.needs_login)) == (False, True)
        assert tokens.read() == before
        assert rig.posts() == []
        proxy.clear()
        assert connect(rig, proxy.url, PATIENT, tokens).check_auth().ok

    def test_a_platform_that_is_down_is_no_dead_login(self, rig: Rig, proxy: FaultProxy) -> None:
        tokens = HeldTokens(rig.credentials(proxy.url))
        connector = connect(rig, proxy.url, QUICK, tokens)
        assert connector.check_auth().ok
        before = tokens.read()
        proxy.rule(faults.Status(503), times=None)
        with pytest.raises(Temporary):
            connector.check_auth()
        with pytest.raises(Temporary):
            connector.refresh_auth(tokens)
        assert tokens.read() == before
