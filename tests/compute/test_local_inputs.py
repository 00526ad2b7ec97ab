from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from trimtab.compute.download import Downloads, file_name, shown
from trimtab.compute.inputs import bring, place
from trimtab.compute.layout import Layout
from trimtab.errors import TrialError
from trimtab.model.launch import Input, Output
from trimtab.testing.runtime import STRANGE


def nothing() -> None:
    """A check that never objects."""


def no_net(url: str, _: object) -> Path:
    pytest.fail(f"nothing is to be fetched, least of all {url}")


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "attempt")


def take(layout: Layout, value: Path | str, kind: str = "uri_file", mode: str = "ro_mount") -> str:
    return bring(Input("data", kind, str(value), mode), layout, no_net, nothing)


def test_a_literal_is_its_text(layout: Layout) -> None:
    assert take(layout, "http://not fetched", "literal") == "http://not fetched"


@pytest.mark.parametrize("name", STRANGE)
@pytest.mark.parametrize("kind", ["uri_file", "uri_folder", "custom_model"])
def test_local_data_is_used_where_it_is(
    layout: Layout, tmp_path: Path, name: str, kind: str
) -> None:
    path = tmp_path / name
    path.mkdir() if kind == "uri_folder" else path.write_text("x")
    assert take(layout, path, kind) == str(path)
    assert take(layout, path, kind, "direct") == str(path)
    assert take(layout, path.as_uri(), kind) == str(path)


def test_download_makes_a_private_copy(layout: Layout, tmp_path: Path) -> None:
    file, folder = tmp_path / "a file", tmp_path / "folder"
    file.write_text("one")
    file.chmod(0o444)
    folder.mkdir()
    (folder / "part").write_text("two")
    copy = Path(take(layout, file, mode="download"))
    assert copy == layout.input("data") / "a file"
    copy.write_text("changed")
    tree = bring(Input("tree", "uri_folder", str(folder), "download"), layout, no_net, nothing)
    (Path(tree) / "part").write_text("changed")
    assert (file.read_text(), (folder / "part").read_text()) == ("one", "two")


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("{}/missing", "uri_file", "There is no file or folder {}/missing."),
        ("{}", "uri_file", "{} is a folder, and the input's type is uri_file; use uri_folder."),
        ("{}/file", "mltable", "{}/file is a file, and the input's type is mltable; use uri_file."),
        (
            "azureml:iris:1",
            "uri_file",
            "azureml:iris:1 cannot be reached from the local compute, which takes a path on this "
            "machine, a file: address, or an http(s) address.",
        ),
        (
            "s3://bucket/key?X-Amz-Signature=secret",
            "uri_file",
            "s3://bucket/key cannot be reached from the local compute, which takes a path on this "
            "machine, a file: address, or an http(s) address.",
        ),
        (
            "https://u:secret@host/a.csv?sig=secret",
            "uri_folder",
            "https://host/a.csv is one file, and uri_folder is a folder; use type uri_file, or "
            "give a folder of this machine.",
        ),
        (
            "http://[::1/x?sig=secret",
            "uri_file",
            "'http://[::1/x' is no address: Invalid IPv6 URL.",
        ),
    ],
)
def test_what_cannot_be_brought_is_said_in_a_sentence(
    layout: Layout, tmp_path: Path, value: str, kind: str, expected: str
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TrialError) as caught:
        take(layout, value.format(tmp_path), kind)
    assert str(caught.value) == f"Input 'data': {expected.format(tmp_path)}"


def test_outputs_have_their_places(layout: Layout, tmp_path: Path) -> None:
    assert place(Output("model"), layout, "s_0") == str(layout.named_output("model"))
    assert layout.named_output("model").is_dir()
    file = Path(place(Output("scores", "uri_file"), layout, "s_0"))
    assert file == layout.named_output("scores") / "scores"
    assert file.parent.is_dir()
    own = Output("own", path=f"{tmp_path}/all/${{{{name}}}}/${{{{output_name}}}}")
    assert place(own, layout, "s_0") == f"{tmp_path}/all/s_0/own"
    assert (tmp_path / "all/s_0/own").is_dir()
    cloud = Output("cloud", path="azureml://datastores/d/paths/p")
    assert place(cloud, layout, "s_0") == str(layout.named_output("cloud"))


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://h/a/b.csv?sig=1#f", "b.csv"),
        ("http://h/a%20b.csv", "a b.csv"),
        ("http://h/..%2f..%2fetc", "etc"),
        ("http://h/", "file"),
        ("http://h", "file"),
        ("http://h/%2e%2e", "file"),
        ("http://h/%00", "file"),
    ],
)
def test_file_names_come_from_addresses_and_stay_names(url: str, name: str) -> None:
    assert file_name(url) == name


