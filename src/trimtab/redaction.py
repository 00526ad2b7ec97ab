"""Texts without the credentials that may stand in them, before they are shown or kept."""

from __future__ import annotations

import re

HIDDEN = "***"
_LOGIN = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)[^/?#\s'\"]*@")
_SECRETS = re.compile(
    r"([?&;](?:[\w-]*(?:token|passw(?:or)?d|pwd|secret|key|sig|signature|credential)[\w-]*)=)"
    r"[^&;\s'\"]+",
    re.IGNORECASE,
)


def redacted(text: str) -> str:
    """``text`` with the logins of its URIs, and the secrets of their queries, replaced by ``***``.

    Logins are what stands before an ``@`` after ``scheme://``; a query's value is a secret when its
    name says so (token, password, key, sig...).
    """
    return _SECRETS.sub(rf"\1{HIDDEN}", _LOGIN.sub(rf"\1{HIDDEN}@", text))
