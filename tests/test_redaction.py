from __future__ import annotations

import pytest

from trimtab.redaction import redacted


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://bob:pw@host:9/x", "http://***@host:9/x"),
        ("to postgresql+psycopg2://u:p%40@h/db failed", "to postgresql+psycopg2://***@h/db failed"),
        ("'https://h/?token=abc&x=1'", "'https://h/?token=***&x=1'"),
        ("https://a.blob/c?sv=1&sig=x%2Fy%3D", "https://a.blob/c?sv=1&sig=***"),
        ("h/db?password=a;sslmode=on&api_key=b", "h/db?password=***;sslmode=on&api_key=***"),
        ("http://host/mail@example", "http://host/mail@example"),
        ("sqlite:////home/a/mlflow.db", "sqlite:////home/a/mlflow.db"),
        ("sqlite:////a/b@c/mlflow.db", "sqlite:////a/b@c/mlflow.db"),
        ("https://me:secret@host/x@y", "https://***@host/x@y"),
        ("https://me:sec@ret@host", "https://***@host"),
        ("./plain/path", "./plain/path"),
        ("monkey=see", "monkey=see"),
    ],
)
def test_credentials_are_hidden_and_nothing_else(text: str, shown: str) -> None:
    assert redacted(text) == shown
