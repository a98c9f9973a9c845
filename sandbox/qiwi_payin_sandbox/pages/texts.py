"""Every word on the pages, in Russian and English."""

# ruff: noqa: RUF001 - Russian is written in letters that look like Latin ones

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Language(StrEnum):
    """A language of the pages, by its `lang` code."""

    RU = "ru"
    EN = "en"

    @classmethod
    def read(cls, code: str | None) -> Language:
        """Return the language of a `lang` parameter: Russian when it is absent or unknown."""
        return cls.EN if code == cls.EN else cls.RU

    @classmethod
    def preferred(cls, accept_language: str) -> Language:
        """Return the first of our languages that an `Accept-Language` header names, else Russian."""
        names = [part.strip().lower()[:2] for part in accept_language.split(",")]
        return next((cls(name) for name in names if name in {"ru", "en"}), cls.RU)

    @property
    def other(self) -> Language:
        """The other of the two languages."""
        return Language.EN if self is Language.RU else Language.RU


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
    check_fields: str
    card_not_kept: str
    saved_card_gone: str

    test_cards: str
    test_card_good: str
    test_card_months: tuple[tuple[str, str], ...]
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
    then_to: str
    challenge_not_found: str
    challenge_not_found_note: str
    bad_return: str
    bad_return_note: str
    issuer_alone: str
    issuer_alone_note: str


