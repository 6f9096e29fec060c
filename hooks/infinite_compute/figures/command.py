"""The command line of the figures: fetch runs, draw modes into files, list what there is."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from infinite_compute import overrides, published, runs, table
from infinite_compute.figures import registry
from infinite_compute.figures.figure import Figure
from infinite_compute.figures.registry import Entry, Mode
from infinite_compute.recipes import derive
from infinite_compute.results import Missing, Results
from infinite_compute.sources import load as load_sources
from labbook import settings, site
from labbook.errors import LabbookError
from labbook.files import write_atomic

FORMATS = ("svg", "png", "pdf", "json", "csv")
ALL = "all"
FOLDER = "plots"


def main(root: Path, arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments ask for with the data below `root`; the result is the exit status."""
    options = _parser().parse_args(arguments)
    if not options.list and options.mode is None:
        _parser().error("say which figures to draw: --mode MODE, --mode all, or --list")
    try:
        status = _run(root, options)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except LabbookError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename or 'plotting'}: {error.strerror}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    else:
        return status
    return 1


def _run(root: Path, options: argparse.Namespace) -> int:
    modes = registry.MODES if options.mode in {None, ALL} else (registry.mode(options.mode),)
    chosen = [mode for mode in modes if mode]
    whole = _fetch(root, chosen) if options.build_cache else True
    results = results_of(root)
    if options.list:
        _list(chosen, results)
    else:
        _draw(chosen, results, Path(options.out), options.format)
    return 0 if whole else 1


def results_of(root: Path) -> Results:
    """All derived tables from the data below `root`."""
    path = root / table.FILE
    found = table.read(path) if path.exists() else None
    return derive(found, published.load(root), overrides.load(root), load_sources(root))


def _fetch(root: Path, modes: Iterable[Mode]) -> bool:
    """Renew the run table for the modes that read runs; whether all runs are there now."""
    known = load_sources(root)
    asked = [mode.name for mode in modes if mode.name in known]
    if not asked:
        print("no runs belong to this mode; nothing was fetched", file=sys.stderr)
        return True
    rim = site.rim(root, settings.load(root / "mkdocs.yml"))
    report = runs.refresh(rim, asked, tick=runs.show_progress)
    for problem in report.problems:
        print(problem, file=sys.stderr)
    print(report)
    return report.whole


def _draw(modes: Iterable[Mode], results: Results, out: Path, formats: Sequence[str]) -> None:
    for mode in modes:
        if mode.retired:
            print(f"{mode.name}: retired; {mode.retired}")
        for entry in mode.entries:
            figure = entry.figure(results)
            if isinstance(figure, Missing):
                print(f"{entry.name}: {_needs(figure)}")
                continue
            for kind in formats:
                path = out / f"{entry.name}.{kind}"
                write_atomic(path, figure.file(kind), durable=False)
                print(path)


def _list(modes: Iterable[Mode], results: Results) -> None:
    """What each mode shows, and which data its figures have and lack."""
    for mode in modes:
        print(f"{mode.name}: {f'retired; {mode.retired}' if mode.retired else mode.shows}")
        for entry in mode.entries:
            print(f"  {entry.name}: {entry.title}{_paper(entry)}")
            figure = entry.figure(results)
            if isinstance(figure, Figure):
                print(f"    has {_short(figure.source_line)}")
            else:
                print(f"    {_needs(figure)}")


def _paper(entry: Entry) -> str:
    return f" (paper, {entry.paper})" if entry.paper else ""


def _needs(missing: Missing) -> str:
    return f"needs {missing.needs}" + (f": {missing.command}" if missing.command else "")


def _short(text: str, length: int = 160) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _formats(text: str) -> tuple[str, ...]:
    asked = tuple(part.strip() for part in text.split(",") if part.strip())
    wrong = [kind for kind in asked if kind not in FORMATS]
    if wrong or not asked:
        raise argparse.ArgumentTypeError(
            f"{', '.join(wrong) or 'nothing'} is no format; choose of {', '.join(FORMATS)}"
        )
    return asked


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="plotting.py",
        description="Draw the figures of the project from its run table, or from published values.",
    )
    parser.add_argument(
        "--mode",
        choices=[*(mode.name for mode in registry.MODES), ALL],
        metavar="MODE",
        help=f"which figures: {', '.join(mode.name for mode in registry.MODES)}, or {ALL}",
    )
    parser.add_argument(
        "--build-cache",
        "--build_cache",
        action="store_true",
        help="fetch the new and changed runs of the mode from W&B first",
    )
    parser.add_argument(
        "--format",
        type=_formats,
        default=("svg",),
        metavar="LIST",
        help=f"kinds of files, divided by commas: {', '.join(FORMATS)} (default: svg)",
    )
    parser.add_argument(
        "--out", default=FOLDER, metavar="DIR", help=f"folder of the files (default: {FOLDER})"
    )
    parser.add_argument(
        "--list", action="store_true", help="say what each mode shows and which data it has"
    )
    return parser
