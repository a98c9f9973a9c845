# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from qiwi_payin_runtime.enums import OpenEnum


class ErrorCode(OpenEnum):
    """Code of the error, for programs. The list may grow."""

    VALIDATION_ERROR = "validation.error"
    HTTP_MESSAGE_CONVERSION_FAILED = "http.message.conversion.failed"
    PAYIN_INCORRECT_METHOD_INVOCATION = "payin.incorrect-method-invocation"
    PAYIN_RESOURCE_NOT_FOUND = "payin.resource.not.found"
    PAYIN_RESOURCE_REMOVED = "payin.resource.removed"
    AUTH_UNAUTHORIZED = "auth.unauthorized"
    AUTH_FORBIDDEN = "auth.forbidden"
    HTTP_METHOD_NOT_ALLOWED = "http.method.not.allowed"
    HTTP_MEDIA_TYPE_NOT_SUPPORTED = "http.media.type.not.supported"
    HTTP_TOO_MANY_REQUESTS = "http.too.many.requests"
    INTERNAL_ERROR = "internal.error"
