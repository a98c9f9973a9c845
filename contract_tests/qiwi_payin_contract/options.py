"""Options of a run: one table for ``qiwi-payin contract`` and for ``pytest --payin-...``.

Pytest reads this module in every run of everybody who installed the package, so it imports next to nothing.
"""

from typing import Any, NamedTuple

__all__ = ["OPTIONS", "REPLAY", "REPORTS", "Option", "values_of"]


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
    """

    name: str
    help: str
    metavar: str | None = None
    repeats: bool = False
    kind: type[int] | type[str] = str
    default: Any = None
    hides: bool = False

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


OPTIONS = (
    Option(
        "base-url",
        "everything before /payin/v1, such as https://b2b-api.qiwi.com/partner; without it the suite starts and tests "
        "this project's sandbox",
        "URL",
    ),
    Option(
        "site", "a site; repeat it where there are several", "ID[:KEY[:NOTIFICATION_KEY]]", repeats=True, hides=True
    ),
    Option("key", "API access key of sites that name none; better in QIWI_PAYIN_KEY or a file", "KEY", hides=True),
    Option("key-file", "file that holds the API access key and nothing else", "FILE"),
    Option("notification-key", "key that signs the notifications of the sites that name none", "KEY", hides=True),
    Option("driver", "who acts for payer and clock: auto, none or module:Class", "NAME", default="auto"),
    Option("only", "groups to run, such as behaviour,notifications; all by default", "GROUP,..."),
    Option("waive", "rules that may be broken: CODE or basis:name", "WORD,...", repeats=True),
    Option("basis", "bases that count: documented, published, practice, decision; all by default", "BASIS,..."),
    Option("decisions", "count rules that rest on this project's decisions alone"),
    Option("hold-term", "how long the sites wait for a capture, in hours; 72 by default, at most 120", "HOURS"),
    Option("profile", "settings for a kind of site: test-site keeps within 10 rubles and 100 operations a day", "NAME"),
    Option("effort", "how much is tried: quick, normal or deep", "WORD", default="normal"),
    Option("max-requests", "send no more requests than these", "N", kind=int),
    Option("max-amount", "send no larger sum than this, such as 10.00", "SUM"),
    Option("workers", "processes that share the tests; 1 by default", "N", kind=int),
    Option("seed", "seed of everything random, to repeat a run", "N", kind=int),
    Option("receiver", "address at which the server reaches the suite's receiver of notifications", "URL"),
    Option("handler", "your own handler of notifications, to be tested with right and wrong ones", "URL"),
    Option("proxy", "proxy that the requests go through", "URL"),
    Option("ca", "certificates, in PEM, of who signed the server's", "FILE"),
    Option("dry-run", "send nothing to the server; print what would be sent"),
    Option("allow-live-site", "test this site although it is not in test mode", "ID", repeats=True),
    Option("yes-real-money", "confirm that payments on a live site move real money"),
)
"""Everything that ``Settings.from_texts`` takes."""

REPORTS = (
    Option("junit", "write a JUnit report", "FILE"),
    Option("json", "write all results as JSON", "FILE"),
    Option("har", "write all exchanges as a HAR archive, secrets masked", "FILE"),
    Option("html", "write a report for a browser, one file with everything in it", "FILE"),
    Option("findings", "folder for what was found, a file each, for --replay", "FOLDER"),
)
"""What else a run can write."""

REPLAY = Option("replay", "see again what a file of --findings tells, and nothing else", "FILE")


def values_of(get: Any) -> dict[str, Any]:
    """Read all of ``OPTIONS`` by their keys.

    Args:
        get: gives the value of an option by its key.
    """
    return {option.key: get(option.key) for option in OPTIONS}
