"""Operations on payment tokens."""

from qiwi_payin_sandbox.domain import tokens
from qiwi_payin_sandbox.engine.work import Work
from qiwi_payin_sandbox.operations.call import Answer, Call


def delete(call: Call) -> Answer:
    """Delete a token."""
    token, account = call.body["token"], call.body["customerAccountId"]

    def command(work: Work) -> None:
        work.store(tokens.delete(work.unit.token(token, lock=True), account, work.now))

    call.change(command)
    return Answer(status=204)
