"""A file becomes a ``Notebook``: ``read`` from disk, ``reads`` from text.

Formats 3 and 4 are read and the file is never written. Format 4 needs nothing but ``json``: its
minor versions differ for a reader only in the cells' ids, which are made here where they are
missing. nbformat, slow to import, upgrades format 3 and words what is wrong with a damaged file.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeGuard

from nb2pipe.errors import NotebookUnreadable
from nb2pipe.model import Cell, Notebook

_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}", re.ASCII)
_PYTHON = {"python", "python2", "python3", "ipython", "ipython3"}
_KINDS = {"code", "markdown", "raw"}
_RESAVE = "Open it in Jupyter and save it again, or restore an earlier version of the file."


def read(path: Path | str) -> Notebook:
    """Read a notebook from disk.

    Args:
        path: the ``.ipynb`` file.

    Returns:
        The notebook, in format 4, without outputs.

    Raises:
        NotebookUnreadable: no such file, a folder, not readable, or no notebook (see ``reads``).
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise NotebookUnreadable(
            "no such file", place=str(path), advice=_nearest_file(path)
        ) from None
    except OSError as error:
        if path.is_dir():
            raise NotebookUnreadable(
                "this is a folder, not a notebook",
                place=str(path),
                advice="Name the .ipynb file in it.",
            ) from None
        raise NotebookUnreadable(
            f"the file cannot be read: {error.strerror or error}",
            place=str(path),
            advice="Look at the file's permissions.",
        ) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NotebookUnreadable(
            f"not a notebook: byte {error.start} is not UTF-8",
            place=f"{path}, line {line}",
            advice="Notebooks are JSON in UTF-8. " + _RESAVE,
        ) from None
    return reads(text, path)


def reads(text: str, path: Path) -> Notebook:
    """Read a notebook from text.

    Args:
        text: what a ``.ipynb`` file holds.
        path: where it lies, or would lie.

    Returns:
        The notebook, in format 4, without outputs; every cell has an id of its own. A cell
        without a usable id gets one from its text and its position among cells of equal text.

    Raises:
        NotebookUnreadable: the text is not JSON, no notebook, or of a format other than 3 and 4.
    """
    document = _document(text.removeprefix("\ufeff"), path)
    if document["nbformat"] == 3:
        document = _upgraded(document, path)
    _check_structure(document, path)
    metadata = document["metadata"]
    kernel = _mapping(metadata.get("kernelspec"))
    info = _mapping(metadata.get("language_info"))
    settings = metadata.get("nb2pipe", {})
    return Notebook(
        path=path,
        cells=_cells(document["cells"]),
        kernel_name=_text(kernel.get("name")),
        language=_language(info.get("name"), kernel.get("language")),
        language_version=_text(info.get("version")),
        settings=settings if isinstance(settings, dict) else {"stages": settings},
    )


def _document(text: str, path: Path) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        advice = _RESAVE
        if not text.strip():
            advice = "The file is empty. " + advice
        elif re.search(r"^(<<<<<<<|>>>>>>>) ", text, re.MULTILINE):
            advice = "It holds the marks of a merge conflict: resolve it, for example with nbdime."
        raise NotebookUnreadable(
            f"not JSON: {error.msg}",
            place=f"{path}, line {error.lineno}, column {error.colno}",
            advice=advice,
        ) from None
    except RecursionError:
        raise NotebookUnreadable(
            "not a notebook: its JSON is nested too deeply", place=str(path), advice=_RESAVE
        ) from None
    if not isinstance(document, dict) or type(document.get("nbformat")) is not int:
        raise NotebookUnreadable(
            "not a notebook: the JSON has no format number (nbformat)",
            place=str(path),
            advice="Name a Jupyter notebook, a .ipynb file.",
        )
    number = document["nbformat"]
    if number not in (3, 4):
        advice = (
            "Upgrade it with `jupyter nbconvert --to notebook --nbformat 4`."
            if number < 3
            else "Save it as format 4, or look for a newer nb2pipe."
        )
        raise NotebookUnreadable(
            f"the notebook has format {number}; nb2pipe reads formats 3 and 4",
            place=str(path),
            advice=advice,
        )
    if r"\ud" in text or r"\uD" in text:
        _refuse_surrogates(document, path)
    return document


def _refuse_surrogates(document: object, path: Path) -> None:
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise NotebookUnreadable(
            "not a notebook: it holds half a character (a lone surrogate)",
            place=str(path),
            advice="Find the \\ud8… escape in the file and remove it.",
        ) from None


