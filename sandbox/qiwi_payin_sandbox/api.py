"""The sandbox as one object."""

import secrets
import threading
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

from starlette.types import ASGIApp

from qiwi_payin_sandbox import dashboard, pages, reference
from qiwi_payin_sandbox.addresses import is_loopback
from qiwi_payin_sandbox.clocks.clock import Clock
from qiwi_payin_sandbox.clocks.timekeeper import Timekeeper
from qiwi_payin_sandbox.clocks.worker import Worker, lifespan
from qiwi_payin_sandbox.controls import Controls, Json
from qiwi_payin_sandbox.description import base_path
from qiwi_payin_sandbox.domain.bank import Bank, TestModeBank
from qiwi_payin_sandbox.domain.ledger import Posting
from qiwi_payin_sandbox.engine.engine import Engine
from qiwi_payin_sandbox.faults.mishaps import OrderedMishaps
from qiwi_payin_sandbox.faults.register import Register
from qiwi_payin_sandbox.http.app import Short, make_app
from qiwi_payin_sandbox.http.dispatch import Dispatcher
from qiwi_payin_sandbox.http.message import Request, Response
from qiwi_payin_sandbox.http.routing import Router
from qiwi_payin_sandbox.http.runners import runner
from qiwi_payin_sandbox.http.server import Server, ServerError
from qiwi_payin_sandbox.ids import Ids
from qiwi_payin_sandbox.installed import installed_description, installed_router
from qiwi_payin_sandbox.notifications.couriers import Collector, Handler, HandlerCourier
from qiwi_payin_sandbox.notifications.delivery import Beginning, Courier, HttpCourier, to_addresses
from qiwi_payin_sandbox.notifications.outbox import Outbox
from qiwi_payin_sandbox.operations.table import HANDLERS
from qiwi_payin_sandbox.payer import InvoiceDesk, PayerDesk
from qiwi_payin_sandbox.request_log import DEFAULT_CAPACITY, RequestLog
from qiwi_payin_sandbox.services import Services
from qiwi_payin_sandbox.settings import checked_control_key, checked_public_url, secret_of
from qiwi_payin_sandbox.sites.settings import as_document
from qiwi_payin_sandbox.sites.site import Site
from qiwi_payin_sandbox.store import StoreError, is_shared, open_store

if TYPE_CHECKING:
    from qiwi_payin_sandbox.dashboard.feed import Feed
    from qiwi_payin_sandbox.dashboard.routes import Dashboard
    from qiwi_payin_sandbox.http.transport import AsyncSandboxTransport, SandboxTransport
    from qiwi_payin_sandbox.pages.routes import Pages
    from qiwi_payin_sandbox.reference.routes import Reference


