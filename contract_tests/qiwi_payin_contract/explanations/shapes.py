"""The form of requests and answers."""

TEXTS = {
    "QP-SHAPE-001": "An operation that takes no valid request cannot be used, whatever else of it is right.",
    "QP-SHAPE-101": "After a 5xx a shop does not know whether the payer was charged, and a request that brings it about can be "
    "sent by anybody, again and again.",
    "QP-SHAPE-102": "A wrong header must end as a refusal. As an error of the server's own it looks like an outage, and is "
    "repeated.",
    "QP-SHAPE-103": "Clients decide by the status whether to repeat, to refund or to give up. Of one that is not documented they "
    "know nothing.",
    "QP-SHAPE-104": "Without a content type a client has to guess what it got, and a browser may take it for a page.",
    "QP-SHAPE-105": "A client reads JSON. An error page in HTML hides the very reason that it was sent for.",
    "QP-SHAPE-106": "A header that cannot be read makes HTTP libraries fail before the shop's code sees the answer.",
    "QP-SHAPE-107": "WWW-Authenticate and Allow tell a developer, and many libraries, what would have been right.",
    "QP-SHAPE-108": "A field that is missing, or of another type, breaks the client at the moment at which a payer waits.",
    "QP-SHAPE-109": "A body that is no JSON is lost to the client: of what happened, only the status is left.",
    "QP-SHAPE-110": "Names and comments in another encoding come out garbled, or make the client fail.",
    "QP-SHAPE-111": "Of an unknown method a client cannot tell which fields to expect, and drops the payment or fails.",
    "QP-SHAPE-201": "Data that break the documented form and are taken all the same end in a payment that nobody can interpret "
    "later.",
    "QP-SHAPE-203": "A request without its key or content type that is served is an open door.",
    "QP-SHAPE-204": "A wrong method must do nothing and say so; any other answer may hide that something was done.",
    "QP-SHAPE-205": "Allow tells a developer at once which method was meant.",
    "QP-SHAPE-211": "An id with a slash or a control character cannot be put into an address again: the object is made and never "
    "found.",
    "QP-SHAPE-212": "A sum or card number out of bounds should fail at once, by name, not later at the bank.",
    "QP-SHAPE-213": "Our own choice of form is what clients of this project's sandbox learn from it; it has to be the same "
    "everywhere.",
    "QP-SHAPE-214": "A client that reads the error body on every refusal fails on one that is empty.",
    "QP-SHAPE-401": "Whoever can call without a key, or with any, can charge, capture and refund in the merchant's name.",
}