_RUSSIAN = Texts(
    language_name="Русский",
    months=(
        *("января", "февраля", "марта", "апреля", "мая", "июня"),
        *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
    ),
    moscow_time="МСК",
    sandbox_mark="Тестовая песочница",
    sandbox_note="деньги не списываются",
    payment="Оплата",
    order="Заказ",
    site="Получатель",
    amount="Сумма",
    comment="Назначение",
    card="Карта",
    pay_before="Оплатить до",
    pay="Оплатить",
    paying="Отправляем…",
    secure_note="Магазин не видит данные карты. Вводите только тестовые карты.",
    method="Способ оплаты",
    methods={"CARD": "Банковская карта", "SBP": "СБП"},
    method_untestable="В тестовом режиме этим способом заплатить нельзя.",
    choose_card="Выберите банковскую карту.",
    your_cards="Ваши карты",
    saved_card_note="Без ввода данных и подтверждения",
    another_card="Другая карта",
    card_number="Номер карты",
    expiry="Срок действия",
    expiry_hint="ММ/ГГ",
    cvv="CVV",
    cvv_hint="Код на обороте карты",
    holder="Имя на карте",
    optional="необязательно",
    field_errors={
        "pan": {
            "missing": "Введите номер карты",
            "format": "Номер карты состоит из 13–19 цифр",
        },
        "expiryDate": {
            "missing": "Введите срок действия",
            "format": "Введите месяц и год, например 12/34",
        },
        "cvv2": {
            "missing": "Введите CVV",
            "format": "CVV состоит из 3 или 4 цифр",
        },
        "holderName": {
            "format": "Введите имя латинскими буквами, не длиннее 26 знаков",
        },
    },
    number_warning="Проверьте номер: похоже, в нём опечатка",
    check_fields="Проверьте данные карты",
    card_not_kept="Мы не храним введённые данные, поэтому введите их ещё раз.",
    saved_card_gone="Эта карта больше не привязана. Выберите другую.",
    test_cards="Тестовые карты",
    test_card_good="успех",
    test_card_months=(
        ("02", "отказ банка"),
        ("03", "успех через 3 секунды"),
        ("04", "отказ через 3 секунды"),
    ),
    test_card_fill="Подставить",
    unfinished="Платёж ждёт подтверждения",
    unfinished_note="Вы начали оплату, но банк ещё не получил подтверждения. Продолжите или заплатите заново.",
    continue_confirmation="Продолжить подтверждение",
    last_declined="Предыдущая оплата не прошла",
    success="Оплата прошла успешно",
    success_note="Спасибо! Магазин получит уведомление об оплате.",
    success_going="Через несколько секунд вы вернётесь на сайт",
    return_to_shop="Вернуться на сайт",
    declined="Оплата не прошла",
    reasons={
        "INVALID_STATE": "Этот счёт сейчас нельзя оплатить.",
        "INVALID_AMOUNT": "Сумма платежа недопустима.",
        "INVALID_RECEIVER_DATA": "Данные получателя указаны неверно.",
        "DECLINED_BY_MPI": "Платёж не подтверждён на странице банка.",
        "DECLINED_BY_FRAUD": "Платёж остановлен проверкой безопасности.",
        "REATTEMPT_NOT_PERMITTED": "Повторить оплату этой картой нельзя. Возьмите другую карту.",
        "REATTEMPT_NOT_PERMITTED_BY_PS": "Платёжная система не разрешает повторить оплату этой картой.",
        "ACQUIRING_SUSPECTED_FRAUD": "Банк счёл платёж подозрительным. Позвоните в банк.",
        "ACQUIRING_LIMIT_EXCEEDED": "Превышен лимит операций по карте.",
        "ACQUIRING_NOT_PERMITTED": "Банк, выпустивший карту, отклонил платёж.",
        "ACQUIRING_INCORRECT_CVV": "Неверный CVV.",
        "ACQUIRING_EXPIRED_CARD": "Срок действия карты истёк.",
        "ACQUIRING_INVALID_CARD": "Карты с таким номером нет. Проверьте номер.",
        "ACQUIRING_INSUFFICIENT_FUNDS": "На карте недостаточно денег.",
        "ACQUIRING_ISSUER_NOT_AVAILABLE": "Банк, выпустивший карту, не отвечает. Попробуйте позже.",
        "BILL_ALREADY_PAID": "Этот счёт уже оплачен.",
        "PAYMENT_EXPIRED_3DS": "Платёж не был подтверждён вовремя.",
        "TRY_AGAIN_LATER": "Попробуйте ещё раз позже.",
    },
    reason_unknown="Платёж не удалось провести. Попробуйте позже или возьмите другую карту.",
    not_charged="Деньги не списаны.",
    try_again="Попробовать ещё раз",
    waiting="Ждём ответа банка",
    waiting_note="Обычно это занимает несколько секунд. Страница обновится сама.",
    check_now="Обновить",
    back_to_form="Вернуться к оплате",
    paid="Счёт оплачен",
    paid_note="Платить ещё раз не нужно.",
    expired="Срок оплаты истёк",
    expired_note="Этот счёт больше нельзя оплатить. Вернитесь в магазин и оформите заказ заново.",
    bill_not_found="Счёт не найден",
    bill_not_found_note="Проверьте ссылку или попросите у магазина новую.",
    to_issuer="Переходим в банк",
    to_issuer_note="Банк, выпустивший карту, попросит подтвердить платёж.",
    to_shop="Возвращаемся",
    to_shop_note="Ответ банка передаётся на",
    continue_="Продолжить",
    issuer_page="Подтверждение платежа",
    issuer_question="Подтвердить этот платёж?",
    issuer_note="Настоящий банк прислал бы код. В песочнице выберите ответ сами.",
    confirm="Подтвердить",
    refuse="Отказаться",
    then_to="Затем вы вернётесь на",
    challenge_not_found="Подтверждение недоступно",
    challenge_not_found_note="Этот платёж уже завершён, время вышло, или ссылка неверна.",
    bad_return="Некуда вернуться",
    bad_return_note="TermUrl должен быть полным адресом http или https. Ничего не подтверждено.",
    issuer_alone="Страница банка",
    issuer_alone_note="Сюда попадают со страницы оплаты: браузер присылает PaReq, MD и TermUrl методом POST.",
)

