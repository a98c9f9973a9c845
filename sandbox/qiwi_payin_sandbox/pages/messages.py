"""What the form tells a page that has it in a frame: `window.postMessage` with one of these texts."""

from enum import StrEnum


class Event(StrEnum):
    """A moment of the form's life. The text is the whole message: nothing of the payer or the payment is in it."""

    INITIALIZED = "INITIALIZED"
    PAYMENT_ATTEMPT = "PAYMENT_ATTEMPT"
    PAYMENT_SUCCEEDED = "PAYMENT_SUCCEEDED"
    PAYMENT_FAILED = "PAYMENT_FAILED"
    INITIALIZATION_FAILED = "INITIALIZATION_FAILED"
