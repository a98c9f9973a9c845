"""What the pages of the dashboard ask and do: operations, control operations, and lists of what is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from qiwi_payin_sandbox.engine.work import Work
    from qiwi_payin_sandbox.http.dispatch import Dispatcher
    from qiwi_payin_sandbox.masking import Masks
    from qiwi_payin_sandbox.services import Services
    from qiwi_payin_sandbox.sites.site import Site

T = TypeVar("T")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Control:
    """One sandbox, as the dashboard sees it.

    Attributes:
        description: The OpenAPI document, bundled.
        dispatcher: Runs operations.
        services: The parts of the sandbox.
        operations: The ids of the operations there are.
        masks: What may be shown of what operations answer.
        base_path: The path of the API's base URL.
    """

    description: Mapping[str, Any]
    dispatcher: Dispatcher
    services: Services
    operations: Collection[str]
    masks: Masks
    base_path: str

    @property
    def sites(self) -> Mapping[str, Site]:
        """The sites by id."""
        return self.services.engine.sites

    @property
    def fault_kinds(self) -> list[str]:
        """The kinds of faults that can be asked for."""
        kinds: list[str] = self.description["components"]["schemas"]["SandboxFaultOrder"]["properties"]["kind"]["enum"]
        return kinds

    @property
    def struck_operations(self) -> list[str]:
        """What a fault can concern: operations of the API, and types of notifications."""
        return sorted(name for name in self.operations if not name.startswith("sandbox")) + sorted(
            self.description["webhooks"]
        )

    def operate(
        self,
        operation_id: str,
        site_id: str,
        body: Json | None = None,
        *,
        query: Json | None = None,
        public_url: str = "",
        **path: Any,
    ) -> Any:
        """Run an operation and return its answer; `path` holds the parameters of its path besides the site.

        Raises:
            ApiError: It was refused.
        """
        return self.dispatcher.operate(operation_id, {"siteId": site_id, **path}, body or {}, public_url, query)

    def shown(self, operation_id: str, site_id: str, *, public_url: str = "", **path: Any) -> Any:
        """Run an operation that reads and return its answer without secrets.

        Raises:
            ApiError: It was refused.
        """
        answered = self.operate(operation_id, site_id, public_url=public_url, **path)
        return self.masks.of_response(operation_id, 200).masked(answered)

    def look(self, site_id: str, query: Callable[[Work], T], *, in_order: bool = False) -> T:
        """Run a query on a site; `in_order`: whoever reads a log after what they have read of it misses nothing."""
        return self.services.engine.look(site_id, query, in_order=in_order)