def test_addresses_are_shown_without_secrets() -> None:
    assert shown("https://u:p@h:1/a?sig=s#f") == "https://h:1/a"


Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Site:
    """A web server of this test: ``answers`` holds (status, headers, body) per path, in turn."""

    url: str
    answers: dict[str, list[Answer]]
    asked: list[str] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            ours.asked.append(self.path)
            ours.gate.wait(10.0)
            answers = ours.answers[self.path]
            status, headers, body = answers.pop(0) if len(answers) > 1 else answers[0]
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ours = Site(f"http://127.0.0.1:{server.server_port}", {})
    ours.gate.set()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield ours
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.real
class TestDownloads:
    @pytest.fixture
    def downloads(self, tmp_path: Path) -> Downloads:
        return Downloads(tmp_path / "cache", timeout=5.0, pause=0.01)

    def test_a_file_is_fetched_once_for_all_trials_at_once(
        self, site: Site, downloads: Downloads
    ) -> None:
        site.answers["/data.csv"] = [(200, {}, b"x" * 3_000_000), (200, {}, b"other")]
        site.gate.clear()
        paths: list[Path] = []

        def ask() -> None:
            paths.append(downloads.fetch("s", f"{site.url}/data.csv", nothing))

        threads = [threading.Thread(target=ask) for _ in range(5)]
        for thread in threads:
            thread.start()
        site.gate.set()
        for thread in threads:
            thread.join()
        assert site.asked == ["/data.csv"]
        [path] = set(paths)
        assert path.name == "data.csv"
        assert path.read_bytes() == b"x" * 3_000_000
        assert path.stat().st_mode & 0o222 == 0

    def test_a_sweep_keeps_its_data_and_the_next_one_gets_the_new(
        self, site: Site, downloads: Downloads, tmp_path: Path
    ) -> None:
        site.answers["/d"] = [(200, {}, b"old"), (200, {}, b"new")]
        assert downloads.fetch("one", f"{site.url}/d", nothing).read_bytes() == b"old"
        resumed = Downloads(tmp_path / "cache")
        assert resumed.fetch("one", f"{site.url}/d", nothing).read_bytes() == b"old"
        assert resumed.fetch("two", f"{site.url}/d", nothing).read_bytes() == b"new"

    def test_troubles_that_pass_are_tried_again(self, site: Site, downloads: Downloads) -> None:
        good: Answer = (200, {}, b"good")
        site.answers["/d"] = [(503, {}, b""), (200, {"Content-Length": "9"}, b"short"), good]
        assert downloads.fetch("s", f"{site.url}/d", nothing).read_bytes() == b"good"
        assert len(site.asked) == 3

    def test_troubles_that_stay_are_told_and_leave_nothing(
        self, site: Site, downloads: Downloads, tmp_path: Path
    ) -> None:
        site.answers["/d"] = [(200, {"Content-Length": "9"}, b"short")]
        with pytest.raises(TrialError, match="5 of 9 bytes came"):
            downloads.fetch("s", f"{site.url}/d", nothing)
        assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []
        site.answers["/d"] = [(200, {}, b"good")]
        assert downloads.fetch("s", f"{site.url}/d", nothing).read_bytes() == b"good"

    def test_an_answer_of_refusal_is_told_at_once(self, site: Site, downloads: Downloads) -> None:
        site.answers["/d?sig=secret"] = [(404, {}, b"")]
        with pytest.raises(TrialError) as caught:
            downloads.fetch("s", f"{site.url}/d?sig=secret", nothing)
        assert str(caught.value) == (
            f"{site.url}/d could not be fetched: the server answered 404 Not Found; "
            "check the address, and whether it needs a sign-in."
        )
        assert len(site.asked) == 1

    def test_redirects_are_followed_but_not_out_of_http(
        self, site: Site, downloads: Downloads
    ) -> None:
        site.answers["/a"] = [(302, {"Location": "/b"}, b"")]
        site.answers["/b"] = [(200, {}, b"there")]
        assert downloads.fetch("s", f"{site.url}/a", nothing).read_bytes() == b"there"
        site.answers["/file"] = [(302, {"Location": "file:///etc/passwd"}, b"")]
        site.answers["/ftp"] = [(302, {"Location": "ftp://127.0.0.1/x"}, b"")]
        for path in ("/file", "/ftp"):
            with pytest.raises(TrialError, match="could not be fetched"):
                downloads.fetch("s", site.url + path, nothing)

    def test_nobody_at_home_is_told(self, downloads: Downloads) -> None:
        with pytest.raises(TrialError, match=r"could not be fetched: .*refused"):
            downloads.fetch("s", "http://127.0.0.1:1/d", nothing)

    def test_who_is_canceled_leaves_and_the_others_get_the_file(
        self, site: Site, downloads: Downloads
    ) -> None:
        class CanceledError(Exception):
            pass

        def canceled() -> None:
            raise CanceledError

        site.answers["/d"] = [(200, {}, b"data")]
        site.gate.clear()
        with pytest.raises(CanceledError):
            downloads.fetch("s", f"{site.url}/d", canceled)
        site.gate.set()
        assert downloads.fetch("s", f"{site.url}/d", nothing).read_bytes() == b"data"
        assert site.asked == ["/d"]

    def test_an_input_is_shared_or_a_private_copy(
        self, site: Site, downloads: Downloads, layout: Layout
    ) -> None:
        site.answers["/d.csv"] = [(200, {}, b"data")]
        url = f"{site.url}/d.csv"

        def fetch(address: str, check: object) -> Path:
            return downloads.fetch("s", address, nothing)

        shared = bring(Input("a", "uri_file", url), layout, fetch, nothing)
        private = bring(Input("b", "uri_file", url, "download"), layout, fetch, nothing)
        assert bring(Input("c", "uri_file", url, "direct"), layout, fetch, nothing) == url
        Path(private).write_text("changed")
        assert Path(shared).read_text() == "data"
