"""``qiwi-payin contract``: runs the suite against a server and says what breaks the contract.

0  what was run was kept
1  the contract is broken
2  the suite could not run: no server, a refused key, a wrong option
130  it was interrupted

Each way of running is imported where it is taken: a process that starts others needs little of what they need.
"""
# ruff: noqa: PLC0415 - as said above

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from qiwi_payin_contract.exits import BROKEN, COULD_NOT_RUN, INTERRUPTED, KEPT, CannotRunError
from qiwi_payin_contract.options import OPTIONS, REPLAY, REPORTS, TOPICS, values_of
from qiwi_payin_contract.report.files import Reports
from qiwi_payin_contract.settings import Settings
from qiwi_payin_contract.workers import default_workers

__all__ = ["BROKEN", "COULD_NOT_RUN", "INTERRUPTED", "KEPT", "main"]


def main(argv: list[str] | None = None) -> int:
    """Run the suite as the command line asks; see the module for what the number means."""
    parser = _parser()
    asked, unknown = parser.parse_known_args(argv)
    if unknown:
        # What stands beside an option that is misspelt may be a key.
        named = [word.partition("=")[0] for word in unknown if word.startswith("-")]
        parser.error(f"unknown: {', '.join(named)}" if named else "there is a word that belongs to no option")
    try:
        values = values_of(lambda key: getattr(asked, key))
        settings = Settings.from_texts(**values)
        if settings.dry_run:
            from qiwi_payin_contract.alone import rehearse

            return rehearse(settings)
        with Reports(**{option.key: getattr(asked, option.key) for option in REPORTS}) as reports:
            if asked.replay is None and default_workers(settings) > 1:
                from qiwi_payin_contract.together import together

                return together(settings, values, reports)
            from qiwi_payin_contract.alone import again, alone

            return alone(settings, reports) if asked.replay is None else again(settings, Path(asked.replay), reports)
    except CannotRunError as error:
        sys.stderr.write(f"qiwi-payin contract: {error}\n")
        return COULD_NOT_RUN
    except OSError as error:
        sys.stderr.write(f"qiwi-payin contract: a report cannot be written: {type(error).__name__}\n")
        return COULD_NOT_RUN
    except KeyboardInterrupt:
        sys.stderr.write("\nqiwi-payin contract: interrupted\n")
        return INTERRUPTED


_EPILOG = """\
effort, on this project's sandbox:
  quick    about 1 700 requests, 13 s on two cores
  normal   about 4 600 requests, 50 s
  deep     eight times the drawn requests and walks of normal, each twice as long

examples:
  qiwi-payin contract
      start this project's sandbox and test it
  qiwi-payin contract --base-url http://127.0.0.1:8000/partner --site test-00:my-key
      test a server on this machine
  QIWI_PAYIN_KEY=... qiwi-payin contract --base-url https://b2b-api.qiwi.com/partner --site my-site \\
                     --profile test-site --dry-run
      see what would be sent to a site in test mode; without --dry-run, send it
  qiwi-payin contract --only behaviour,scenarios --effort deep --seed 7
      try two groups hard, and the same again with the same seed
  qiwi-payin contract --waive practice:amount-text --basis documented,published
      leave out of the verdict what the documents do not say

exit code: 0 what was run was kept, 1 the contract is broken, 2 the suite could not run, 130 interrupted
"""


class _Parser(argparse.ArgumentParser):
    """Tells a wrong option in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(COULD_NOT_RUN, f"{self.prog}: {message}; see --help\n")


def _parser() -> _Parser:
    parser = _Parser(
        allow_abbrev=False,
        prog="qiwi-payin contract",
        description="Test a server against the contract of the QIWI payment acceptance API.\n"
        "Without --base-url the suite starts this project's sandbox and tests that.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    topics = {topic: parser.add_argument_group(topic) for topic in TOPICS}
    for option in (*OPTIONS, *REPORTS, REPLAY):
        topics[option.topic].add_argument(f"--{option.name}", **option.arguments())
    return parser
