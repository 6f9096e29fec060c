"""What the world says to a refresh: the folder, the settings, the environment, the time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from labbook.errors import SettingsError
from labbook.live.snapshot import Source
from labbook.settings import Settings


class Mode(StrEnum):
    """What `LABBOOK_LIVE` says of a build: ask where it helps, never, or insist on it."""

    AUTO = "auto"
    OFF = "off"
    REQUIRE = "require"


@dataclass(frozen=True, slots=True)
class Rim:
    """Where the data is, what is asked, and what the world says of the time and credentials."""

    root: Path
    settings: Settings
    environment: Mapping[str, str]
    now: str

    @property
    def mode(self) -> Mode:
        """The mode that the environment sets; raise SettingsError where it is none."""
        text = self.environment.get("LABBOOK_LIVE") or Mode.AUTO
        if text not in set(Mode):
            modes = ", ".join(Mode)
            raise SettingsError(f"LABBOOK_LIVE: `{text[:40]}` is no mode; write one of {modes}")
        return Mode(text)

    def address(self, source: Source) -> str:
        """The API that is asked: of the environment, else of the settings."""
        live = self.settings.live
        usual = live.github_api if source is Source.GITHUB else live.wandb_api
        return self.environment.get(f"LABBOOK_{source.upper()}_API") or usual

    def credential(self, source: Source) -> str | None:
        """The token or key for a source, if there is one."""
        name = "GITHUB_TOKEN" if source is Source.GITHUB else "WANDB_API_KEY"
        return self.environment.get(name) or None
