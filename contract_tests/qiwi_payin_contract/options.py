"""Options of a run: one table for ``qiwi-payin contract`` and for ``pytest --payin-...``.

Pytest reads this module in every run of everybody who installed the package, so it imports next to nothing.
"""

from typing import Any, NamedTuple

__all__ = ["OPTIONS", "REPLAY", "REPORTS", "TOPICS", "Option", "values_of"]


class Option(NamedTuple):
    """An option.

    Attributes:
        name: as it is typed after ``--`` or ``--payin-``.
        help: what it is for.
        metavar: what its value is called; None for an option without a value.
        repeats: whether it may be given several times.
        kind: what its value is read as.
        default: value where it is not given; options without a value are False then.
        hides: whether its value is a secret.
        command_only: whether pytest has another way to say it, or none.
        topic: heading of the command's help that it stands under.
    """

    name: str
    help: str
    metavar: str | None = None
    repeats: bool = False
    kind: type[int] | type[str] = str
    default: Any = None
    hides: bool = False
    command_only: bool = False
    topic: str = ""

    @property
    def key(self) -> str:
        """Name of the argument of ``Settings.from_texts``."""
        return self.name.replace("-", "_")

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments for ``add_argument`` of argparse and for ``addoption`` of pytest."""
        if self.metavar is None:
            return {"action": "store_true", "help": self.help}
        if self.repeats:
            return {"action": "append", "default": [], "metavar": self.metavar, "help": self.help}
        return {"type": self.kind, "default": self.default, "metavar": self.metavar, "help": self.help}


TOPICS = SERVER, CHOICE, AMOUNT, LIMITS, WAY, REPORT = (
    "server and sites",
    "what is checked, and what counts",
    "how much is tried",
    "limits",
    "way to the server",
    "reports",
)
"""Headings of the command's help."""

OPTIONS = (
    Option(
        "base-url",
        "everything before /payin/v1, such as https://b2b-api.qiwi.com/partner; without it the suite starts and tests "
        "this project's sandbox",
        "URL",
        topic=SERVER,
    ),
    Option(
        "site",
        "a site; repeat it where there are several",
        "ID[:KEY[:NOTIFICATION_KEY]]",
        repeats=True,
        hides=True,
        topic=SERVER,
    ),
    Option(
        "key",
        "API access key of sites that name none; better in QIWI_PAYIN_KEY or a file",
        "KEY",
        hides=True,
        topic=SERVER,
    ),
    Option("key-file", "file that holds the API access key and nothing else", "FILE", topic=SERVER),
    Option(
        "notification-key", "key that signs the notifications of sites that name none", "KEY", hides=True, topic=SERVER
    ),
    Option(
        "hold-term",
        "how long the sites wait for a capture, in hours; 72 by default, at most 120",
        "HOURS",
        topic=SERVER,
    ),
    Option("driver", "who acts for payer and clock: auto, none or module:Class", "NAME", default="auto", topic=SERVER),
    Option(
        "allow-live-site",
        "test this site although its answers do not have the flag TEST; needs --yes-real-money",
        "ID",
        repeats=True,
        topic=SERVER,
    ),
    Option("yes-real-money", "confirm that payments on a live site move real money", topic=SERVER),
    Option("only", "groups to run, such as behaviour,notifications; all by default", "GROUP,...", topic=CHOICE),
    Option("waive", "rules that may be broken: CODE or basis:name", "WORD,...", repeats=True, topic=CHOICE),
    Option(
        "basis",
        "bases that count: documented, published, practice, decision; all by default",
        "BASIS,...",
        topic=CHOICE,
    ),
    Option("decisions", "count rules that rest on this project's decisions alone", topic=CHOICE),
    Option("effort", "quick, normal (the default) or deep; see below", "WORD", topic=AMOUNT),
    Option(
        "workers",
        "processes that share the tests; by default 2 where each has a sandbox of its own and a core, else 1",
        "N",
        kind=int,
        command_only=True,
        topic=AMOUNT,
    ),
    Option(
        "seed",
        "seed of everything random, ids included; with --workers 1, it repeats a run request by request",
        "N",
        kind=int,
        topic=AMOUNT,
    ),
    Option(
        "dry-run",
        "send nothing to the server; print what would be sent, as a run against this project's sandbox shows it",
        command_only=True,
        topic=LIMITS,
    ),
    Option(
        "profile",
        "settings for a kind of site; test-site keeps within the 10.00 a payment and 100 payments a day that QIWI's "
        "test mode allows, with quick effort, stories first, and gives everything back",
        "NAME",
        topic=LIMITS,
    ),
    Option(
        "max-requests",
        "send no more requests than these, giving back included; a driver's own are not counted",
        "N",
        kind=int,
        topic=LIMITS,
    ),
    Option(
        "max-amount", "send no larger sum than this, such as 10.00, in right requests or wrong", "SUM", topic=LIMITS
    ),
    Option(
        "proxy", "http proxy that all requests go through, those of the sandbox's driver included", "URL", topic=WAY
    ),
    Option("ca", "certificates, in PEM, of who signed the server's; they replace the usual ones", "FILE", topic=WAY),
    Option("receiver", "address at which the server reaches the suite's receiver of notifications", "URL", topic=WAY),
    Option("handler", "your own handler of notifications, to be tested with right and wrong ones", "URL", topic=WAY),
)
"""Everything that ``Settings.from_texts`` takes."""

REPORTS = (
    Option("junit", "write a JUnit report", "FILE", topic=REPORT),
    Option("json", "write all results as JSON", "FILE", topic=REPORT),
    Option("har", "write all exchanges as a HAR archive, secrets masked", "FILE", topic=REPORT),
    Option("html", "write a report for a browser, one file with everything in it", "FILE", topic=REPORT),
    Option("findings", "folder for what was found, a file each, for --replay", "FOLDER", topic=REPORT),
)
"""What else a run can write."""

REPLAY = Option("replay", "see again what a file of --findings tells, and nothing else", "FILE", topic=REPORT)


def values_of(get: Any) -> dict[str, Any]:
    """Read all of ``OPTIONS`` by their keys.

    Args:
        get: gives the value of an option by its key.
    """
    return {option.key: get(option.key) for option in OPTIONS}
