"""Notifications, their form, signature and repeats."""

TEXTS = {
    "QP-NOTE-001": "The notification is how a shop hears of a payment when the payer closed the window. Without it the order "
    "stays unpaid in the shop, and paid at the bank.",
    "QP-NOTE-002": "The second call says that the money has really been taken. Without it the shop has to ask again and again.",
    "QP-NOTE-003": "A refund that is not notified, or twice, is missing from the shop's books, or there twice.",
    "QP-NOTE-004": "A handler finds the data under the type's own name. Of another form, the notification is dropped, with the "
    "payment in it.",
    "QP-NOTE-005": "If the signature does not fit, a careful shop throws true notifications away, and a careless one stops "
    "checking and takes forged ones.",
    "QP-NOTE-006": "Handlers compare the signature as text. The same digest in capitals or Base64 is a mismatch, and every "
    "payment looks forged.",
    "QP-NOTE-007": "The sum is part of what is signed, character for character. Written with one decimal, or as a string, the "
    "signature fails.",
    "QP-NOTE-008": "A notification that says something else than the API makes the shop deliver for one sum, or one order, "
    "and book another.",
    "QP-NOTE-009": "Notifications pass through queues, logs and mail. A card number or key among them is out of control at "
    "once.",
    "QP-NOTE-010": "Without the refusal and its reason the shop keeps the goods reserved, and the payer without a word.",
    "QP-NOTE-011": "The token is often delivered here and nowhere else. Without it, the saved card does not exist for the shop.",
    "QP-NOTE-012": "A second notification of one payment makes simple handlers deliver twice.",
    "QP-NOTE-013": "A handler that hears of a payment while the payer stands before 3-D Secure may deliver too early.",
    "QP-NOTE-014": "Told at another address, the shop's own handler never hears of the payment.",
    "QP-NOTE-015": "Frameworks route by method and content type. A notification of another kind ends as an error before the "
    "handler sees it.",
    "QP-NOTE-016": "200 means: understood. What comes again after that is work done twice, or an order delivered twice.",
    "QP-NOTE-017": "A shop that was down for minutes relies on the repeats. If they stop early the payment is lost to it; if "
    "they never stop, it is flooded; if the data changed, the order of events is.",
}
