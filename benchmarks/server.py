"""How long the server takes to analyse a notebook of 100 code cells while somebody types.

A real Jupyter server is asked over HTTP, one request after the other, each with one cell changed,
as the browser part asks, and then with every cell changed, as when another notebook is opened; the
time is that of the whole request. On a busy machine the server's processor time says more.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from notebook import write

TOKEN = "benchmark"
HOST = "127.0.0.1"
# Cells in the middle of stages, whose text grows by a character at a time.
TYPED = ("step-2-2", "step-5-4", "step-8-1")
WORD = "  # typed"


def content() -> dict:
    """The notebook as the browser sends it: without outputs."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "hundred.ipynb")
        write(path)
        document = json.loads(path.read_text(encoding="utf-8"))
    for cell in document["cells"]:
        cell["source"] = "".join(cell["source"])
        cell.pop("outputs", None)
    return document


def states(document: dict, rounds: int) -> Iterator[dict]:
    """The notebook after each of so many characters typed."""
    cells = {cell["id"]: cell for cell in document["cells"]}
    for number in range(rounds):
        cell = cells[TYPED[number // len(WORD) % len(TYPED)]]
        cell["source"] += WORD[number % len(WORD)]
        yield document


def unseen(document: dict, rounds: int) -> Iterator[dict]:
    """As many notebooks of which the server has seen no code cell."""
    texts = [cell["source"] for cell in document["cells"]]
    for number in range(rounds):
        for cell, text in zip(document["cells"], texts, strict=True):
            cell["source"] = f"{text}\n# {number}" if cell["cell_type"] == "code" else text
        yield document


def processor(pid: int) -> float:
    """Milliseconds that a process has computed; 0 where the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


@contextmanager
def server() -> Iterator[tuple[http.client.HTTPConnection, int]]:
    """A server of its own: a connection to it, and its process."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"]
        command += [f"--ServerApp.ip={HOST}", f"--ServerApp.port={port}"]
        command += [f"--ServerApp.root_dir={folder}", f"--IdentityProvider.token={TOKEN}"]
        command += ["--ServerApp.jpserver_extensions={'jupyterlab_nb2pipe': True}"]
        places = {f"JUPYTER_{n}_DIR": f"{folder}/{n}" for n in ("CONFIG", "DATA", "RUNTIME")}
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env={**os.environ, **places})
        connection = http.client.HTTPConnection(HOST, port)
        try:
            wait(connection)
            yield connection, process.pid
        finally:
            connection.close()
            process.terminate()
            process.wait()


def wait(connection: http.client.HTTPConnection) -> None:
    """Wait until the server answers."""
    for _ in range(600):
        try:
            connection.request("GET", "/api", headers={"Authorization": f"token {TOKEN}"})
            connection.getresponse().read()
            return
        except OSError:
            connection.close()
            time.sleep(0.1)
    raise SystemExit("the server does not answer")


def ask(connection: http.client.HTTPConnection, document: dict) -> float:
    """Milliseconds until the analysis is there."""
    body = json.dumps({"path": "hundred.ipynb", "content": document})
    headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
    before = time.perf_counter()
    connection.request("POST", "/nb2pipe/analysis", body, headers)
    response = connection.getresponse()
    answer = response.read()
    taken = (time.perf_counter() - before) * 1000
    found = json.loads(answer)
    if response.status != 200 or len(found["stages"]) != 11 or found["diagnostics"]:
        raise SystemExit(f"{response.status}: {answer[:500]!r}")
    return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help="characters typed")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    options = parser.parse_args()
    document = content()
    with server() as (connection, pid):
        first = ask(connection, document)
        begun = processor(pid)
        times = [ask(connection, state) for state in states(document, options.rounds)]
        typed = (processor(pid) - begun) / options.rounds
        same = [ask(connection, document) for _ in range(20)]
        begun = processor(pid)
        opened = [ask(connection, other) for other in unseen(document, options.rounds // 4)]
        computed = (processor(pid) - begun) / len(opened)
    figures = {
        "first request of the server": first,
        "one character typed, median": statistics.median(times),
        "one character typed, 95th percentile": statistics.quantiles(times, n=20)[-1],
        "one character typed, longest": max(times),
        "one character typed, processor time": typed,
        "no cell seen before, median": statistics.median(opened),
        "no cell seen before, 95th percentile": statistics.quantiles(opened, n=20)[-1],
        "no cell seen before, processor time": computed,
        "nothing changed, median": statistics.median(same),
    }
    for name, value in figures.items():
        print(f"{name:<38} {value:7.1f} ms")
    if options.json is not None:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
