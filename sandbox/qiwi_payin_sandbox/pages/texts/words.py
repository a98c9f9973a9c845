"""What there are words for on the pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The words of all pages in one language."""

    language_name: str
    months: tuple[str, ...]
    moscow_time: str
    sandbox_mark: str
    sandbox_note: str

    payment: str
    order: str
    site: str
    amount: str
    comment: str
    card: str
    pay_before: str
    pay: str
    paying: str
    secure_note: str

    method: str
    methods: Mapping[str, str]
    method_untestable: str
    sandbox_pay_note: str
    choose_card: str
    your_cards: str
    saved_card_note: str
    another_card: str

    card_number: str
    expiry: str
    expiry_hint: str
    cvv: str
    cvv_hint: str
    holder: str
    optional: str
    field_errors: Mapping[str, Mapping[str, str]]
    number_warning: str
    expiry_warning: str
    scheme: str
    check_fields: str
    card_not_kept: str
    saved_card_gone: str

    test_cards: str
    test_card_any: str
    test_card_outcomes: tuple[tuple[str, str], ...]
    test_card_fill: str

    unfinished: str
    unfinished_note: str
    continue_confirmation: str
    last_declined: str

    success: str
    success_note: str
    success_going: str
    return_to_shop: str
    declined: str
    reasons: Mapping[str, str]
    reason_unknown: str
    not_charged: str
    try_again: str
    waiting: str
    waiting_note: str
    check_now: str
    back_to_form: str

    paid: str
    paid_note: str
    expired: str
    expired_note: str
    bill_not_found: str
    bill_not_found_note: str

    to_issuer: str
    to_issuer_note: str
    to_shop: str
    to_shop_note: str
    continue_: str

    issuer_page: str
    issuer_question: str
    issuer_note: str
    confirm: str
    refuse: str
    run_out: str
    time_over: str
    time_over_note: str
    too_late: str
    then_to: str
    challenge_not_found: str
    challenge_not_found_note: str
    how_much: str
    amount_hint: str
    amount_error: str
    next: str
    parameters: Mapping[str, str]
    link_rejected: str
    link_rejected_note: str
    parameter_rules: Mapping[str, str]

    bad_return: str
    bad_return_note: str
    issuer_alone: str
    issuer_alone_note: str
