"""Evidence from one run of a notebook: recorded, kept in ``facts.json``, and read again.

Facts are a witness of the analysis and never its author: what they show and it did not foresee is
an error (``analysis/contradictions.py``), and what it could only fear is settled by what was seen,
and checked in every run (``execution/kernel/assumptions.py``).
"""
