"""Who may ask what: authentication, authorisation, XSRF, the root directory, sizes, shapes."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from asking import CELLS, Ask, book
from tornado.httpclient import HTTPClientError

from jupyterlab_nb2pipe.handlers import ROUTES, Nb2pipeHandler

METHODS = ("get", "head", "post", "put", "patch", "delete")
REQUEST = {"path": "work/churn.ipynb", "content": book(*CELLS)}
ESCAPES = [
    "../churn.ipynb",
    "work/../../churn.ipynb",
    "work/../churn.ipynb",
    "/../../etc/passwd",
    "RTC:../churn.ipynb",
    "RTC:/work/../../churn.ipynb",
]
NOWHERE = [
    "/etc/passwd",
    "//etc/passwd",
    "%2e%2e/secret.ipynb",
    "%252e%252e%252fsecret.ipynb",
    "..\\secret.ipynb",
    "work\\..\\..\\secret.ipynb",
    "C:/secret.ipynb",
    "C:\\secret.ipynb",
    "file:///etc/passwd",
    "~/secret.ipynb",
    "$HOME/secret.ipynb",
    ".hidden/churn.ipynb",
    "x" * 300 + ".ipynb",
]
SENSELESS = ["", "/", "RTC:", "work/\0.ipynb", "\0", "a/" * 3000, "\ud800.ipynb"]


def handlers(app: Any) -> Iterator[tuple[str, type[Any]]]:
    """The pattern and the handler of every route of the extension's in the running server."""
    waiting = list(app.web_app.default_router.rules)
    while waiting:
        rule = waiting.pop()
        waiting += getattr(rule.target, "rules", [])
        if inspect.isclass(rule.target) and rule.target.__module__.startswith("jupyterlab_nb2pipe"):
            yield rule.matcher.regex.pattern, rule.target


def decorators(method: Any) -> Iterator[str]:
    """The functions that made the wrappers around a method."""
    while method is not None:
        yield method.__code__.co_qualname.partition(".")[0]
        method = getattr(method, "__wrapped__", None)


def test_every_method_of_every_route_asks_who_is_there(jp_serverapp: Any) -> None:
    found = list(handlers(jp_serverapp))
    assert len(found) == len(ROUTES)
    checked = 0
    for pattern, handler in found:
        assert issubclass(handler, Nb2pipeHandler)
        for name in METHODS:
            method = getattr(handler, name)
            if method.__qualname__.startswith("RequestHandler."):
                continue  # answers 405
            assert "authenticated" in decorators(method), f"{name} {pattern} asks nobody"
            assert "authorized" in decorators(method), f"{name} {pattern} asks no authorizer"
            checked += 1
    assert checked == 10


def test_every_route_is_in_the_contract_with_the_browser() -> None:
    contract = Path(__file__).parents[2] / "jupyter_ext" / "src" / "protocol.ts"
    named = set(re.findall(r"nb2pipe/[a-z]+(?:/<id>)?", contract.read_text(encoding="utf-8")))
    assert {pattern.replace("([^/]+)", "<id>") for pattern, _ in ROUTES} == named


async def test_nothing_is_answered_without_a_token(jp_serverapp: Any, jp_fetch: Any) -> None:
    for pattern, handler in handlers(jp_serverapp):
        route = pattern.rstrip("$").rpartition("nb2pipe/")[2].replace("([^/]+)", "some-job")
        for name in METHODS:
            if getattr(handler, name).__qualname__.startswith("RequestHandler."):
                continue
            with pytest.raises(HTTPClientError) as refused:
                await jp_fetch(
                    "nb2pipe",
                    *route.split("/"),
                    method=name.upper(),
                    body=b"{}" if name == "post" else None,
                    headers={"Authorization": "token wrong"},
                )
            assert refused.value.code == 403, (name, route)
            assert set(json.loads(refused.value.response.body)) == {"message", "place", "advice"}


