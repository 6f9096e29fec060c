"""Under `mkdocs serve`: a rebuild renews what a save has changed and keeps the rest, exactly.

MkDocs renders every page at every save. Here a page, its search entries and its file are taken
over from the build before where all that they were made of is the same; whatever cannot be known
to be the same is made anew. Only `mkdocs serve` does so: a build for readers is always whole.

Nothing but this room knows MkDocs from the inside, so it stays out of the installed package.
"""

from __future__ import annotations

from quick_rebuild.events import join

__all__ = ["join"]
