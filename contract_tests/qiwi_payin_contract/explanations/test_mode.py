"""Sites in test mode."""

TEXTS = {
    "QP-TEST-001": "It is the published way to see a refusal. Where it succeeds, a shop's handling of refusals is never tried.",
    "QP-TEST-002": "Slow banks are part of real life. Where this card answers at once, the shop's waiting is never tried.",
    "QP-TEST-003": "A late refusal is what simple shops handle worst: they have already said thank you.",
    "QP-TEST-004": "If a test card is declined for no published reason, developers look for the fault in their own code.",
    "QP-TEST-005": "The published cards are the only ones that a shop may try with. One that does not pay blocks its tests of "
    "that payment system.",
    "QP-TEST-006": "Without a way to bring about 3-D Secure, confirmed and refused, a shop first meets it with a real payer.",
    "QP-TEST-007": "The flag is what keeps a shop from delivering real goods for test money.",
    "QP-TEST-008": "A test in another currency would show what the real site does not do.",
}
