"""Stages for a notebook that has none, from its headings and from where little data crosses.

Nothing is run. ``suggest`` proposes, ``rewriting`` writes the tags into the notebook's text.
"""

from nb2pipe.suggestion.proposal import document, suggest

__all__ = ["document", "suggest"]
