"""Keys, sites and content types."""

TEXTS = {
    "QP-ACC-001": "A client that forgot its key must learn that from the status and the header. Any other answer sends a "
    "developer looking for a fault in the body, and a server that serves such a request serves everybody.",
    "QP-ACC-002": "After a key was changed, every request of the old one fails. Only a 401 tells the shop that the key is the "
    "cause, so that it asks for the new one instead of repeating payments.",
    "QP-ACC-003": "A shop with several sites that mixes up their keys sees 403 and knows where to look. A 404 would make it "
    "believe that its payments were lost.",
    "QP-ACC-004": "A key that reaches another merchant's site can read its payments, capture its holds and send its money "
    "back. Nothing else in this catalogue costs as much.",
    "QP-ACC-005": "A request that is refused and still does something is the worst of both: the shop believes that nothing "
    "happened, and the payer has paid.",
    "QP-ACC-006": "A body that is read whatever it says of itself can be sent by a form on any web page. The content type is "
    "what keeps a payer's browser from doing so.",
    "QP-ACC-007": "A client that sends the wrong content type learns from 406 that the form of its request is at fault, not "
    "the data in it.",
    "QP-HTTP-001": "A request without an answer leaves the shop not knowing whether the payer was charged. It has to ask "
    "again, and may by then have sent the goods or turned the payer away.",
}
