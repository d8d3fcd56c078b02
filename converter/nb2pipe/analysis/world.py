"""What calls do outside their arguments: files, random numbers, settings, clocks."""

from __future__ import annotations

import ast
import posixpath
import shlex

from nb2pipe.analysis.arguments import Arguments
from nb2pipe.analysis.definition import Definition
from nb2pipe.analysis.drawing import is_sure
from nb2pipe.analysis.expressions import Expressions
from nb2pipe.analysis.knowledge import Effect
from nb2pipe.analysis.regions import IMMUTABLE, Value, immutable

# Functions of pyplot that draw nothing, and those that always make a figure.
_PLAIN_PYPLOT = frozenset(
    {"rc", "rc_context", "rcdefaults", "rcParams", "style", "cm", "colormaps", "get_cmap"}
    | {"set_cmap", "ion", "ioff", "isinteractive", "get_fignums", "fignum_exists", "setp", "getp"}
    | {"switch_backend", "get_backend", "imread", "imsave", "figaspect", "Normalize", "Line2D"}
    | {"Rectangle", "Circle", "Polygon", "cycler"}
)
_OWN_FIGURE = frozenset({"figure", "subplots", "subplot_mosaic", "matshow", "close", "show"})
_SEABORN_FIGURES = frozenset({"relplot", "displot", "catplot", "lmplot", "pairplot", "jointplot"})
_SHOWING = frozenset({"builtins.print", "IPython.display.display"})


_LINKING = frozenset({"os.symlink", "os.link"})
_LOGGING = frozenset(
    {"debug", "info", "warning", "warn", "error", "critical", "exception", "log", "fatal"}
)
_SHELLS = frozenset({"IPython.utils.process.system", "IPython.utils.process.getoutput"})


def _simple_command(text: str) -> list[str]:
    """The words of a shell command; none when it is more than a program and its arguments."""
    if set(text) & set("><|;&$`(){}*?[]~\n\\"):
        return []
    try:
        return shlex.split(text)
    except ValueError:
        return []