def _upgraded(document: dict[str, Any], path: Path) -> dict[str, Any]:
    """A format 3 notebook in format 4, by nbformat."""
    import warnings

    import nbformat

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            upgraded = nbformat.convert(nbformat.from_dict(document), 4)
            result: dict[str, Any] = json.loads(json.dumps(upgraded))
    except Exception as error:  # whatever a damaged file makes of the upgrade
        raise NotebookUnreadable(
            f"not a notebook: format 3, but damaged ({type(error).__name__}: {error})",
            place=str(path),
            advice=_RESAVE,
        ) from None
    for cell in result.get("cells", ()):
        cell.pop("id", None)  # nbformat draws random ones
    foreign = sorted(name for name in _cell_languages(document) if name.lower() not in _PYTHON)
    if foreign and isinstance(result.get("metadata"), dict):
        result["metadata"].setdefault("kernelspec", {})["language"] = foreign[0]
    return result


def _cell_languages(document: Mapping[str, Any]) -> set[str]:
    """Format 3 notes the language at each cell; the upgrade, which accepts it, drops that."""
    return {
        cell["language"]
        for sheet in document["worksheets"]
        for cell in sheet.get("cells", ())
        if isinstance(cell.get("language"), str)
    }


def _check_structure(document: Mapping[str, Any], path: Path) -> None:
    problem = _structural_problem(document)
    if problem:
        raise NotebookUnreadable(
            f"not a notebook: {_nbformat_says(document) or problem}",
            place=str(path),
            advice=_RESAVE,
        )


def _structural_problem(document: Mapping[str, Any]) -> str:
    """What is wrong with a format 4 document as far as nb2pipe reads it ("" when nothing is)."""
    if not isinstance(document.get("metadata"), dict):
        return "it has no metadata"
    if not isinstance(document.get("cells"), list):
        return "it has no list of cells"
    for number, cell in enumerate(document["cells"], start=1):
        if not isinstance(cell, dict) or cell.get("cell_type") not in _KINDS:
            return f"cell {number} is neither code nor Markdown nor raw"
        source = cell.get("source")
        if not isinstance(source, str) and not _strings(source):
            return f"cell {number} has no source"
        metadata = cell.get("metadata", {})
        if not isinstance(metadata, dict):
            return f"cell {number}: its metadata is no object"
        if not _strings(metadata.get("tags", [])):
            return f"cell {number}: its tags are no list of strings"
    return ""


def _nbformat_says(document: Mapping[str, Any]) -> str:
    import warnings

    import nbformat

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            nbformat.validate(nbformat.from_dict(document))
    except nbformat.ValidationError as error:
        return " ".join(str(error).strip().splitlines()[0].split())[:300]
    except Exception:  # nbformat stumbles over what it should describe: our own words do
        return ""
    return ""


def _cells(documents: Sequence[Mapping[str, Any]]) -> tuple[Cell, ...]:
    sources = [_source(document["source"]) for document in documents]
    given = [document.get("id") for document in documents]
    taken = {name for name in given if _usable(name)}
    used: set[str] = set()
    seen: dict[str, int] = {}
    cells = []
    for number, (document, source, name) in enumerate(
        zip(documents, sources, given, strict=True), start=1
    ):
        digest = hashlib.sha256(source.encode()).hexdigest()
        occurrence = seen[digest] = seen.get(digest, 0) + 1
        if not _usable(name) or name in used:
            name = _derived(digest, occurrence, taken | used)
        used.add(name)
        count = document.get("execution_count")
        cells.append(
            Cell(
                id=name,
                number=number,
                kind=document["cell_type"],
                source=source,
                tags=tuple(dict.fromkeys(document.get("metadata", {}).get("tags", ()))),
                execution_count=count if type(count) is int else None,
            )
        )
    return tuple(cells)


def _derived(digest: str, occurrence: int, taken: set[str]) -> str:
    """An id from the text's digest and which of the cells with that text it is."""
    name = f"{digest[:12]}-{occurrence}"
    while name in taken:
        digest = hashlib.sha256(digest.encode()).hexdigest()
        name = f"{digest[:12]}-{occurrence}"
    return name


def _source(source: str | list[str]) -> str:
    text = source if isinstance(source, str) else "".join(source)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _language(*names: object) -> str:
    """ "python" unless one of the names says otherwise."""
    for name in names:
        if isinstance(name, str) and name and name.lower() not in _PYTHON:
            return name.lower()
    return "python"


def _usable(name: object) -> TypeGuard[str]:
    # Ids stand in marker comments, so only the characters that nbformat allows will do.
    return isinstance(name, str) and _ID.fullmatch(name) is not None


def _strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _nearest_file(path: Path) -> str:
    import difflib

    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.suffix == ".ipynb"]
    except OSError:
        names = []
    near = difflib.get_close_matches(path.name, names, n=1)
    if near:
        return f"Did you mean {path.with_name(near[0])}?"
    return "Look at the path; nb2pipe takes the path of a .ipynb file."