_ENGLISH = Texts(
    language_name="English",
    months=(
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    moscow_time="MSK",
    sandbox_mark="Test sandbox",
    sandbox_note="no money moves",
    payment="Payment",
    order="Order",
    site="Payee",
    amount="Amount",
    comment="Details",
    card="Card",
    pay_before="Pay before",
    pay="Pay",
    paying="Sending…",
    secure_note="The shop does not see the card data. Use test cards only.",
    method="Payment method",
    methods={"CARD": "Bank card", "SBP": "SBP"},
    method_untestable="This method cannot be paid with in test mode.",
    choose_card="Choose the bank card.",
    your_cards="Your cards",
    saved_card_note="No details, no confirmation",
    another_card="Another card",
    card_number="Card number",
    expiry="Expiry date",
    expiry_hint="MM/YY",
    cvv="CVV",
    cvv_hint="Code on the back of the card",
    holder="Name on card",
    optional="optional",
    field_errors={
        "pan": {
            "missing": "Enter the card number",
            "format": "A card number has 13 to 19 digits",
        },
        "expiryDate": {
            "missing": "Enter the expiry date",
            "format": "Enter month and year, such as 12/34",
        },
        "cvv2": {
            "missing": "Enter the CVV",
            "format": "A CVV has 3 or 4 digits",
        },
        "holderName": {
            "format": "Enter the name in Latin letters, 26 characters at most",
        },
    },
    number_warning="Check the number: it seems to be mistyped",
    check_fields="Check the card data",
    card_not_kept="We keep nothing of what was typed, so please enter it again.",
    saved_card_gone="This card is no longer linked. Choose another one.",
    test_cards="Test cards",
    test_card_good="approved",
    test_card_months=(
        ("02", "declined by the bank"),
        ("03", "approved after 3 seconds"),
        ("04", "declined after 3 seconds"),
    ),
    test_card_fill="Fill in",
    unfinished="A payment waits for confirmation",
    unfinished_note="You began to pay, but the bank has no confirmation yet. Continue, or pay anew.",
    continue_confirmation="Continue confirmation",
    last_declined="The last payment was declined",
    success="Payment successful",
    success_note="Thank you! The shop will be notified of the payment.",
    success_going="In a few seconds you will return to",
    return_to_shop="Return to",
    declined="Payment declined",
    reasons={
        "INVALID_STATE": "This invoice cannot be paid now.",
        "INVALID_AMOUNT": "The amount is not allowed.",
        "INVALID_RECEIVER_DATA": "The recipient's data are wrong.",
        "DECLINED_BY_MPI": "The payment was not confirmed on the bank's page.",
        "DECLINED_BY_FRAUD": "The payment was stopped by a security check.",
        "REATTEMPT_NOT_PERMITTED": "This card cannot be tried again. Use another card.",
        "REATTEMPT_NOT_PERMITTED_BY_PS": "The payment system does not allow another try with this card.",
        "ACQUIRING_SUSPECTED_FRAUD": "The bank finds the payment suspicious. Call the bank.",
        "ACQUIRING_LIMIT_EXCEEDED": "The card's limit is exceeded.",
        "ACQUIRING_NOT_PERMITTED": "The bank that issued the card declined the payment.",
        "ACQUIRING_INCORRECT_CVV": "The CVV is wrong.",
        "ACQUIRING_EXPIRED_CARD": "The card has expired.",
        "ACQUIRING_INVALID_CARD": "There is no card with this number. Check the number.",
        "ACQUIRING_INSUFFICIENT_FUNDS": "There is not enough money on the card.",
        "ACQUIRING_ISSUER_NOT_AVAILABLE": "The bank that issued the card does not answer. Try again later.",
        "BILL_ALREADY_PAID": "This invoice is already paid.",
        "PAYMENT_EXPIRED_3DS": "The payment was not confirmed in time.",
        "TRY_AGAIN_LATER": "Try again later.",
    },
    reason_unknown="The payment could not be made. Try later, or use another card.",
    not_charged="You were not charged.",
    try_again="Try again",
    waiting="Waiting for the bank",
    waiting_note="This usually takes a few seconds. The page refreshes by itself.",
    check_now="Refresh",
    back_to_form="Back to the payment",
    paid="Invoice paid",
    paid_note="There is no need to pay again.",
    expired="The time to pay is over",
    expired_note="This invoice can no longer be paid. Go back to the shop and place the order again.",
    bill_not_found="Invoice not found",
    bill_not_found_note="Check the link, or ask the shop for a new one.",
    to_issuer="Going to your bank",
    to_issuer_note="The bank that issued the card will ask you to confirm the payment.",
    to_shop="Going back",
    to_shop_note="The bank's answer goes to",
    continue_="Continue",
    issuer_page="Payment confirmation",
    issuer_question="Confirm this payment?",
    issuer_note="A real bank would send you a code. In the sandbox, choose the answer yourself.",
    confirm="Confirm",
    refuse="Refuse",
    then_to="Then you return to",
    challenge_not_found="Nothing to confirm",
    challenge_not_found_note="The payment is finished, its time is over, or the link is wrong.",
    bad_return="Nowhere to return to",
    bad_return_note="TermUrl must be a full http or https address. Nothing was confirmed.",
    issuer_alone="The bank's page",
    issuer_alone_note="One comes here from a payment page: the browser posts PaReq, MD and TermUrl.",
)

_TEXTS = {Language.RU: _RUSSIAN, Language.EN: _ENGLISH}


def texts_of(language: Language) -> Texts:
    """Return the words of a language."""
    return _TEXTS[language]
