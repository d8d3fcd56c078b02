"""Parameters: as the notebook declares them, and the values given later.

``declared`` reads the ``parameters`` cell. ``given`` checks what ``-p NAME VALUE`` and a parameters
file say against it; ``literal`` is how a value is written into code.
"""

from nb2pipe.parameters.declaration import declared
from nb2pipe.parameters.files import read_file, read_variable
from nb2pipe.parameters.literals import NotLiteral, literal
from nb2pipe.parameters.values import check, given, parse

__all__ = [
    "NotLiteral",
    "check",
    "declared",
    "given",
    "literal",
    "parse",
    "read_file",
    "read_variable",
]
