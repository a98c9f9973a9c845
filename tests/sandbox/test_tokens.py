"""Payment tokens belong to the site and the account that they were issued for."""

import json

from qiwi_payin_sandbox import Sandbox, Site

from tests.sandbox.partner import Partner, rubles

CUSTOMER = {"account": "token234"}


def issue(partner: Partner) -> str:
    payment = partner.payment("first", flags=["BIND_PAYMENT_TOKEN"], customer=CUSTOMER)
    assert payment["createdToken"]["name"] == "444444******1049"
    token: str = payment["createdToken"]["token"]
    return token


def paying(token: str, **fields: object) -> dict[str, object]:
    return {"paymentMethod": {"type": "TOKEN", "paymentToken": token}, "amount": rubles("1.00"), **fields}


def test_a_token_is_issued_by_a_successful_payment_with_the_flag_and_an_account(partner: Partner) -> None:
    issue(partner)
    assert "createdToken" not in partner.payment("no-flag", customer=CUSTOMER)
    assert "createdToken" not in partner.payment("no-account", flags=["BIND_PAYMENT_TOKEN"])
    declined = partner.payment("no", flags=["BIND_PAYMENT_TOKEN"], customer=CUSTOMER, card={"expiryDate": "02/30"})
    assert "createdToken" not in declined


def test_a_token_is_issued_when_three_ds_is_passed_and_not_before(partner: Partner) -> None:
    waiting = partner.payment(flags=["BIND_PAYMENT_TOKEN"], customer=CUSTOMER, card={"cvv2": "849"})
    assert "createdToken" not in waiting
    pares = partner.sandbox.answer_three_ds("p-1")["pares"]
    assert partner.ok("POST", "/payments/p-1/complete", {"threeDS": {"pares": pares}})["createdToken"]["token"]


def test_a_token_pays_without_card_data_and_three_ds(partner: Partner) -> None:
    token = issue(partner)
    payment = partner.ok("PUT", "/payments/p-1", paying(token, customer=CUSTOMER, flags=["SALE"]))
    assert payment["status"]["value"] == "COMPLETED"
    assert payment["capturedAmount"] == rubles("1.00")
    assert payment["paymentMethod"]["type"] == "TOKEN"
    assert payment["paymentMethod"]["maskedPan"] == "444444******1049"


def test_a_token_needs_the_account(partner: Partner) -> None:
    error = partner.error(400, "PUT", "/payments/p-1", paying(issue(partner)))
    assert list(error["cause"]) == ["customer.account"]


def test_an_unknown_token_or_one_of_another_account_is_refused_in_the_known_words(partner: Partner) -> None:
    token = issue(partner)
    words = {"paymentToken": ["Exchange token error. Token disabled, please create new one"]}
    assert partner.error(400, "PUT", "/payments/p-1", paying("unknown", customer=CUSTOMER))["cause"] == words
    assert partner.error(400, "PUT", "/payments/p-1", paying(token, customer={"account": "other"}))["cause"] == words
    assert partner.error(400, "PUT", "/payments/p-1", paying("\0", customer=CUSTOMER))["cause"] == words


def test_a_token_works_only_on_the_site_that_it_was_issued_for() -> None:
    with (
        Sandbox(sites=[Site("one"), Site("two")]) as sandbox,
        Partner(sandbox, "one") as one,
        Partner(sandbox, "two") as two,
    ):
        error = two.error(400, "PUT", "/payments/p-1", paying(issue(one), customer=CUSTOMER))
        assert list(error["cause"]) == ["paymentToken"]


def test_a_deleted_token_cannot_be_used(partner: Partner) -> None:
    token = issue(partner)
    paid = partner.ok("PUT", "/payments/before", paying(token, customer=CUSTOMER))
    body = {"customerAccountId": "token234", "token": token}
    deleted = partner.send("DELETE", "/tokens", text=json.dumps(body))
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert list(partner.error(400, "PUT", "/payments/p-1", paying(token, customer=CUSTOMER))["cause"]) == [
        "paymentToken"
    ]
    assert partner.ok("PUT", "/payments/before", paying(token, customer=CUSTOMER)) == paid


def test_deleting_a_token_twice_an_unknown_one_or_another_accounts_is_not_found(partner: Partner) -> None:
    token = issue(partner)
    for account, named in (("other", token), ("token234", "unknown")):
        partner.error(404, "DELETE", "/tokens", text=json.dumps({"customerAccountId": account, "token": named}))
    body = json.dumps({"customerAccountId": "token234", "token": token})
    assert partner.send("DELETE", "/tokens", text=body).status_code == 204
    assert partner.error(404, "DELETE", "/tokens", text=body)["errorCode"] == "payin.resource.not.found"
