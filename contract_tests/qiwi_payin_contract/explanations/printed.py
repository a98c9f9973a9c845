"""The exchanges that the documents print."""

TEXTS = {
    "QP-EXCH-011": "The printed request is what everybody copies first. A server that refuses it turns away each newcomer at "
    "the first attempt.",
    "QP-EXCH-012": "Clients are written after the printed answer. A field that is missing or of another type breaks them all in "
    "the same place.",
    "QP-EXCH-021": "The two-step sample differs by one missing field. A server that wants flags here debits at once what was to "
    "be held.",
    "QP-EXCH-031": "This sample is how a shop offers saved cards. Refused, the payer types the card at each purchase.",
    "QP-EXCH-041": "It is the one full card payment in print: a server that does not take every field of it cannot be paid by "
    "clients that send them.",
    "QP-EXCH-042": "What is printed here is all that the page shows of 3-D Secure. A shop finds acsUrl by it and sends its payer "
    "there.",
    "QP-EXCH-100": "A field beside the printed ones does little harm by itself; in a sandbox it teaches developers to rely on "
    "what the service does not have.",
    "QP-EXCH-101": "CVV 849 is how a shop tries 3-D Secure without a bank. Where it does nothing, that way first runs with real "
    "payers.",
}
