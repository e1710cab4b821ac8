"""Ports of a trial: nothing is lost when clients still try while a trial ends."""

import asyncio
import socket
from pathlib import Path

from tallystick.lab import Contract, baselines
from tallystick.lab.transport import Target
from tallystick.lab.transport.network import Network
from tallystick.lab.transport.places import place_of
from tallystick.trials.measure import trial


def test_clients_that_come_while_a_trial_ends_leave_nothing_open() -> None:
    """Warnings are errors here: a socket that is not closed fails the test."""
    target = Target(("true",), Path(), isolate=False)
    baseline = trial(baselines("plain")[0], Contract())

    async def run() -> None:
        network = Network(isolate=False)
        for _ in range(30):
            clients = [socket.socket() for _ in range(8)]
            async with place_of(baseline, target, network, None) as place:
                for client in clients:
                    client.setblocking(False)
                    client.connect_ex(("127.0.0.1", place.ports[0]))
                await asyncio.sleep(0)
            for client in clients:
                client.close()
        await asyncio.sleep(0.01)
        network.close()

    asyncio.run(run())
