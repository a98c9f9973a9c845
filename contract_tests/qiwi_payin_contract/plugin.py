"""Options of the suite for ``pytest --pyargs qiwi_payin_contract``.

Pytest loads this module in every run of everybody who installed the package. It adds options and nothing else; the
suite's own ``conftest`` does the rest, and is loaded with the suite alone.
"""

import pytest

__all__ = ["pytest_addoption"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the suite, all of which begin with ``--payin-``."""
    group = parser.getgroup(
        "qiwi-payin", "contract suite of the QIWI payment acceptance API (--pyargs qiwi_payin_contract)"
    )
    add = group.addoption
    add("--payin-base-url", metavar="URL", help="everything before /payin/v1; without it the suite starts its sandbox")
    add("--payin-site", action="append", default=[], metavar="ID[:KEY[:NOTIFICATION_KEY]]", help="a site; repeatable")
    add("--payin-key", metavar="KEY", help="API access key of the sites that name none; else QIWI_PAYIN_KEY")
    add("--payin-notification-key", metavar="KEY", help="key that signs the notifications of sites that name none")
    add("--payin-key-file", metavar="FILE", help="file that holds the API access key alone")
    add("--payin-driver", default="auto", metavar="NAME", help="auto, none or module:Class; acts for payer and clock")
    add("--payin-only", metavar="GROUP,...", help="groups to run")
    add(
        "--payin-waive",
        action="append",
        default=[],
        metavar="WORD,...",
        help="rules that may be broken, by code or basis:name",
    )
    add("--payin-basis", metavar="BASIS,...", help="bases that count: documented, published, practice, decision")
    add("--payin-decisions", action="store_true", help="count rules that rest on the suite's own decisions")
    add("--payin-hold-term", metavar="HOURS", help="how long the sites wait for a capture; 72 by default")
    add("--payin-effort", default="normal", metavar="WORD", help="quick, normal or deep")
    add("--payin-seed", type=int, metavar="N", help="seed of everything random")
