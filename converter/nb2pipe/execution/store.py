"""The content-addressed store of a notebook's folder, under ``.nb2pipe/``.

::

    .nb2pipe/
      key                     32 secret bytes: what this store signs with
      objects/ab/abcd…        content, then its signature; named by the content's sha256
      results/<key>/….json    what a stage with that key gave: signed, one file a variant
      latest/<name>.json      the newest result of a stage, to say why it ran again
      runs/<run id>/          one run: run.json and the executed notebooks
      build/<digest>/         the pipeline's modules as they ran
      work/…                  what running stages are writing

Every file is written under a temporary name and renamed, so that it is whole or not there, also
with two runs at once and whatever ends a process. A file whose signature or digest is wrong counts
as absent.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nb2pipe.errors import StorageFailed

SIGNATURE_LENGTH = 32
FOLDER = ".nb2pipe"
STALE = 24 * 3600.0


@contextmanager
def _storage(path: Path) -> Iterator[None]:
    """Say a full disk or a folder that cannot be written in words."""
    try:
        yield
    except OSError as error:
        raise StorageFailed(
            f"cannot write: {error.strerror or error}",
            place=str(error.filename or path),
            advice="Free some space, or make the folder writable, and run again.",
        ) from error


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file under a temporary name and rename it.

    Raises:
        StorageFailed: the disk is full, or the folder cannot be written.
    """
    with _storage(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
        try:
            temporary.write_bytes(content)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def json_bytes(content: Any, *, ordered: bool = False) -> bytes:
    """JSON as it is kept: UTF-8, keys sorted unless their order is ``ordered`` to be kept."""
    text = json.dumps(content, sort_keys=not ordered, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "surrogatepass") + b"\n"


class Store:
    """The store in one folder.

    Args:
        folder: the notebook's folder; ``.nb2pipe/`` is made in it when first needed.

    Raises:
        StorageFailed: it cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        self.root = folder / FOLDER
        self.objects = self.root / "objects"
        self.results = self.root / "results"
        if not (self.root / ".gitignore").exists():
            write_atomically(self.root / ".gitignore", b"*\n")
        self._key = self._own_key()

    def _own_key(self) -> bytes:
        path = self.root / "key"
        if not path.exists():
            with _storage(path):
                temporary = path.with_name(f".key.{secrets.token_hex(6)}")
                descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(descriptor, "wb") as file:
                    file.write(secrets.token_bytes(SIGNATURE_LENGTH))
                try:
                    path.hardlink_to(temporary)  # the first of two runs wins
                except FileExistsError:
                    pass
                except OSError:  # a file system without links
                    if not path.exists():
                        temporary.replace(path)
                temporary.unlink(missing_ok=True)
        return path.read_bytes()

    def _sign(self, kind: bytes, digest: str) -> bytes:
        return hmac.digest(self._key, kind + digest.encode(), "sha256")

    # ── Objects ──────────────────────────────────────────────────────────────────────────────────

    def path(self, digest: str) -> Path:
        """Where the object of that digest lies, or would."""
        return self.objects / digest[:2] / digest

    def has(self, digest: str) -> bool:
        """Whether the object is there (not whether it is undamaged)."""
        return self.path(digest).is_file()

    def adopt(self, file: Path) -> str:
        """Take a file that a stage wrote into the store; it is moved.

        Returns:
            the digest of its content.

        Raises:
            StorageFailed: it cannot be kept.
        """
        with _storage(file):
            with file.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
            if self.intact(digest):
                file.unlink()
                return digest
            with file.open("ab") as content:
                content.write(self._sign(b"object", digest))
            target = self.path(digest)
            target.parent.mkdir(parents=True, exist_ok=True)
            file.replace(target)
        return digest

    def put(self, content: bytes) -> str:
        """Keep some bytes; their digest."""
        digest = hashlib.sha256(content).hexdigest()
        if not self.intact(digest):
            write_atomically(self.path(digest), content + self._sign(b"object", digest))
        return digest

    def put_copy(self, file: Path, work: Path) -> str:
        """Keep a copy of a file that stays where it is; its digest."""
        copy = work / f"copy-{secrets.token_hex(6)}"
        with _storage(copy):
            shutil.copyfile(file, copy)
        return self.adopt(copy)

    def intact(self, digest: str) -> bool:
        """Whether the object is there, is what its name says, and was written by this store."""
        path = self.path(digest)
        try:
            length = path.stat().st_size - SIGNATURE_LENGTH
            content = hashlib.sha256()
            with path.open("rb") as file:
                while length > 0:
                    block = file.read(min(length, 1 << 20))
                    if not block:
                        return False
                    content.update(block)
                    length -= len(block)
                signature = file.read()
        except OSError:
            return False
        return content.hexdigest() == digest and hmac.compare_digest(
            signature, self._sign(b"object", digest)
        )

    def get(self, digest: str) -> bytes:
        """The bytes of an object.

        Raises:
            KeyError: it is not there, or damaged.
        """
        if not self.intact(digest):
            raise KeyError(digest)
        return self.path(digest).read_bytes()[:-SIGNATURE_LENGTH]

    def copy_to(self, digest: str, target: Path) -> None:
        """Put an object's bytes into a file, atomically.

        Raises:
            KeyError: it is not there, or damaged.
            StorageFailed: the file cannot be written.
        """
        write_atomically(target, self.get(digest))

    # ── Results ──────────────────────────────────────────────────────────────────────────────────

    def save_result(self, key: str, variant: str, result: Mapping[str, Any]) -> None:
        """Keep what a stage with this key gave, beside the variants of the same key."""
        payload = json_bytes(result, ordered=True)
        digest = hashlib.sha256(payload).hexdigest()
        signed = {
            "signature": self._sign(b"result", digest).hex(),
            "result": payload.decode("utf-8", "surrogatepass"),
        }
        write_atomically(self.results / key / f"{variant}.json", json_bytes(signed))

    def find_results(self, key: str) -> list[dict[str, Any]]:
        """The results under a key that this store wrote, the newest first."""
        found: list[tuple[int, dict[str, Any]]] = []
        for path in self._files(self.results / key):
            try:
                age = path.stat().st_mtime_ns
                signed = json.loads(path.read_bytes())
                payload = signed["result"].encode("utf-8", "surrogatepass")
                signature = bytes.fromhex(signed["signature"])
                digest = hashlib.sha256(payload).hexdigest()
                if hmac.compare_digest(signature, self._sign(b"result", digest)):
                    found.append((age, json.loads(payload)))
            except (OSError, ValueError, KeyError, TypeError, AttributeError):
                continue
        return [result for _, result in sorted(found, key=lambda pair: pair[0], reverse=True)]

    def drop_results(self, key: str) -> None:
        """Forget the results under a key: what they name is damaged."""
        for path in self._files(self.results / key):
            path.unlink(missing_ok=True)

    @staticmethod
    def _files(folder: Path) -> Iterable[Path]:
        try:
            return [p for p in folder.iterdir() if p.suffix == ".json" and p.name[0] != "."]
        except OSError:
            return []

    # ── What stages are writing ──────────────────────────────────────────────────────────────────

    def working_folder(self, name: str) -> Path:
        """A fresh folder for a running stage.

        Raises:
            StorageFailed: it cannot be made.
        """
        path = self.root / "work" / f"{name}-{secrets.token_hex(6)}"
        with _storage(path):
            path.mkdir(parents=True)
        return path

    def clean(self) -> None:
        """Remove what runs that were killed left behind a day ago or longer."""
        try:
            left = list((self.root / "work").iterdir())
        except OSError:
            return
        for path in left:
            try:
                if time.time() - path.stat().st_mtime > STALE:
                    shutil.rmtree(path, ignore_errors=True)
            except OSError:
                continue
