"""The Python client, as one more party that is checked."""

TEXTS = {
    "QP-CLI-001": "What a client adds, drops or rounds on its way out is charged, and the shop's own code never sees it.",
    "QP-CLI-002": "QIWI adds fields and values as it goes. A client that stumbles over them stops a shop's payments on a day on "
    "which nobody changed anything there.",
    "QP-CLI-003": "A refusal that is not raised is taken for a payment, and one without code and cause cannot be acted on.",
    "QP-CLI-004": "A notification that the client cannot read is a payment that the shop does not hear of.",
    "QP-CLI-005": "Whoever can forge a notification gets goods for nothing.",
}