class World(Expressions):
    """Notes what a call does to files, hidden state and settings."""

    def __init__(self) -> None:
        super().__init__()
        self.logs: dict[str, Value] = {}  # the files that `logging.basicConfig` was told of

    def _world(self, dotted: str, effect: Effect, arguments: Arguments) -> None:
        """What a library function does outside its arguments."""
        note = self.effect
        note.shows |= dotted in _SHOWING
        if dotted in _SHELLS and self._command(arguments.at(0)):
            return
        if effect.draws:
            self.draw(effect.draws)
        if effect.seeds:
            if self.depth or arguments.starred:
                note.reseeds.add(effect.seeds)
                note.draws.add(effect.seeds)
            else:
                note.seeds.add(effect.seeds)
            if not arguments.all and dotted.endswith(".seed"):
                note.unseeded.setdefault(f"{dotted}()", self.position)
        if effect.reads >= 0:
            self._file(
                arguments.at(effect.reads, "filepath_or_buffer", "path", "io", "fname", "file"),
                read=True,
            )
        if effect.writes >= 0:
            self._file(arguments.at(effect.writes, "fname", "file", "filename", "path"), read=False)
        if effect.reads_any:
            note.file_reads.setdefault(None, self.position)
        if effect.writes_any:
            note.file_writes.setdefault(None, self.position)
        if effect.opens:
            self._open(arguments.at(0, "file", "filename", "name"), arguments.at(1, "mode"))
        if "mmap_mode" in arguments.keywords and not arguments.is_constant("mmap_mode", "r"):
            self._file(arguments.at(0, "file", "filename"), read=False)
        if dotted in _LINKING:
            self.cwd = None  # from now on, which file a path stands for is not known
        self._log(dotted, arguments)
        if effect.observes:
            note.observes.setdefault(effect.observes, self.position)
        if effect.setting:
            note.settings.add(dotted)
            note.early |= effect.early
        if effect.alters:
            note.alters.add(effect.alters)
            note.early |= effect.early
            if effect.alters == "cwd":
                self._change_directory(arguments.at(0, "path"))
        if effect.context:
            self.entered = effect.context
        if effect.refused:
            note.refused.setdefault(f"{dotted}() changes {effect.refused}", self.position)
        if "ax" not in arguments.keywords:
            self.drawn(_figure(dotted))

    def mention(
        self, function: Value, receiver: Value | None, node: ast.Call, arguments: Arguments
    ) -> None:
        """Note the texts that a call is given, and which of them may be files that it changes."""
        note, known = self.effect, self.knowledge
        constants = (value.constant for value in arguments.all)
        texts = {text for text in constants if isinstance(text, str)}
        note.mentions |= texts
        paths = {text for text in texts if text.rpartition(".")[2].lower() in known.endings}
        if not paths or isinstance(function.target, Definition):
            return
        if function.kind == "module" and isinstance(function.target, str):
            effect = known.function(function.target)
            plain = function.target.startswith("builtins.") or function.target in _SHOWING
            if plain or (effect and (effect.handles_files or effect.result == "immutable")):
                return
        elif receiver is not None and isinstance(node.func, ast.Attribute):
            name = node.func.attr
            plain = receiver.kind in ("immutable", "container", "figure")
            if plain or name in known.writing_files or name in known.reading_files:
                return
            if receiver.kind == "data" and not name.startswith("to_"):
                return
        note.named |= {path for path in map(self._placed, paths) if path is not None}

    def drawn(self, how: str, *, perhaps: bool = False) -> None:
        """A call ``draws`` on the current figure, ``perhaps``, or ``made`` one of its own."""
        if how and not self.effect.draws_figure:
            self.effect.draws_figure = how
            self.effect.draws_perhaps = perhaps or not all(map(is_sure, self.running.values()))

    def _log(self, dotted: str, arguments: Arguments) -> None:
        """What is logged goes to the file that was once named for it."""
        if not dotted.startswith("logging."):
            return
        name = arguments.keywords.get("filename")
        if name is not None and isinstance(name.constant, str):
            self.logs[name.constant] = name
        if dotted.rpartition(".")[2] in _LOGGING:
            for path in self.logs.values():
                self._file(path, read=False)

    def _command(self, text: Value | None) -> bool:
        """Note what a shell command does to files; False when that is not known."""
        known = self.knowledge.commands
        if text is None or not isinstance(text.constant, str):
            return False
        words = _simple_command(text.constant)
        if not words or not any(words[0] in names for names in known.values()):
            return False
        program, *files = [w for w in words if not (w.startswith("-") or w.isdigit())]
        if program in known["observing"]:
            self.effect.observes.setdefault("starts another program", self.position)
        paths = [immutable("str", path) for path in files]
        if program in known["writing"]:
            for path in paths:
                self._file(path, read=False)
        elif program in known["copying"]:
            for path in paths:
                self._file(path, read=True)
                self._file(path, read=False)
        elif program in known["reading"]:
            for path in paths or [IMMUTABLE]:
                self._file(path, read=True)
        return True

    def _change_directory(self, path: Value | None) -> None:
        text = path.constant if path is not None else None
        if not isinstance(text, str) or self.depth or not self.straight:
            self.cwd = None
        elif self.cwd is not None or posixpath.isabs(text):
            self.cwd = posixpath.normpath(posixpath.join(self.cwd or "", text))

    def _placed(self, path: str) -> str | None:
        """A literal path relative to the notebook's folder; None where that is not known."""
        if self.cwd == "" or posixpath.isabs(path) or "://" in path:
            return path
        return None if self.cwd is None else posixpath.normpath(posixpath.join(self.cwd, path))

    def _file(self, path: Value | None, *, read: bool) -> None:
        note = self.effect.file_reads if read else self.effect.file_writes
        if path is None:
            return
        if path.kind in ("container", "unknown", "figure", "data") and path.own:
            self.change(path)  # an open file or buffer: its position moves
            if path.kind != "container":
                note.setdefault(None, self.position)
            return
        if isinstance(path.constant, str):
            if "://" in path.constant:
                self.effect.observes.setdefault("reads from the network", self.position)
            else:
                note.setdefault(self._placed(path.constant), self.position)
        else:
            note.setdefault(None, self.position)

    def _open(self, path: Value | None, mode: Value | None) -> None:
        text = mode.constant if mode is not None else "r"
        modes = text if isinstance(text, str) else "r+"
        if any(letter in modes for letter in "wax+"):
            self._file(path, read=False)
        if "w" not in modes and "x" not in modes:
            self._file(path, read=True)

    def _draw_unless_given(self, arguments: Arguments) -> None:
        given = arguments.keywords.get("random_state")
        if arguments.starred or (
            given is not None and not arguments.is_constant("random_state", None)
        ):
            if given is not None and given.own:
                self.change(given)
            return
        self.draw("numpy.random")

    def _method_files(self, base: Value, name: str, arguments: Arguments) -> None:
        known = self.knowledge
        path_like = base.kind == "immutable" and (not base.type or base.type.startswith("pathlib."))
        if path_like and name in known.reading_files:
            self._file(base, read=True)
        if name in known.listing_files and path_like:
            self.effect.file_reads.setdefault(None, self.position)
        where = known.writing_files.get(name)
        if where == "self" and path_like:
            self._file(base, read=False)
        elif where == "argument" and base.kind in ("data", "figure", "unknown", "estimator"):
            first = arguments.at(0, "path", "path_or_buf", "fname", "buf", "excel_writer")
            if first is not None:
                self._file(first, read=False)


def _figure(dotted: str) -> str:
    """Whether a function ``draws`` on the current figure, or begins with one it ``made``."""
    if dotted.startswith("matplotlib.pyplot."):
        last = dotted.removeprefix("matplotlib.pyplot.").partition(".")[0]
        if last in _PLAIN_PYPLOT:
            return ""
        return "made" if last in _OWN_FIGURE else "draws"
    last = dotted.rpartition(".")[2]
    if dotted.startswith("seaborn.") and last.endswith(("plot", "heatmap")):
        return "made" if last in _SEABORN_FIGURES else "draws"
    return "made" if "Display.from_" in dotted else ""
