"""A long story of a site, the same for the same number: what determinism and equality of stores are shown by."""

import random
from collections.abc import Generator

from tests.sandbox.partner import CARD, EXPIRES
from tests.sandbox.proof import steps
from tests.sandbox.proof.servers import Speaker
from tests.sandbox.proof.steps import ACCOUNT, Answer, Step

LENGTH = 40


def tell(server: Speaker, number: int) -> list[tuple[Step, Answer]]:
    """Let the story happen and return every exchange."""
    exchanges = []
    told = _story(random.Random(number))  # noqa: S311 - a story, no secret
    step = next(told)
    while True:
        answer = server.answer(step)
        exchanges.append((step, answer))
        try:
            step = told.send(answer)
        except StopIteration:
            return exchanges


def _story(dice: random.Random) -> Generator[Step, Answer, None]:
    tokens: list[str] = []
    payments: list[str] = []
    for number in range(LENGTH):
        match dice.randrange(8):
            case 0:
                yield steps.put_bill(f"b{number}", "20.00", expires=EXPIRES, customer={"account": ACCOUNT})
                card = {**CARD, "expiryDate": f"{dice.choice(['02', '03', '12'])}/30"}
                paid = yield steps.pay_bill(f"b{number}", dice.choice(["confirm", "refuse", "wait"]), card)
                payments.append(paid.json["paymentId"])
            case 1 | 2:
                payments.append(f"p{number}")
                flags = dice.sample(["SALE", "BIND_PAYMENT_TOKEN"], dice.randrange(3))
                step = steps.put_payment(
                    payments[-1], f"{dice.randrange(1, 500)}.50", flags=flags, customer={"account": ACCOUNT}
                )
                made = yield step
                again = yield step
                assert again == made
                tokens += [made.json["createdToken"]["token"]] if "createdToken" in made.json else []
            case 3 if tokens:
                payments.append(f"p{number}")
                yield steps.put_payment_by_token(payments[-1], dice.choice(tokens), "3.00")
            case 4 if payments:
                yield steps.put_capture(dice.choice(payments), f"c{number}")
            case 5 if payments:
                yield steps.put_refund(dice.choice(payments), f"r{number}", f"{dice.randrange(1, 90)}.00")
            case 6 if tokens and dice.random() < 0.3:
                yield steps.delete_token(dice.choice(tokens))
            case _:
                yield steps.advance(dice.choice([1, 60, 301, 901, 3600, 72 * 3600]))
    for payment_id in payments:
        yield steps.get_payment(payment_id)
        yield steps.get(f"/payments/{payment_id}/refunds")