async def test_a_cookie_alone_needs_the_token_against_forgery(
    jp_serverapp: Any, jp_base_url: str, http_server_client: Any
) -> None:
    base = jp_base_url.encode().decode()
    token = jp_serverapp.identity_provider.token
    page = await http_server_client.fetch(f"{base}api/me?token={token}", raise_error=False)
    cookies = [c.partition(";")[0] for c in page.headers.get_list("Set-Cookie")]
    assert any(cookie.startswith("username-") for cookie in cookies)
    sent = {"Cookie": "; ".join(cookies), "Content-Type": "application/json"}

    async def post(headers: dict[str, str]) -> Any:
        return await http_server_client.fetch(
            f"{base}nb2pipe/analysis",
            method="POST",
            body=json.dumps(REQUEST),
            headers=headers,
            raise_error=False,
        )

    refused = await post(sent)
    assert refused.code == 403
    assert "_xsrf" in json.loads(refused.body)["message"]
    page = await http_server_client.fetch(
        f"{base}no-such-page", headers={"Cookie": sent["Cookie"]}, raise_error=False
    )
    fresh = [c.partition(";")[0] for c in page.headers.get_list("Set-Cookie")]
    xsrf = next(c for c in [*fresh, *cookies] if c.startswith("_xsrf="))
    answered = await post(
        {**sent, "Cookie": "; ".join([*cookies, xsrf]), "X-XSRFToken": xsrf.partition("=")[2]}
    )
    assert answered.code == 200, answered.body


class TestAuthorizer:
    """A server whose authorizer lets people read only."""

    @pytest.fixture
    def jp_server_config(self) -> dict[str, Any]:
        from jupyter_server.auth import Authorizer

        class Readers(Authorizer):
            def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
                return action == "read" and resource == "contents"

        return {
            "ServerApp": {
                "jpserver_extensions": {"jupyterlab_nb2pipe": True},
                "authorizer_class": Readers,
            }
        }

    async def test_readers_neither_run_nor_write(
        self, ask: Ask, notebook: Callable[..., str], root: Path
    ) -> None:
        path = notebook()
        assert (await ask("analysis", post=REQUEST))[0] == 200
        assert (await ask("runs", path=path))[0] == 200
        before = sorted(root.rglob("*"))
        for route, body in (
            ("conversion", {"path": path, "write": True}),
            ("jobs", {"path": path, "parameters": {}}),
        ):
            status, problem = await ask(route, post=body)
            assert status == 403
            assert "not authorized" in problem["message"]
        assert (await ask("jobs", "x", method="DELETE"))[0] == 403
        assert sorted(root.rglob("*")) == before


def files(outside: Path) -> list[Path]:
    """Everything below the server's root directory, and notebooks and what is made beside it."""
    beside = [path for path in outside.iterdir() if path.name in ("churn", ".github", ".nb2pipe")]
    return sorted([*(outside / "root_dir").rglob("*"), *outside.glob("*.ipynb"), *beside])


async def everywhere(ask: Ask, path: str) -> dict[str, int]:
    """The status of every route that takes a path."""
    content = book(*CELLS)
    answers = {
        "analysis": await ask("analysis", post={"path": path, "content": content}),
        "suggestion": await ask("suggestion", post={"path": path, "content": content}),
        "conversion": await ask("conversion", post={"path": path, "write": True}),
        "jobs": await ask("jobs", post={"path": path, "parameters": {}}),
    }
    if path.isprintable() and path.isascii() and len(path) < 1000:
        answers["runs"] = await ask("runs", path=path)
        answers["files"] = await ask("files", path=path)
        answers["listing"] = await ask("jobs", path=path)
    for route, (status, document) in answers.items():
        if status >= 400:
            assert {"message", "place", "advice"} <= set(document), route
    return {route: status for route, (status, _) in answers.items()}


@pytest.fixture
def outside(root: Path) -> Path:
    """Notebooks beside the root directory that nobody may reach."""
    (root / "work").mkdir(exist_ok=True)
    for name in ("churn.ipynb", "secret.ipynb"):
        (root.parent / name).write_text(json.dumps(book(*CELLS)), encoding="utf-8")
    return root.parent


async def test_no_path_leads_upwards(ask: Ask, outside: Path) -> None:
    before = files(outside)
    for path in ESCAPES:
        statuses = await everywhere(ask, path)
        request = {"path": path, "content": book(*CELLS)}
        statuses["environment"] = (await ask("environment", post=request))[0]
        assert set(statuses.values()) == {403}, (path, statuses)
    assert files(outside) == before


async def test_odd_paths_are_names_below_the_root(ask: Ask, outside: Path) -> None:
    before = files(outside)
    for path in NOWHERE:
        statuses = await everywhere(ask, path)
        assert statuses["conversion"] == statuses["jobs"] == 404, path
        assert statuses.get("files", 403) == 403, path
    assert files(outside) == before


