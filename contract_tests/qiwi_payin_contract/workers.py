"""A run that several processes share, by pytest-xdist: what they are told, and where they leave what they saw.

Options reach a worker by xdist's own channel, never by a command line. Each worker leaves what it saw so far in a file
of a folder that only this user can read, secrets masked, so that an interrupted run is told of, and one that lost a
worker.
"""

import json
import os
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from qiwi_payin_contract.options import values_of
from qiwi_payin_contract.settings import Settings, SettingsError

if TYPE_CHECKING:
    from qiwi_payin_contract.run import Run

__all__ = ["Share", "Shares", "default_workers", "settings_of"]

_TOLD = "qiwi_payin"
_SHARES = pytest.StashKey["Shares"]()
_EVERY = 1.0
"""Seconds between two writings of what a worker saw."""
_PATIENCE = 30.0
"""Seconds that interrupted workers have to give back what they opened."""


def default_workers(settings: Settings) -> int:
    """As many as the machine has cores, two at most, where each can have a sandbox of its own; else one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    alone = settings.base_url is not None or settings.handler is not None or settings.dry_run or settings.gives_back
    return settings.workers or (1 if alone else min(2, cores))


def settings_of(config: pytest.Config) -> Settings:
    """Read the settings that a process of pytest was given: by its own options, or by the process that started it.

    Raises:
        SettingsError: an option is wrong or missing.
    """
    told = getattr(config, "workerinput", {}).get(_TOLD)
    if told is None:
        return Settings.from_texts(**values_of(lambda key: config.getoption(f"payin_{key}", None)))
    given = json.loads(told)
    return _part(Settings.from_texts(**given["values"]), given["index"], given["count"])


def _part(settings: Settings, index: int, count: int) -> Settings:
    """What one of several workers gets: its part of what is limited, and a site of its own to begin with."""
    turn = index % len(settings.sites) if settings.sites else 0
    return attrs.evolve(
        settings,
        sites=settings.sites[turn:] + settings.sites[:turn],
        max_requests=settings.max_requests and max(settings.max_requests // count, 1),
        max_payments=settings.max_payments and max(settings.max_payments // count, 1),
    )


@attrs.define(eq=False)
class Share:
    """A worker's side.

    Attributes:
        name: of the worker; empty in a process that shares with nobody.
        file: where it writes what it saw, or None.
        spool: folder for its exchanges, where an archive was asked for.
    """

    name: str = ""
    file: Path | None = None
    spool: Path | None = None
    _written: float = 0.0

    @classmethod
    def of(cls, config: pytest.Config) -> "Share":
        """The share of a process of pytest."""
        told = getattr(config, "workerinput", {}).get(_TOLD)
        if told is None:
            return cls()
        given = json.loads(told)
        file = Path(given["folder"]) / f"{given['name']}.json"
        file.with_suffix(".pid").write_text(str(os.getpid()), encoding="ascii")
        return cls(given["name"], file, Path(given["spool"]) if given["spool"] else None)

    def watch(self, run: "Run") -> None:
        """Keep the exchanges of a run for the archive, where one was asked for."""
        if self.spool is not None:
            from qiwi_payin_contract.report.har import Spool  # noqa: PLC0415 - few runs keep an archive

            run.target.observers.append(Spool(self.spool))

    def tell(self, run: "Run", *, ended: bool = False) -> None:
        """Write what was seen so far, now and then."""
        if self.file is None or (not ended and time.monotonic() - self._written < _EVERY):
            return
        self._written = time.monotonic()
        target = run.target
        seen = {"name": self.name, "ended": ended, "baseUrl": target.base_url, "ownSandbox": target.driver.own_sandbox}
        self._write(seen | {"sites": [site.site_id for site in target.sites], "run": run.snapshot()})

    def refuse(self, message: str) -> None:
        """Write why nothing can be run."""
        if self.file is not None:
            self._write({"name": self.name, "ended": True, "error": message})

    def ignore_second_interrupt(self) -> None:
        """Let a worker that is interrupted, and so gives back what it opened, not be interrupted in that as well."""
        if self.file is None:
            return

        def interrupted(*_: object) -> None:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            raise KeyboardInterrupt

        signal.signal(signal.SIGINT, interrupted)

    def _write(self, value: Mapping[str, Any]) -> None:
        if self.file is None:
            return
        fresh = self.file.with_suffix(".new")
        fresh.write_text(json.dumps(value), encoding="utf-8")
        fresh.replace(self.file)


@attrs.define(eq=False)
class Shares:
    """The side of the process that started the workers.

    Attributes:
        folder: where they write.
        values: texts of the options.
        settings: read from them.
    """

    folder: Path
    values: dict[str, Any] = attrs.field(repr=False)
    settings: Settings

    @classmethod
    def of(cls, config: pytest.Config) -> "Shares | None":
        """The shares of a process of pytest, where it has started workers."""
        return config.stash.get(_SHARES, None)

    @classmethod
    def hand_over(cls, node: Any) -> None:
        """Tell a worker that is about to start what the run is.

        Raises:
            pytest.UsageError: an option is wrong or missing.
        """
        config: pytest.Config = node.config
        shares = config.stash.get(_SHARES, None)
        if shares is None:
            values = values_of(lambda key: config.getoption(f"payin_{key}", None))
            try:
                settings = Settings.from_texts(**values)
            except SettingsError as error:
                raise pytest.UsageError(str(error)) from error
            folder = tempfile.TemporaryDirectory(prefix="qiwi-payin-contract-")
            config.add_cleanup(folder.cleanup)
            shares = cls(Path(folder.name), values | {"seed": settings.seed}, settings)
            config.stash[_SHARES] = shares
        name, count = node.gateway.id, len(node.nodemanager.specs)
        told = {
            "values": shares.values,
            "name": name,
            "index": int("".join(filter(str.isdigit, name)) or 0),
            "count": count,
            "folder": str(shares.folder),
            "spool": getattr(config.option, "payin_spool", None),
        }
        node.workerinput[_TOLD] = json.dumps(told)

    def interrupt(self) -> None:
        """Interrupt the workers, and wait until they have given back what they opened."""
        waiting = {file.stem: int(file.read_text(encoding="ascii")) for file in self.folder.glob("*.pid")}
        for process in waiting.values():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGINT)
        until = time.monotonic() + _PATIENCE
        while waiting and time.monotonic() < until:
            time.sleep(0.05)
            for seen in self.seen():
                if seen["ended"]:
                    waiting.pop(seen["name"], None)

    @property
    def errors(self) -> tuple[str, ...]:
        """Why workers could run nothing, each reason once."""
        return tuple(dict.fromkeys(str(seen["error"]) for seen in self.seen() if "error" in seen))

    def seen(self) -> Iterator[Any]:
        """What each worker saw so far."""
        for file in sorted(self.folder.glob("*.json")):
            yield json.loads(file.read_text(encoding="utf-8"))
