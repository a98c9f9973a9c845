"""All faults: each is one way in which a server can break the contract, and names the rules that must show it.

A fault's ``apply`` gets a request and the real server, and answers as the broken server would. It may keep what it has
seen. None of them knows how the suite tests.
"""

from qiwi_payin_contract.faults.base import Fault
from qiwi_payin_contract.faults.behaviour import (
    ForeignSiteReadable,
    OverwritingPut,
    PanShown,
    RepeatPaysAgain,
    RoundedAmount,
    SecondCaptureDoubles,
    StatusFallsBack,
    UnknownIdAnswered,
    WriteLost,
)
from qiwi_payin_contract.faults.exchanges import FurtherField, LocalTime, NumbersRefused
from qiwi_payin_contract.faults.forms import (
    CardMissingOnForm,
    FormLeadsNowhere,
    FormListsNoLinkedCards,
    FormOffersEverything,
    FormSaysNothingOfSuccess,
    MethodsOfAllSites,
)
from qiwi_payin_contract.faults.notifications import (
    CallbackForgotten,
    CardInNotification,
    EndlessRepeats,
    NoCaptureNotification,
    NotificationFieldRenamed,
    OtherOutcomeNotified,
    RepeatNotified,
    UpperCaseSignature,
    WholeCaptureNotified,
    WrongSignature,
)
from qiwi_payin_contract.faults.scenarios import (
    HoldDebits,
    NeverExpires,
    NoAutomaticCapture,
    PaidBillChargedAgain,
    RefundOverRest,
    ReversalOfDebited,
    TokenForEverybody,
    UnboundedComment,
)
from qiwi_payin_contract.faults.shapes import (
    CrashOnLongComment,
    CreatedStatus,
    ForeignSiteWrites,
    IgnoresKeyOnRefunds,
    MissingAuthentication,
    MissingField,
    NumberForText,
    PageForError,
)

__all__ = ["FAULTS", "Fault"]

FAULTS: tuple[type[Fault], ...] = (
    MissingAuthentication,
    NumberForText,
    MissingField,
    CreatedStatus,
    PageForError,
    CrashOnLongComment,
    IgnoresKeyOnRefunds,
    ForeignSiteWrites,
    RoundedAmount,
    OverwritingPut,
    SecondCaptureDoubles,
    StatusFallsBack,
    ForeignSiteReadable,
    PanShown,
    WriteLost,
    UnknownIdAnswered,
    RepeatPaysAgain,
    FurtherField,
    LocalTime,
    NumbersRefused,
    HoldDebits,
    NoAutomaticCapture,
    NeverExpires,
    TokenForEverybody,
    UnboundedComment,
    ReversalOfDebited,
    PaidBillChargedAgain,
    RefundOverRest,
    CardMissingOnForm,
    FormLeadsNowhere,
    FormListsNoLinkedCards,
    FormOffersEverything,
    FormSaysNothingOfSuccess,
    MethodsOfAllSites,
    WrongSignature,
    UpperCaseSignature,
    NoCaptureNotification,
    NotificationFieldRenamed,
    CardInNotification,
    OtherOutcomeNotified,
    RepeatNotified,
    WholeCaptureNotified,
    CallbackForgotten,
    EndlessRepeats,
)
"""All faults, by the group that must find them."""
