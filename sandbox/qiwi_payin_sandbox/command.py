"""`qiwi-payin sandbox`: serve a sandbox until it is stopped."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from qiwi_payin_sandbox.api import Sandbox
from qiwi_payin_sandbox.http.server import ServerError
from qiwi_payin_sandbox.sites.site import Site
from qiwi_payin_sandbox.store import StoreError

CONTROL_KEY_VARIABLE = "QIWI_PAYIN_SANDBOX_CONTROL_KEY"
"""The environment variable that gives the control key."""

_LARGEST_PORT = 65535


def main(argv: Sequence[str] | None = None) -> int:
    """Serve, and return 0 when stopped by a signal, 2 where it could not start."""
    arguments = _parser().parse_args(argv)
    given_control_key = arguments.control_key or os.environ.get(CONTROL_KEY_VARIABLE) or None
    try:
        sites = [*_sites_of_file(arguments.sites), *(arguments.site or ())]
        sandbox = Sandbox(
            store=arguments.store,
            seed=arguments.seed if arguments.seed is not None else _fresh_seed(arguments.store, arguments.secret_file),
            sites=sites,
            allow_callback=arguments.allow_callback,
            public_url=arguments.public_url,
            host=arguments.host,
            port=arguments.port,
            secret_file=arguments.secret_file,
            control_key=given_control_key,
        )
    except (StoreError, ValueError) as error:
        return _failed(error)
    with sandbox:
        try:
            stopped = _stop_on_signals()
            sandbox.serve()
        except ServerError as error:
            return _failed(error)
        _introduce(sandbox, shows_control_key=given_control_key is None)
        stopped.wait()
    return 0


def _sites_of_file(path: Path | None) -> list[Site]:
    if path is None:
        return []
    from qiwi_payin_sandbox.sites.file import read_sites  # noqa: PLC0415 - most starts need no TOML

    return read_sites(path, os.environ)


def _introduce(sandbox: Sandbox, *, shows_control_key: bool) -> None:
    """Say where it listens; of keys only those that nobody has given."""
    lines = [
        f"QIWI payment acceptance sandbox at {sandbox.base_url}",
        f"  dashboard           {sandbox.origin}/dashboard",
    ]
    if shows_control_key and sandbox.control_key is not None:
        lines.append(f"  control key         {sandbox.control_key}")
    for site_id in sandbox.sites:
        lines.append(f"  site {site_id}")
        key, notification_key = sandbox.made_keys(site_id=site_id)
        if key is not None:
            lines.append(f"    API access key    {key}")
        if notification_key is not None:
            lines.append(f"    notification key  {notification_key}")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _failed(error: Exception) -> int:
    sys.stderr.write(f"qiwi-payin sandbox: {error}\n")
    return 2


def _stop_on_signals() -> threading.Event:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stopped.set())
    return stopped


def _fresh_seed(store: str, secret_file: Path | None) -> str | None:
    """Return a seed that nobody knows for a store that is gone when the process ends."""
    in_memory = store in {"sqlite://", "sqlite:///", "sqlite:///:memory:"}
    return os.urandom(32).hex() if in_memory and secret_file is None else None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="qiwi-payin sandbox",
        description="Serve a sandbox of the QIWI payment acceptance API.",
        allow_abbrev=False,
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", default=8000, type=_port, help="port to listen on, 0 for a free one (default: 8000)")
    parser.add_argument(
        "--public-url", metavar="URL", help="what payUrl and acsUrl begin with (default: the Host header, if loopback)"
    )
    parser.add_argument(
        "--store",
        default="sqlite://",
        metavar="URL",
        help="where state is kept: sqlite:///FILE or postgresql://USER@HOST/DATABASE (default: in memory)",
    )
    parser.add_argument(
        "--secret-file",
        type=Path,
        metavar="FILE",
        help="where the secret that ids and made keys come from is kept (default: beside the SQLite file)",
    )
    parser.add_argument("--seed", help="derive ids and made keys from this text instead of a secret")
    parser.add_argument(
        "--site",
        action="append",
        type=_site,
        metavar="ID:KEY[:NOTIFICATION_KEY]",
        help="a site and its keys; may be repeated (default: stored sites, else test-00 with keys made and printed)",
    )
    parser.add_argument(
        "--sites", type=Path, metavar="FILE", help="a TOML file of sites with all their settings, as [sites.ID] tables"
    )
    parser.add_argument(
        "--control-key",
        metavar="KEY",
        help="what callers on other machines need for control operations; a process list shows it, the environment "
        f"variable {CONTROL_KEY_VARIABLE} does not (default: made and printed where --host is not loopback)",
    )
    parser.add_argument(
        "--allow-callback",
        action="append",
        default=[],
        metavar="HOST",
        help="a host that notifications may go to besides this machine, which is to be named too where --host is not "
        "loopback; may be repeated",
    )
    return parser


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= _LARGEST_PORT):
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def _site(text: str) -> Site:
    site_id, *keys = text.split(":")
    if len(keys) not in {1, 2}:
        raise argparse.ArgumentTypeError("a site is ID:KEY or ID:KEY:NOTIFICATION_KEY")
    try:
        return Site(site_id, key=keys[0], notification_key=keys[1] if len(keys) > 1 else None)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


if __name__ == "__main__":
    sys.exit(main())
