"""Templates to HTTP answers, with the headers that every page bears."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from qiwi_payin_sandbox.http.message import Response
from qiwi_payin_sandbox.pages.formats import amount_text, card_text, moment_text
from qiwi_payin_sandbox.pages.texts import texts_of
from qiwi_payin_sandbox.web.templates import environment

if TYPE_CHECKING:
    from qiwi_payin_sandbox.pages.texts import Language

_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

# Partners may put the form into a frame or a popup, so nothing is said of frame-ancestors and openers.
_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'"


class Renderer:
    """Renders templates of this package in one language, below a root (see `PageRequest.root`)."""

    def __init__(self) -> None:
        self._environment = environment("qiwi_payin_sandbox.pages")
        self._environment.filters.update(amount=amount_text, card=card_text, moment=moment_text)

    def page(
        self,
        template: str,
        language: Language,
        *,
        root: str,
        status: HTTPStatus = HTTPStatus.OK,
        theme: str | None = None,
        event: str | None = None,
        posts_elsewhere: bool = False,
        **values: object,
    ) -> Response:
        """Return the rendered template.

        Args:
            template: Its file.
            language: The language of its words.
            root: What leads to the folder of `/form`.
            status: The answer's status.
            theme: Code of the theme; without one it looks as it is.
            event: What a page that has this one in a frame is told by `postMessage`.
            posts_elsewhere: Its form may go to any web address: browsers hold a form's redirects against the policy
                too, and where a partner's page redirects to is its own affair.
            values: What the template shows.
        """
        html = self._environment.get_template(template).render(
            values,
            root=root,
            theme=theme,
            event=event,
            language=language,
            t=texts_of(language),
            other_name=texts_of(language.other).language_name,
        )
        policy = f"{_POLICY} http: https:" if posts_elsewhere else _POLICY
        headers = {
            **_HEADERS,
            "Content-Type": "text/html; charset=utf-8",
            "Content-Language": language,
            "Content-Security-Policy": policy,
        }
        return Response(status=status, headers=headers, body=html.encode())

    def message(
        self,
        message: str,
        language: Language,
        status: HTTPStatus,
        *,
        root: str,
        form_address: str | None = None,
        event: str | None = None,
    ) -> Response:
        """Return a page that only tells something: the texts `{message}` and `{message}_note`, maybe a way back."""
        return self.page(
            "message.html",
            language,
            root=root,
            status=status,
            title=message,
            note=f"{message}_note",
            form_address=form_address,
            event=event,
        )

    def redirect(self, address: str) -> Response:
        """Return a redirect after a POST, so that reloading the page pays nothing again."""
        return Response(status=HTTPStatus.SEE_OTHER, headers={**_HEADERS, "Location": address}, body=b"")
