"""The mkdocs-gen-files script: puts the pages of the book on the site."""

from __future__ import annotations

import mkdocs_gen_files

from labbook import sources

# The hook in build.py has put the book here.
book = mkdocs_gen_files.config.extra["book"]

for path, text in sources.generated(book).items():
    with mkdocs_gen_files.open(path, "w") as file:
        file.write(text)
    if path.endswith(".md"):
        mkdocs_gen_files.set_edit_path(path, sources.EDITED)
