"""What MLflow and the libraries below it raise, as TrackingError."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from trimtab.errors import TrackingError, TrimtabError
from trimtab.redaction import redacted

_LASTING = frozenset({"INVALID_PARAMETER_VALUE", "BAD_REQUEST"})
_GONE = frozenset({"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE", "INVALID_STATE"})


@contextmanager
def refusals(doing: str) -> Iterator[None]:
    """Turns every exception but Trimtab's own into TrackingError: ``MLflow could not <doing>``."""
    try:
        yield
    except TrimtabError:
        raise
    except Exception as error:
        reason = redacted(" ".join(str(error).split()))[:300] or type(error).__name__
        raise TrackingError(f"MLflow could not {doing}: {reason}") from error


def lasting(error: Exception) -> bool:
    """Whether MLflow would refuse the same values again, however often they come."""
    return getattr(error, "error_code", "") in _LASTING


def may_be_gone(error: Exception) -> bool:
    """Whether the error may mean that the run written to has been deleted."""
    return getattr(error, "error_code", "") in _GONE
