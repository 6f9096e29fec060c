"""Where the exports stand, below the site's root. What stands here never changes."""

from __future__ import annotations

from urllib.parse import quote

from labbook.exports.fields import VERSION

API = f"api/v{VERSION.partition('.')[0]}/"
CSV = f"{API}experiments.csv"
ATOM = "feed.xml"
JSON_FEED = "feed.json"
LLMS = "llms.txt"
BUILD = "build.json"
ROBOTS = "robots.txt"
# The page that says how to use all of these, and its headings.
DOCUMENTATION = "data/api/"
# What MkDocs makes by itself.
SITEMAP = "sitemap.xml"


def document(name: str) -> str:
    """A document of the API, by its name."""
    return f"{API}{name}.json"


def experiment(key: str) -> str:
    """The record of one experiment, by its key."""
    return f"{API}experiments/{key}.json"


def schema(name: str) -> str:
    """The JSON Schema of a document, by its name."""
    return f"{API}schemas/{name}.json"


def on(site_url: str, path: str) -> str:
    """The address of what stands at `path`; below the root where the site's is not known."""
    return site_url + quote(path, safe="/#{}")
