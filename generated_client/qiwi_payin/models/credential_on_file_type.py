# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from qiwi_payin_runtime.enums import OpenEnum


class CredentialOnFileType(OpenEnum):
    """Kind of use."""

    CREDENTIAL_ON_FILE = "CREDENTIAL_ON_FILE"
    CREDENTIAL_CAPTURED = "CREDENTIAL_CAPTURED"
    RECURRING = "RECURRING"
    INSTALLMENT = "INSTALLMENT"
