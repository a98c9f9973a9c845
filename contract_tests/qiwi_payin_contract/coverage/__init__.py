"""Which keywords of the description's schemas the bodies of a run kept and broke, by operation and status."""

from qiwi_payin_contract.coverage.keywords import Form, forms
from qiwi_payin_contract.coverage.observer import Coverage, Part

__all__ = ["Coverage", "Form", "Part", "forms"]
