"""A stand-in for `gh`, GitHub's own command: a script that notes how it was called."""

from __future__ import annotations

from pathlib import Path

# It knows one pull request or issue, by the file `open`, and keeps the last text in `body`.
_SCRIPT = """\
#!/usr/bin/env bash
here=$(dirname "$0")
echo "$*" >> "$here/calls"
case "$1 $2" in
  "pr list") if [ -e "$here/open" ]; then echo 5; fi ;;
  "issue list") if [ -e "$here/open" ]; then echo 7; fi ;;
  "pr create" | "issue create") touch "$here/open" ;;
  "pr close" | "issue close") rm "$here/open" ;;
esac
while [ $# -gt 0 ]; do
  if [ "$1" = --body-file ]; then cp "$2" "$here/body"; fi
  shift
done
"""


def install(folder: Path) -> None:
    """Put it into a folder for the path; `calls`, `open` and `body` stand beside it."""
    script = folder / "gh"
    script.write_text(_SCRIPT, encoding="utf-8")
    script.chmod(0o755)
