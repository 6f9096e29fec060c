"""`labbook discover`: experiments among the issues that the curated file does not know yet."""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from labbook import catalog, history, links, site
from labbook import settings as lab_settings
from labbook.commands.frame import Commands, add_budget, command, config, count
from labbook.discovery import edit, ignored, proposal_text
from labbook.discovery.proposal import Lab, Proposal, known_numbers, propose
from labbook.files import write_atomic
from labbook.live import current
from labbook.live.rim import Rim
from labbook.live.snapshot import Source
from labbook.model import Experiment

_BUDGET = 120.0
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def add(commands: Commands) -> None:
    """Add the command."""
    about = "find labelled issues with runs or reports and list them under `uncategorized`"
    parser = command(commands, "discover", about, run)
    parser.add_argument(
        "--dry-run", action="store_true", help="print the change of the file, and change nothing"
    )
    parser.add_argument(
        "--pr-body",
        type=Path,
        metavar="FILE",
        help="write the text of a pull request: what was found, where, and what else waits",
    )
    parser.add_argument(
        "--apply-links",
        action="store_true",
        help="also add the new links of listed experiments to their entries",
    )
    add_budget(parser, _BUDGET)


def run(options: argparse.Namespace) -> int:
    """Add what is new; where the issues cannot be listed, nothing is written."""
    path = config(options)
    settings = lab_settings.load(path)
    rim = site.rim(path.parent, settings)
    lab, _ = _load(rim)
    # Imported here, since only this command should pay for the packages that ask GitHub.
    from labbook.discovery import listing  # noqa: PLC0415
    from labbook.discovery.issues import Asked  # noqa: PLC0415

    asked = Asked(settings.repository, settings.labels, known_numbers(lab), rim.now)
    found = listing.fetch(
        asked, rim.address(Source.GITHUB), rim.credential(Source.GITHUB), options.budget
    )
    # Read again: somebody may have saved it while GitHub was asked.
    lab, before = _load(rim)
    proposal = propose(lab, found)
    more_links = proposal.links if options.apply_links else {}
    after = edit.added(before, site.CATALOG, settings.repository, proposal.entries, more_links)
    if options.pr_body:
        text = proposal_text.text(proposal, settings, applied=options.apply_links)
        write_atomic(options.pr_body, text)
    if options.dry_run:
        sys.stdout.writelines(_diff(before, after))
    elif after != before:
        # The file itself, where a link leads to it.
        write_atomic((rim.root / site.CATALOG).resolve(), after)
    for line in proposal.problems:
        print(line, file=sys.stderr)
    told = sys.stderr if options.dry_run else sys.stdout
    for line in _summary(proposal, applied=options.apply_links):
        print(line, file=told)
    return 0


def _load(rim: Rim) -> tuple[Lab, bytes]:
    """What is known now, and the bytes of the curated file that it was read from."""
    root, repository = rim.root, rim.settings.repository
    data = catalog.read(root / site.CATALOG, site.CATALOG)
    known = catalog.parse(data, site.CATALOG, repository)
    lab = Lab(
        rim.settings,
        known,
        current.load(root, rim.now).snapshot,
        ignored.load(root / site.IGNORED, repository, site.IGNORED),
        history.load(root / site.HISTORY, site.HISTORY),
    )
    return lab, data


def _summary(proposal: Proposal, *, applied: bool) -> Iterator[str]:
    entries = proposal.entries
    if entries:
        names = ", ".join(map(_name, entries))
        yield f"{count(len(entries), 'new experiment')} under `uncategorized`: {names}"
    else:
        yield "no new experiments"
    if proposal.known:
        added = sum(len(item.found) for item in proposal.known)
        what = "added" if applied else "not added; --apply-links does"
        yield f"{count(added, 'new link')} of listed experiments ({what}):"
        for item in proposal.known:
            for link in item.found:
                yield f"  {_name(item.experiment)}: {links.mask(link.url)} ({link.where})"


def _name(item: Experiment) -> str:
    return f"#{item.key}" if item.key.isdigit() else item.key


def _diff(before: bytes, after: bytes) -> Iterator[str]:
    old, new = (_LINE.findall(data.decode("utf-8")) for data in (before, after))
    for line in difflib.unified_diff(old, new, f"a/{site.CATALOG}", f"b/{site.CATALOG}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
