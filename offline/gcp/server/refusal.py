"""Refusals of the emulated cloud, in the form in which Google's interfaces give them."""

from typing import Any

Json = dict[str, Any]
"""A JSON object, as a request or an answer carries it."""

# Canonical codes by HTTP status, from https://google.aip.dev/193 (checked 2026-11-24).
STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    412: "FAILED_PRECONDITION",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
}
REASON = {
    400: "invalid",
    401: "authError",
    403: "forbidden",
    404: "notFound",
    409: "alreadyExists",
    412: "conditionNotMet",
    500: "backendError",
    501: "notImplemented",
}


class Refused(Exception):
    """A request that is refused: HTTP code, message, reason and canonical status."""

    def __init__(self, code: int, message: str, *, reason: str = "", status: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reason = reason or REASON[code]
        self.status = status or STATUS[code]

    def body(self) -> Json:
        """The JSON that Google's clients read errors from."""
        one = {"message": self.message, "domain": "global", "reason": self.reason}
        return {
            "error": {
                "code": self.code,
                "message": self.message,
                "errors": [one],
                "status": self.status,
            }
        }


def invalid(message: str, *, reason: str = "") -> Refused:
    """A request that is wrong in itself."""
    return Refused(400, message, reason=reason)


def precondition(message: str) -> Refused:
    """A request that is right, but not in this state (HTTP 400, as AIP services answer it)."""
    return Refused(400, message, reason="failedPrecondition", status="FAILED_PRECONDITION")


def missing(what: str) -> Refused:
    """A resource, or one that a request names, that is not there."""
    return Refused(404, f"The resource '{what}' was not found")


def exists(what: str) -> Refused:
    """A resource of that name that is already there."""
    return Refused(409, f"The resource '{what}' already exists")
