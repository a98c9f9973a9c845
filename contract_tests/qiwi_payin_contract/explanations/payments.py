"""Payments from the partner's own form, and by token."""

TEXTS = {
    "QP-PAY-001": "Without acsUrl and pareq the payer cannot be sent to the bank, and every card that asks for 3-D Secure is "
    "lost.",
    "QP-PAY-002": "A payer who has confirmed and is not charged believes to have paid; the shop believes not.",
    "QP-PAY-003": "A refusal that comes as an HTTP error is handled as an outage: the shop repeats what the payer has just "
    "refused.",
    "QP-PAY-004": "The two fields are all that the page requires. A server that wants more breaks clients that keep to the page.",
    "QP-PAY-005": "Without an order number the payment cannot be found among the bills, nor in the settlement.",
    "QP-PAY-006": "A payment without a sum or a card that is taken anyway is of a sum, or a card, that somebody guessed.",
    "QP-PAY-007": "A number that is cut, or refused below its limit, no longer matches the shop's order.",
    "QP-PAY-008": "A client that reads commands out of the answer's flags takes a command for a state.",
    "QP-PAY-009": "A new payment under a used id is a second charge that the shop cannot tell from the first.",
    "QP-PAY-010": "Sites number their payments on their own. If they must not meet, one of a company's shops is refused for no "
    "reason that it could know.",
    "QP-PAY-011": "Support asks the payer for the last four digits. If these are not the card's, the payment is not found.",
    "QP-PAY-012": "A change before the beginning makes a shop's history of the payment wrong, where it may have to serve as "
    "evidence.",
    "QP-PAY-013": "Sums in different currencies cannot be compared: what is left to refund becomes a guess.",
    "QP-PAY-014": "A token that was asked for and is not there loses the subscription; one that was not asked for is a card "
    "stored without consent.",
    "QP-PAY-015": "A shop that renews in two steps, to check its stock first, needs the hold by token as well.",
    "QP-PAY-016": "A token that pays on another site lets that site's owner charge cards that were never given to it.",
    "QP-PAY-017": "Without an account nobody knows whose card is charged: any stolen token would pay.",
    "QP-PAY-018": "A payer who left, and whose token still pays, is charged against their will.",
    "QP-PAY-019": "A shop's own references travel in customFields. If only some keys are taken, payment and contract come "
    "apart.",
    "QP-PAY-020": "The field tells stored cards from typed ones, which banks treat differently. Shown for the wrong payments, "
    "a shop repeats with the wrong kind of consent.",
    "QP-PAY-021": "A shop that sees it books an exchange of currencies that did not take place.",
    "QP-PAY-022": "Without the name of the field the payer's form can only say that something is wrong.",
    "QP-PAY-023": "An error with a cause that is none makes the shop ask the payer to correct data that are right.",
    "QP-PAY-024": "A shop asks after a lost answer whether the payment exists. Only 404 says that it may safely try again.",
    "QP-PAY-025": "The prefix is how a shop tells an order number of its own from one that was made up for it.",
    "QP-PAY-026": "A payer with two windows open pays twice. Declining the second is what saves the refund.",
}