async def test_what_is_no_path_is_refused(ask: Ask) -> None:
    content = book(*CELLS)
    for path in SENSELESS:
        for route, body in (
            ("analysis", {"path": path, "content": content}),
            ("conversion", {"path": path, "write": True}),
            ("jobs", {"path": path, "parameters": {}}),
        ):
            assert (await ask(route, post=body))[0] == 400, (route, path)


async def test_links_lead_nowhere_outside(ask: Ask, outside: Path, root: Path) -> None:
    (root / "file.ipynb").symlink_to(outside / "secret.ipynb")
    (root / "folder").symlink_to(outside)
    (root / "circle").symlink_to(root / "circle")
    (root / "gone.ipynb").symlink_to(outside / "not-there.ipynb")
    for path in ("file.ipynb", "folder/secret.ipynb", "gone.ipynb"):
        statuses = await everywhere(ask, path)
        assert {s for r, s in statuses.items() if r != "listing"} == {403}, (path, statuses)
    assert (await everywhere(ask, "circle/x.ipynb"))["jobs"] == 404
    # A link that stays inside is a file like others.
    (root / "work" / "real.ipynb").write_text(json.dumps(book(*CELLS)), encoding="utf-8")
    (root / "inside.ipynb").symlink_to(root / "work" / "real.ipynb")
    assert (await ask("analysis", post={"path": "inside.ipynb", "content": book(*CELLS)}))[0] == 200


async def test_the_drive_of_collaboration_is_the_same_folder(ask: Ask) -> None:
    content = book(*CELLS)
    plain = await ask("analysis", post={"path": "work/churn.ipynb", "content": content})
    shared = await ask("analysis", post={"path": "RTC:work/churn.ipynb", "content": content})
    assert plain == shared
    assert plain[1]["pipeline"] == "churn"


async def test_a_body_of_another_shape_is_refused(ask: Ask) -> None:
    for body in (
        *(b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000),
        {"path": 1, "content": {}},
        {"content": {}},
        {"path": "a.ipynb", "content": []},
        {"path": "a.ipynb"},
    ):
        for route in ("analysis", "suggestion", "environment"):
            status, problem = await ask(route, post=body)
            assert status == 400, (route, body)
            assert problem["message"]


async def test_a_job_of_another_shape_is_refused(ask: Ask, notebook: Callable[..., str]) -> None:
    for change in (
        {"parameters": []},
        {"parameters": {"C": 2**60}},
        {"until": 3},
        {"force": "yes"},
        {"path": None},
    ):
        body = {"path": notebook(), "parameters": {}, **change}
        assert (await ask("jobs", post=body))[0] == 400, change
    assert (await ask("jobs"))[1] == {"jobs": []}


async def test_a_conversion_says_whether_it_writes(ask: Ask, notebook: Callable[..., str]) -> None:
    for body in ({"path": notebook()}, {"path": notebook(), "write": 1}):
        assert (await ask("conversion", post=body))[0] == 400


async def test_unknown_jobs_and_numbers(ask: Ask) -> None:
    assert (await ask("jobs", "nothing"))[0] == 404
    assert (await ask("jobs", "nothing", method="DELETE"))[0] == 404
    assert (await ask("runs"))[0] == 400
    assert (await ask("files"))[0] == 400


class TestSizes:
    """A server that takes small bodies."""

    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {"max_body": 20_000}

    async def test_a_body_that_is_too_large_is_refused(self, ask: Ask, jp_fetch: Any) -> None:
        content = book(("x = '" + "a" * 25_000 + "'", "stage:load"))
        for route in ("analysis", "suggestion", "environment"):
            status, problem = await ask(route, post={"path": "a.ipynb", "content": content})
            assert status == 413
            assert "20000 bytes" in problem["message"]
        assert (await ask("jobs", post=b"x" * 20_001))[0] == 413
        assert (await ask("analysis", post=b"x" * 20_000))[0] == 400  # no JSON, but small enough

    async def test_also_one_that_does_not_say_its_size(self, jp_fetch: Any) -> None:
        async def pieces(write: Callable[[bytes], Any]) -> None:
            for _ in range(30):
                await write(b"x" * 1000)

        with pytest.raises(HTTPClientError) as refused:
            await jp_fetch("nb2pipe", "analysis", method="POST", body_producer=pieces)
        assert refused.value.code == 413


async def test_the_limit_is_fifty_megabytes(extension: Any) -> None:
    assert extension.max_body == 50_000_000
    assert extension.max_jobs == 2
