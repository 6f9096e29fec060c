"""The theme's output for pages, kept where all that it is made of stayed the same."""

from __future__ import annotations

from typing import Any

import jinja2
from jinja2.bccache import Bucket
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from quick_rebuild.surroundings import headings, identity


class Outputs:
    """The pages of the build before as the theme made them."""

    def __init__(self) -> None:
        self._frame: tuple[object, ...] = ()
        self._kept: dict[str, tuple[tuple[object, ...], str]] = {}
        self._bytecode = _Bytecode()
        self.reused: set[str] = set()

    def begin(self, frame: tuple[object, ...]) -> None:
        """Begin to put pages into this frame."""
        if frame != self._frame:
            self._kept.clear()
        self._frame = frame
        self.reused = set()

    def holding(self, environment: jinja2.Environment, *, keep: bool) -> Any:
        """The environment with compiled templates kept and, where wanted, the pages."""
        environment.bytecode_cache = self._bytecode
        return _Environment(environment, self) if keep else environment

    def end(self, pages: set[str]) -> None:
        """Forget the pages that are no more."""
        for uri in self._kept.keys() - pages:
            del self._kept[uri]

    def render(self, template: jinja2.Template, context: TemplateContext) -> str:
        """What the template makes of the context."""
        page = context["page"]
        if page is None or context.keys() - TemplateContext.__annotations__.keys():
            return template.render(context)
        uri, key = page.file.src_uri, (template.name, *_inputs(page))
        kept = self._kept.get(uri)
        if kept and kept[0] == key:
            self.reused.add(uri)
            return kept[1]
        text = template.render(context)
        self._kept[uri] = (key, text)
        return text


class _Environment:
    """Gives templates that keep what they made; all else is the environment's."""

    def __init__(self, environment: jinja2.Environment, outputs: Outputs) -> None:
        self._environment = environment
        self._outputs = outputs

    def get_template(self, name: str, *arguments: Any, **options: Any) -> _Template:
        template = self._environment.get_template(name, *arguments, **options)
        return _Template(template, self._outputs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._environment, name)


class _Template:
    def __init__(self, template: jinja2.Template, outputs: Outputs) -> None:
        self._template = template
        self._outputs = outputs

    def render(self, context: TemplateContext) -> str:
        return self._outputs.render(self._template, context)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._template, name)


class _Bytecode(jinja2.BytecodeCache):
    """Compiled templates by name and content: MkDocs makes a new environment at each build."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        kept = self._kept.get((bucket.key, bucket.checksum))
        if kept is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


def _inputs(page: Page) -> tuple[object, ...]:
    """All of a page that a template shows; its place in the navigation is in the frame."""
    return *identity(page), page.content, headings(page.toc)