class Sandbox(Controls):
    """A server that behaves as the documents say, with a payer, a bank, 3-D Secure and a clock that can be moved.

        with Sandbox() as sandbox:
            payin = PayIn(base_url=sandbox.base_url, key=sandbox.key, site_id=sandbox.site_id)

    Any number can live in one process. Give everything back with `close()` or by leaving the `with` block.

    Args:
        store: `sqlite://` (memory), `sqlite:///FILE` or `postgresql://USER@HOST/DATABASE`.
        clock: How sites tell the time; `Clock.frozen(...)` for tests that depend on it.
        seed: What ids, keys and signatures are derived from: the same seed and the same requests give the same bytes.
            None takes 0 for a store in memory where `host` is loopback, a secret that nobody knows where it is not,
            and for a store that lasts a secret kept in a file outside the database.
        sites: Sites to set up as given, keys included; by default those that are stored, else one called `test-00`.
        bank: Who answers authorisations; by default the test mode's table.
        courier: Who delivers notifications; by default HTTP. `"collect"` sends none: they are there to be looked at,
            as `last_notification()` gives them.
        deliver_to: Is called with the body and the headers of each notification, and returns the HTTP status of its
            answer, in place of a server.
        allow_callback: Hosts that notifications may go to besides this machine's own, which are to be named too where
            `host` is not loopback.
        public_url: What the addresses of the payer's pages begin with; by default the Host header where that is
            loopback.
        host: Where to listen.
        port: Where to listen; 0 takes a free port.
        secret_file: Where the secret is kept if there is no seed; by default beside the SQLite file.
        control_key: What callers on other machines need for control operations, besides those that a key of the site
            opens; made where `host` is not loopback, else there is none by default.
        kept_requests: How many of the latest requests `requests()` and the dashboard can show, secrets masked.
        description: The OpenAPI document; by default the one that is installed.

    Raises:
        StoreError: The store cannot be opened.
        ValueError: A setting breaks its rule.
    """

    def __init__(
        self,
        *,
        store: str = "sqlite://",
        clock: Clock | None = None,
        seed: int | str | None = None,
        sites: Iterable[Site] = (),
        bank: Bank | None = None,
        courier: Courier | Literal["collect"] | None = None,
        deliver_to: Handler | None = None,
        allow_callback: Iterable[str] = (),
        public_url: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        secret_file: Path | None = None,
        control_key: str | None = None,
        kept_requests: int = DEFAULT_CAPACITY,
        description: Mapping[str, Any] | None = None,
    ) -> None:
        self._listen_on = (host, port)
        self.control_key = checked_control_key(control_key, host)
        """What callers on other machines need for control operations; None: these open to keys of sites only."""
        self._public_url = checked_public_url(public_url)
        if seed is None and secret_file is None and is_shared(store):
            raise StoreError("a store that others share needs a secret outside of it: --secret-file or --seed")
        self._store = open_store(store)
        self._runner = runner(self._store)
        self._closed = False
        self._server: Server | None = None
        self._worker: Worker | None = None
        self._outbox: Outbox | None = None
        self._feed: Feed | None = None
        self._making_dashboard = threading.Lock()
        self._made_dashboard: Dashboard | None = None
        self._courier, beginning = _courier(courier, deliver_to, allow_callback, host)
        try:
            ids = Ids(secret_of(self._store, seed, secret_file, host))
            self._engine = Engine(
                self._store,
                clock=clock or Clock(),
                ids=ids,
                bank=bank or TestModeBank(),
                sites=tuple(sites),
                beginning=beginning,
            )
            self._outbox = outbox = Outbox(self._engine, self._courier, OrderedMishaps())
            self._timekeeper = Timekeeper(self._engine, outbox)
            router = installed_router() if description is None else Router(description, HANDLERS)
            self._description = description = installed_description() if description is None else description
            self._base_path = base_path(description)
            run = "" if self._store.path is None else secrets.token_hex(8)
            self._router = router
            log = RequestLog(
                description,
                router,
                sites=self._engine.sites,
                site_time=self._engine.time_last_seen,
                after_commit=self._store.after_commit,
                capacity=kept_requests,
            )
            operations = (name for name, route in router.routes.items() if not route.is_control)
            faults = Register(self._engine, operations)
            self._services = Services(self._engine, self._timekeeper, outbox, log, faults)
            self._dispatcher = Dispatcher(self._services, router, run, self.control_key)
            self._request_log = log
            self._recorded = log.recording(
                lambda request: self._dispatcher.handle(request, self._public_url_for(request))
            )
        except BaseException:
            self.close()
            raise
        self.payer = PayerDesk(self._engine)
        """All that a payer can do."""

    def __repr__(self) -> str:
        return f"Sandbox(sites={list(self.sites)})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving and give the store back; nothing can be done with the sandbox any more."""
        self._closed = True
        if self._outbox is not None:
            self._timekeeper.close()
        self._courier.close()
        if self._feed is not None:
            self._feed.close()
        if self._server is not None:
            self._server.stop()
            self._server = None
        self._stop_worker()
        if self._outbox is not None:
            self._outbox.close()
        self._runner.close()
        self._store.close()

    # sites

    @property
    def sites(self) -> Mapping[str, Site]:
        """The sites by id, with their keys."""
        return self._engine.sites

    @property
    def site_id(self) -> str:
        """The id of the first site."""
        return next(iter(self.sites))

    @property
    def key(self) -> str:
        """The API access key of the first site.

        Raises:
            LookupError: Nobody has given it to this sandbox: the store has its hash only.
        """
        key = self.sites[self.site_id].key
        if key is None:
            raise LookupError(f"of the keys of the site {self.site_id} only hashes are stored; issue_key() makes one")
        return key

    @property
    def notification_key(self) -> str:
        """The key that notifications of the first site are signed with."""
        return self.sites[self.site_id].notification_key or ""

    def made_keys(self, *, site_id: str | None = None) -> tuple[str | None, str | None]:
        """Return the API access key and the notification key of a site where the sandbox made them, None for others."""
        return self._engine.made_keys(self.site_id if site_id is None else site_id)

    def create_site(self, site: Site) -> Site:
        """Make a site, and return it with the keys that were made where none are given.

        Raises:
            ValueError: There is a site of this id, or its public key names another one.
        """
        return self._engine.set_up(site, is_new=True)

    def change_site(self, *, site_id: str | None = None, **settings: Any) -> Site:
        """Change some settings of a site, named and given as to `Site`, and return it.

            sandbox.change_site(hold_term=timedelta(minutes=5), cancels_holds=True)

        Raises:
            ValueError: There is no such site or setting.
            ApiError: A setting breaks its rule.
        """
        named = self.site_id if site_id is None else site_id
        self._operate("sandboxChangeSite", named, as_document(settings))
        return self.sites[named]

    # ways in

    def handle(self, request: Request) -> Response:
        """Answer one request of the API, of the control operations or of the payer's pages."""
        if pages.is_page(request.path):
            return self._pages.handle(request, self._public_url_for(request))
        if dashboard.is_dashboard(request.path):
            return self._dashboard.handle(request, self._public_url_for(request))
        if reference.is_reference(request.path):
            return self._reference.handle(request, self._public_url_for(request))
        return self._recorded(request)

    @cached_property
    def transport(self) -> "SandboxTransport":
        """For `httpx.Client`: reaches this sandbox without a socket."""
        from qiwi_payin_sandbox.http.transport import SandboxTransport  # noqa: PLC0415 - a server does without httpx

        return SandboxTransport(self.handle)

    @cached_property
    def async_transport(self) -> "AsyncSandboxTransport":
        """For `httpx.AsyncClient`: reaches this sandbox without a socket."""
        from qiwi_payin_sandbox.http.transport import AsyncSandboxTransport  # noqa: PLC0415 - as above

        return AsyncSandboxTransport(self.handle)

    @cached_property
    def app(self) -> ASGIApp:
        """The ASGI application: the API, the control operations and the payer's pages.

        A server that keeps the ASGI lifespan, as all do by default, starts and stops with it what lets happen, by
        itself, what is due. Mounted into another application, which has no lifespan of its own, or without any server,
        that happens when it is looked at, or by `advance()`.
        """
        short = Short(prefixes=self._router.api_prefixes, runner=self._runner, failed=self._failed)
        return make_app(
            self.handle,
            short=short,
            lifespan=lifespan(self._start_worker, self._stop_worker),
            largest_body=self._dispatcher.largest_body,
        )

    def _failed(self, request: Request, error: Exception) -> Response:
        return self._request_log.recording(lambda failed: self._dispatcher.failed(failed, error))(request)

    @cached_property
    def _pages(self) -> "Pages":
        from qiwi_payin_sandbox.pages.routes import Pages  # noqa: PLC0415 - a start needs neither pages nor templates

        return Pages(self.payer, InvoiceDesk(self._engine, self._check_bill))

    @property
    def _dashboard(self) -> "Dashboard":
        with self._making_dashboard:
            if self._made_dashboard is None:
                self._made_dashboard = self._make_dashboard()
            return self._made_dashboard

    def _make_dashboard(self) -> "Dashboard":
        from qiwi_payin_sandbox.dashboard.control import Control  # noqa: PLC0415 - see above
        from qiwi_payin_sandbox.dashboard.feed import Feed  # noqa: PLC0415 - see above
        from qiwi_payin_sandbox.dashboard.routes import Dashboard  # noqa: PLC0415 - see above
        from qiwi_payin_sandbox.masking import Masks  # noqa: PLC0415 - see above

        control = Control(
            description=self._description,
            dispatcher=self._dispatcher,
            services=self._services,
            operations=frozenset(self._router.routes),
            masks=Masks(self._description),
            base_path=self._base_path,
        )
        self._feed = Feed(control)
        return Dashboard(control, self._feed, self.control_key)

    @cached_property
    def _reference(self) -> "Reference":
        from qiwi_payin_sandbox.reference.routes import Reference  # noqa: PLC0415 - see above

        return Reference(self._description)

    def _check_bill(self, bill_id: str, body: Json) -> None:
        route = self._router.routes["billsCreate"]
        route.check_parameters({"billId": bill_id})
        if route.body is not None:
            route.body.check(body)

    def serve(self) -> str:
        """Start serving, and doing what is due, in the background, and return the origin.

        Raises:
            ServerError: The address cannot be listened on, or the sandbox was closed.
        """
        if self._closed:
            raise ServerError("the sandbox was closed")
        if self._server is None:
            self._server = Server(self.app, *self._listen_on)
            self._start_worker()
        return self._server.origin

    def _start_worker(self) -> None:
        if self._worker is None:
            self._worker = Worker(self._timekeeper, self._engine.due_soon)

    def _stop_worker(self) -> None:
        if self._worker is not None:
            self._worker.stop()
            self._worker = None

    @property
    def origin(self) -> str:
        """Where it listens, such as `http://127.0.0.1:8000`; the first use starts the server."""
        return self.serve()

    @property
    def base_url(self) -> str:
        """Everything before `/payin/v1`; the first use starts the server."""
        return self.origin + self._base_path

    @property
    def local_base_url(self) -> str:
        """A base URL for `transport` and `async_transport`; starts nothing."""
        return "http://127.0.0.1" + self._base_path

    # control

    def _operate(
        self, operation_id: str, site_id: str | None, body: Json, query: Json | None = None, **parameters: str
    ) -> Any:
        parameters["siteId"] = self.site_id if site_id is None else site_id
        if self._engine.sites.find(parameters["siteId"]) is None:
            raise ValueError(f"the sandbox has no site {site_id}")
        return self._dispatcher.operate(operation_id, parameters, body, self._default_public_url(), query)

    def postings(self, *, site_id: str | None = None) -> list[Posting]:
        """Return the ledger of a site, oldest first: every move of money there was."""
        return self._engine.look(self.site_id if site_id is None else site_id, lambda work: work.unit.postings())

    def _public_url_for(self, request: Request) -> str:
        if self._public_url is None and request.local_host is not None:
            return f"http://{request.local_host}"
        return self._default_public_url()

    def _default_public_url(self) -> str:
        if self._public_url is not None:
            return self._public_url
        return self._server.origin if self._server is not None else "http://127.0.0.1"


def _courier(
    chosen: Courier | Literal["collect"] | None, handler: Handler | None, allow_callback: Iterable[str], host: str
) -> tuple[Courier, Beginning]:
    if handler is not None:
        if chosen is not None:
            raise ValueError("notifications go to `deliver_to` or by `courier`, not both")
        return HandlerCourier(handler), HandlerCourier.beginning
    if chosen == "collect":
        return Collector(), Collector.beginning
    return chosen or HttpCourier(allow_callback, calls_this_machine=is_loopback(host)), to_addresses
