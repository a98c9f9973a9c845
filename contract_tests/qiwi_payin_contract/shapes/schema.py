"""The description as schemathesis takes it: one worker, positive and negative data, nothing left on disk."""

import json
from collections.abc import Mapping
from typing import Any

import schemathesis
from schemathesis.schemas import BaseSchema

from qiwi_payin_contract.json_text import dumps
from qiwi_payin_contract.settings import Effort
from qiwi_payin_contract.sites import Site

__all__ = ["opened_schema"]

SECURITY = "accessKey"


def opened_schema(
    document: Mapping[str, Any],
    *,
    base_url: str,
    site: Site,
    effort: Effort,
    seed: int,
    timeout: float = 30.0,
) -> BaseSchema:
    """Load the description.

    Args:
        document: bundled OpenAPI document.
        base_url: everything before ``/payin/v1``.
        site: whose key is sent.
        effort: how much is tried.
        seed: seed of all that is drawn.
        timeout: seconds for one answer.
    """
    config = schemathesis.Config.from_dict(
        {
            "seed": seed,
            "base-url": base_url,
            "cache": {"enabled": False},
            "suppress-health-check": ["all"],
            "request-timeout": timeout,
            "tls-verify": True,
            "auth": {"openapi": {SECURITY: {"bearer": site.key}}},
            "generation": {
                "mode": "all",
                "max-examples": effort.examples,
                "database": "none",
                "no-shrink": True,
                # Wrong keys are tried by ignored_auth; generated ones would only hide what else is wrong in a request.
                "with-security-parameters": False,
            },
            "checks": {
                "positive_data_acceptance": {"enabled": False},
                "ignored_auth": {"enabled": effort.thorough},
            },
            "phases": {"examples": {"enabled": effort.thorough}, "stateful": {"max-steps": effort.steps}},
        }
    )
    # Schemathesis reckons with JSON's own numbers; what is sent as money is written by the prober.
    return schemathesis.openapi.from_dict(json.loads(dumps(document)), config=config)
