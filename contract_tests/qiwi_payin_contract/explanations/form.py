"""Bills that are paid on the hosted form, in one step and in two."""

TEXTS = {
    "QP-FORM-001": "Without a bill and the address of its form there is nothing to send the payer to: no sale.",
    "QP-FORM-002": "Most bills come without flags. If that is refused, every two-step shop stands still.",
    "QP-FORM-003": "A payer who lands on an error page does not come back.",
    "QP-FORM-004": "Many payers close the window before the redirect. A bill that is PAID only after it leaves them charged and "
    "the shop unaware.",
    "QP-FORM-005": "With SALE nobody captures later. Money that is not debited at once is released after days, and the goods "
    "are gone.",
    "QP-FORM-006": "A debit at the hold takes the payer's money before the shop knows whether it can deliver.",
    "QP-FORM-007": "Shops wait for COMPLETED to begin packing, and tell a hold by 0.00. Another status leaves the order lying.",
    "QP-FORM-008": "The answer to the capture is the shop's receipt. If it comes before the capture is done, goods leave for "
    "money that may not come.",
    "QP-FORM-009": "A capture that takes a part leaves the rest to be released to the payer: the shop has sold at a discount.",
    "QP-FORM-010": "The term is the time that a shop has to collect the order. A hold that goes earlier is an order that has to "
    "be paid for again.",
    "QP-FORM-011": "Shops rely on the capture at the end of the term. If the hold lapses instead, all that was not confirmed in "
    "time is lost.",
    "QP-FORM-012": "A shop that repeats a capture by mistake must be told; an answer of success lets it count the money twice.",
    "QP-FORM-013": "A payer whose order was cancelled in time is to have the money back at once, without fees.",
    "QP-FORM-014": "Debited money that is called reversed shows up in no settlement report.",
    "QP-FORM-015": "A bill that can be paid after its term takes money at a price that no longer holds.",
    "QP-FORM-016": "The form exists so that the shop never touches card data. One answer that carries them puts all its systems "
    "under card-industry rules.",
    "QP-FORM-017": "A saved card that asks for its details again is no saved card, and payers leave at that point.",
    "QP-FORM-018": "A bill that is paid before 3-D Secure is passed was paid without the bank's consent; the shop bears the "
    "chargeback.",
    "QP-FORM-019": "Dates without an offset are read in the reader's own zone, and payments fall on the wrong day of the "
    "books.",
}
