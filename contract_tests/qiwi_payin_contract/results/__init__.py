"""The results of a run as one JSON document, from which every report is made."""

from qiwi_payin_contract.results.document import SCHEMA, results_of
from qiwi_payin_contract.results.statements import statement_counts, untied

__all__ = ["SCHEMA", "results_of", "statement_counts", "untied"]
