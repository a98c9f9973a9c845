"""What one answer says against an earlier one."""

TEXTS = {
    "QP-BOOKS-101": "A payment that was made and cannot be read is money that the shop cannot account for: it neither delivers "
    "nor refunds.",
    "QP-BOOKS-102": "A shop that asks for an id and gets an object believes that a payment exists. It may deliver for money "
    "that nobody paid.",
    "QP-BOOKS-103": "Two shops of one company number their orders alike. If one site's order shows on the other, a bill is "
    "taken as paid that never was.",
    "QP-BOOKS-104": "Whoever holds the key of one site must learn and do nothing on another; otherwise each merchant's money is "
    "as safe as the most careless merchant's key.",
    "QP-BOOKS-105": "When an answer is lost, asking again is all that a shop can do. If that makes a second object, the payer "
    "is charged twice.",
    "QP-BOOKS-106": "An order number used twice by mistake must be an error that names the id. An answer of success lets the "
    "shop believe in a sum that was never charged.",
    "QP-BOOKS-107": "A later request that changes an earlier payment makes the books of shop and bank differ, and nobody can "
    "tell which sum the payer agreed to.",
    "QP-BOOKS-201": "A shop files the answer under the ids in it. A wrong id books the money to another order.",
    "QP-BOOKS-202": "An answer with another sum than was asked for is either a wrong charge or a wrong record of it; both end "
    "with a payer's complaint.",
    "QP-BOOKS-203": "Clients read a sum as text with two decimals. '150' or '150.0' breaks their parsers, or worse, is read as "
    "kopecks.",
    "QP-BOOKS-204": "The shop shows its payer until when the bill can be paid. A time that comes back changed, by a zone for "
    "instance, lets the payer come too late.",
    "QP-BOOKS-205": "The comment is what a person in the back office recognises a bill by. Changed, it is found no more.",
    "QP-BOOKS-206": "A shop matches payments to its buyers by the customer in the answer. Another customer there gives one "
    "buyer's goods to another.",
    "QP-BOOKS-207": "customFields is where a shop keeps its own references, such as a contract number. What is lost there is "
    "lost to its bookkeeping.",
    "QP-BOOKS-208": "A client that reads its references back from the answer finds nothing, and cannot tell that from having "
    "sent none.",
    "QP-BOOKS-209": "The address says who is told of the payment. Another one in the answer means that somebody else is told, "
    "or nobody.",
    "QP-BOOKS-210": "flags decide whether money is debited at once. An answer that shows others leaves the shop waiting for a "
    "capture that is not needed, or forgetting one that is.",
    "QP-BOOKS-211": "The masked number is how payer and shop agree which card was charged. A wrong one sends a refund talk "
    "after the wrong card; a longer one gives the card away.",
    "QP-BOOKS-212": "createdDateTime and invoiceUid are what a notification's signature and a payer's link hang on. If they "
    "move, signatures no longer fit and links lead nowhere.",
    "QP-BOOKS-213": "A payer who follows payUrl pays whatever bill it names. Another bill's address takes money for the wrong "
    "order.",
    "QP-BOOKS-214": "Fees, refunds and repeats go by the method of payment. A wrong type makes a shop treat a saved card like a "
    "typed one.",
    "QP-BOOKS-301": "Answers end up in logs and error trackers. A card number there puts the shop under card-industry audit, "
    "and the payer's card up for sale.",
    "QP-BOOKS-302": "A key or token in an answer lands in logs that many can read, and each of them can then charge and "
    "refund.",
    "QP-BOOKS-401": "A shop ships on COMPLETED and closes on DECLINED. A status that goes back later undoes what was done in the "
    "real world.",
    "QP-BOOKS-402": "A fresh bill that is not CREATED is one that the payer cannot pay: the sale is lost at the first step.",
    "QP-BOOKS-403": "Times that run backwards break reports and disputes, where the order of events is the evidence.",
    "QP-BOOKS-404": "Shops ask for what changed since their last look. A time that moves by itself makes them work for "
    "nothing, one that stands still makes them miss a payment.",
    "QP-BOOKS-405": "A bill that expires before its term turns away a payer who came in time.",
    "QP-BOOKS-406": "PAID without money gives goods away; money without PAID keeps a buyer waiting who has paid.",
    "QP-BOOKS-407": "A second charge on one bill is the payer's money taken twice, and a refund, a fee and an apology for the "
    "shop.",
    "QP-BOOKS-408": "Without 3-D Secure the bank's liability does not pass on: the shop pays for every stolen card that was let "
    "through.",
    "QP-BOOKS-409": "If an invented result completes the payment, whoever has a stolen card number passes 3-D Secure by "
    "typing anything.",
    "QP-BOOKS-410": "complete called on a payment that is over must say so. An answer of success hides from the shop that it "
    "works with a wrong idea of the payment.",
    "QP-BOOKS-501": "Sums that show money while the payer still stands before 3-D Secure make a shop deliver for a payment that "
    "may yet fail.",
    "QP-BOOKS-502": "A declined payment with a captured sum is counted as income that never comes.",
    "QP-BOOKS-503": "A one-step payment is done when it is COMPLETED. If its money was not taken, the shop delivers and nobody "
    "captures it any more.",
    "QP-BOOKS-504": "capturedAmount is how a shop tells held from debited. If it is not 0.00 at the hold, nobody captures, and "
    "the hold runs out.",
    "QP-BOOKS-505": "Two-step payment is a promise to the payer: no debit until the order is ready. A debit before that is "
    "money taken for goods that may be out of stock.",
    "QP-BOOKS-506": "A capture of more than is held overcharges the payer; one of less leaves money behind that cannot be "
    "captured again.",
    "QP-BOOKS-507": "The captured sum is what the shop books as income. If it differs from the capture, the books never agree "
    "with the bank's.",
    "QP-BOOKS-508": "A second capture is a second debit of the same order.",
    "QP-BOOKS-509": "A capture where nothing is held takes money that nobody agreed to, or tells the shop of money that does "
    "not exist.",
    "QP-BOOKS-510": "A shop's code decides by the error code whether to stop or to repeat. Another one makes it repeat for ever, "
    "or give up on a good payment.",
    "QP-BOOKS-511": "How much was returned decides how much can still be. A wrong sum returns too much, or keeps from the payer "
    "what is due.",
    "QP-BOOKS-512": "More out than came in is somebody's loss: the merchant's, the bank's or the payer's.",
    "QP-BOOKS-513": "A refund above what is left pays out the merchant's own money. Two such requests at once are a known way to "
    "drain a shop.",
    "QP-BOOKS-514": "The reason tells the back office that the sum is at fault, and that a smaller refund would do. Without it "
    "they try the same again.",
    "QP-BOOKS-515": "A payer who is due a refund does not get it, although the money is there.",
    "QP-BOOKS-516": "A refund of a payment that never happened gives money away.",
    "QP-BOOKS-517": "INVALID_STATE tells the shop to wait or to let be. Another reason makes it try other sums.",
    "QP-BOOKS-518": "A reversal costs nothing and shows to the payer as if nothing had been; a refund has fees and takes days. "
    "The flag is how the shop tells them apart.",
    "QP-BOOKS-519": "Money that was debited comes back only by a refund. Called a reversal, it is missing in the books of "
    "both sides.",
    "QP-BOOKS-601": "A refund that is missing from the list is made again; one that was never made is told to the payer as "
    "done.",
    "QP-BOOKS-602": "A shop that reads the last entry as the newest refund reads the wrong one.",
    "QP-BOOKS-603": "A bill's payments are how a shop finds out which card paid, and what to refund. One that is missing is "
    "money out of sight.",
    "QP-BOOKS-604": "The first payment in the list is taken as the latest attempt. In another order a declined attempt hides a "
    "paid one.",
    "QP-BOOKS-701": "A token made without being asked for is a payer's card stored without consent.",
    "QP-BOOKS-702": "A shop that asked for a token and got none has to ask the payer for the card again at each renewal, and "
    "loses the subscription.",
    "QP-BOOKS-703": "A token that pays elsewhere lets another shop charge a card that was never given to it.",
    "QP-BOOKS-704": "The account is what ties a token to a person. If any account will do, one customer pays with another's "
    "card.",
    "QP-BOOKS-705": "A payer who had the card removed is charged all the same.",
    "QP-BOOKS-706": "Payments by token run without the payer. One that asks for 3-D Secure can never be finished, and the "
    "renewal fails.",
    "QP-BOOKS-707": "A card that cannot be removed keeps the shop from doing what the payer, and the law, asks for.",
    "QP-BOOKS-801": "cause is what a form shows beside the wrong field. A name that is none of the request's points the payer "
    "nowhere.",
    "QP-BOOKS-802": "A cause where no field is wrong makes the shop ask the payer for other data, when the fault is elsewhere.",
    "QP-BOOKS-803": "A good request that is refused is a sale that does not happen, for no reason that anybody could find.",
    "QP-BOOKS-804": "Clients tell a missing object from a wrong address by the error code. Without it, they cannot tell a typo "
    "in the base URL from a lost payment.",
}
