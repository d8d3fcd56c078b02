"""Package indexes that pip and uv are configured with, without their credentials."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from nb2pipe.environment.facts import Index


@dataclass(frozen=True)
class ConfiguredIndexes:
    """What is configured here.

    ``left_out`` are addresses that only this machine has (folders, ``file://``).
    ``credentials`` are user and password by address; they are handed to uv's environment and
    never written.
    """

    indexes: tuple[Index, ...] = ()
    left_out: tuple[str, ...] = ()
    credentials: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def configured(
    prefix: Path, environ: Mapping[str, str], further: Iterable[str] = ()
) -> ConfiguredIndexes:
    """The indexes of pip's and uv's settings: environment variables first, then files.

    Args:
        prefix: ``sys.prefix`` of the kernel's environment, whose own pip.conf counts.
        environ: the environment variables.
        further: addresses that the notebook itself names.

    Returns:
        The indexes in order of precedence, each address once.
    """
    indexes: list[Index] = []
    left_out: list[str] = []
    credentials: dict[str, tuple[str, str]] = {}
    seen: set[str] = set()
    default_taken = False
    candidates = [
        *(("", address, False) for address in further),
        *_from_environment(environ),
        *_from_uv(environ),
        *_from_pip(prefix, environ),
    ]
    for name, address, default in candidates:
        url, user, password = without_credentials(address)
        if (default and default_taken) or url in seen or url in _PUBLIC:
            continue
        seen.add(url)
        default_taken = default_taken or default
        if urlsplit(url).scheme not in ("http", "https"):
            left_out.append(url)
            continue
        name = _unique(name or _name(url), {index.name for index in indexes})
        indexes.append(Index(name, url, default))
        if user or password:
            credentials[url] = (user, password)
    return ConfiguredIndexes(tuple(indexes), tuple(left_out), credentials)


_PUBLIC = ("https://pypi.org/simple", "https://pypi.org/simple/", "https://pypi.python.org/simple")

Candidate = tuple[str, str, bool]  # name ("" when it has none), address, default


def without_credentials(address: str) -> tuple[str, str, str]:
    """An address without user and password, and these two."""
    parts = urlsplit(address)
    if "@" not in parts.netloc:
        return address, "", ""
    userinfo, _, host = parts.netloc.rpartition("@")
    user, _, password = userinfo.partition(":")
    return urlunsplit(parts._replace(netloc=host)), unquote(user), unquote(password)


def _name(url: str) -> str:
    host = urlsplit(url).netloc or "local"
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in host).strip("-").lower()


def _unique(name: str, taken: set[str]) -> str:
    unique, number = name, 2
    while unique in taken:
        unique, number = f"{name}-{number}", number + 1
    return unique


def _named(text: str) -> Candidate:
    """uv's ``name=url`` form, or a bare address."""
    name, separator, address = text.partition("=")
    if separator and "/" not in name and ":" not in name:
        return name, address, False
    return "", text, False


def _from_environment(environ: Mapping[str, str]) -> Iterator[Candidate]:
    for variable in ("UV_INDEX", "UV_EXTRA_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        for text in environ.get(variable, "").split():
            yield _named(text)
    for variable in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"):
        if text := environ.get(variable, "").strip():
            name, address, _ = _named(text)
            yield name, address, True


def _from_uv(environ: Mapping[str, str]) -> Iterator[Candidate]:
    if environ.get("UV_NO_CONFIG"):
        return
    home = Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    files = [home / "uv" / "uv.toml", Path("/etc/uv/uv.toml")]
    if sys.platform == "win32" and (roaming := environ.get("APPDATA")):
        files = [Path(roaming) / "uv" / "uv.toml"]
    if given := environ.get("UV_CONFIG_FILE"):
        files = [Path(given)]
    for file in files:
        try:
            settings = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        for entry in settings.get("index", ()):
            yield str(entry.get("name", "")), str(entry.get("url", "")), bool(entry.get("default"))
        pip = settings.get("pip", {})
        for table in (settings, pip if isinstance(pip, dict) else {}):
            for address in table.get("extra-index-url", ()):
                yield "", str(address), False
            if address := table.get("index-url"):
                yield "", str(address), True


def _from_pip(prefix: Path, environ: Mapping[str, str]) -> Iterator[Candidate]:
    import configparser

    home = Path.home()
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    name = "pip.ini" if sys.platform == "win32" else "pip.conf"
    files = [prefix / name, config / "pip" / name, home / ".pip" / name, Path("/etc") / name]
    if sys.platform == "win32" and (roaming := environ.get("APPDATA")):
        files.insert(1, Path(roaming) / "pip" / name)
    if sys.platform == "darwin":
        files.insert(1, home / "Library" / "Application Support" / "pip" / name)
    if given := environ.get("PIP_CONFIG_FILE"):
        files = [] if given == os.devnull else [Path(given), *files]
    for file in files:
        settings = configparser.RawConfigParser()
        try:
            settings.read_string(file.read_text(encoding="utf-8"))
        except (OSError, ValueError, configparser.Error):
            continue
        for section in ("global", "install"):
            for text in settings.get(section, "extra-index-url", fallback="").split():
                yield "", text, False
            if text := settings.get(section, "index-url", fallback="").strip():
                yield "", text, True
