"""What is refused, and what must be taken."""

TEXTS = {
    "QP-REF-001": "150 might be rubles or kopecks. A sum without its two decimals is refused rather than guessed.",
    "QP-REF-002": "A payment of nothing makes an order that is paid and brought in no money.",
    "QP-REF-003": "A shop learns from this error that it has to ask the payer for a card again, not to try later.",
    "QP-REF-004": "Shops show userMessage to their payers and match description in their logs. Other texts break both.",
    "QP-REF-005": "Support finds an error by its service and its moment. Without them, a complaint cannot be followed up.",
    "QP-REF-006": "traceId is the one thing that a shop can give to support. Of another form, it is not found.",
    "QP-REF-007": "The payer sees userMessage. Without it, the shop shows a technical text, or nothing.",
    "QP-REF-008": "A sum whose currency is guessed may be a hundred times too much.",
    "QP-REF-009": "Most JSON libraries cannot write 150.00 as a number. A server that takes numbers only cannot be used by their "
    "clients, one that takes strings only not by the documents' own samples.",
    "QP-REF-010": "Servers of shops run on UTC. If only +03:00 is taken, their bills are refused.",
    "QP-REF-011": "Many HTTP libraries add a charset by themselves. A server that refuses it cannot be called by them, and one "
    "that ignores UTF-8 garbles every Russian comment.",
    "QP-REF-012": "A client that does not send Accept is refused for a header that the page calls optional.",
    "QP-REF-014": "Clients that follow the page send a capture with no body at all. If it is refused, their holds lapse.",
    "QP-REF-015": "A payer who left before 3-D Secure keeps the order reserved for ever, unless the payment ends by itself.",
}
