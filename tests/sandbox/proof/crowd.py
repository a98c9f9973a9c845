"""Several processes with several threads each, which send their requests to one store at one moment."""

import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import TracebackType
from typing import TYPE_CHECKING, Self

from qiwi_payin_sandbox import Site

from tests.sandbox.proof.servers import InProcess
from tests.sandbox.proof.steps import Answer, Step

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

PROCESSES = 2
LEAD_SECONDS = 0.02
"""How long before the moment the requests are handed out."""


@dataclass(frozen=True)
class Round:
    """What one process sends to a site at a moment of the machine's monotonic clock, each from a thread of its own."""

    site_id: str
    steps: list[Step]
    at: float


class Crowd:
    """Partners in processes of their own, each with a sandbox of its own on one store."""

    def __init__(self, store: str, sites: list[Site]) -> None:
        context = multiprocessing.get_context("spawn")
        self._processes: list[tuple[BaseProcess, Connection]] = []
        for _ in range(PROCESSES):
            ours, theirs = context.Pipe()
            process = context.Process(target=_take_part, args=(theirs, store, sites), daemon=True)
            process.start()
            theirs.close()
            self._processes.append((process, ours))
        for _, pipe in self._processes:
            pipe.recv()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for process, pipe in self._processes:
            with suppress(OSError):
                pipe.send(None)
            process.join(10)
            pipe.close()
            process.close()

    def at_once(self, site_id: str, steps: list[Step]) -> list[Answer]:
        """Send all steps at one moment, neighbours in the list from different processes, and return the answers."""
        at = time.monotonic() + LEAD_SECONDS
        for index, (_, pipe) in enumerate(self._processes):
            pipe.send(Round(site_id, steps[index::PROCESSES], at))
        answers: list[Answer | None] = [None] * len(steps)
        for index, (_, pipe) in enumerate(self._processes):
            answers[index::PROCESSES] = pipe.recv()
        return [answer for answer in answers if answer is not None]


def _take_part(pipe: Connection, store: str, sites: list[Site]) -> None:
    servers = {site.site_id: InProcess(site, store) for site in sites}
    pipe.send("ready")
    with ThreadPoolExecutor(8) as pool:
        while (round_ := pipe.recv()) is not None:
            sending = [pool.submit(_send, servers[round_.site_id], step, round_.at) for step in round_.steps]
            pipe.send([each.result() for each in sending])
    for server in servers.values():
        server.close()


def _send(server: InProcess, step: Step, at: float) -> Answer:
    time.sleep(max(0.0, at - time.monotonic()))
    return server.answer(step)
