"""Where credentials are set, nothing that is written or said holds them, whatever servers do."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

import checkout
from live_lab import TOKEN, Lab, served, site_of
from standins import github, wandb

SECRETS = tuple(
    form
    for secret in (TOKEN, wandb.KEY, f"api:{wandb.KEY}")
    for form in (secret, base64.b64encode(secret.encode()).decode().rstrip("="))
)


def tells_github(handler: github.Handler, request: github.Request) -> bool:
    """A server that says back with which credential it was asked."""
    handler.message(403, f"no: {request.authorization}", X_Asked_With=str(request.authorization))
    return True


def tells_wandb(request: wandb.Request) -> None:
    said = str(request.headers.get("Authorization"))
    decoded = base64.b64decode(said.removeprefix("Basic ")).decode()
    body = f'{{"errors": [{{"message": "no: {said} {decoded}"}}]}}'
    request.send(400, body, {"X-Asked-With": said})


def labbook(lab: Lab, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "labbook", *arguments],
        cwd=lab.root,
        env={**os.environ, **lab.environment, "PYTHONPATH": str(checkout.ROOT / "hooks")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@contextmanager
def telling(root: Path) -> Iterator[Lab]:
    with served(root) as lab:
        lab.github.fault, lab.wandb.fault = tells_github, tells_wandb
        yield lab


def holding(folder: Path) -> Iterator[str]:
    """Every file of a folder, hidden ones too, that holds a credential in any of its forms."""
    for path in folder.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        yield from (str(path) for secret in SECRETS if secret.encode() in data)


@pytest.mark.parametrize("serving", [served, telling], ids=["healthy", "telling"])
def test_no_page_file_log_or_error_holds_a_credential(
    tmp_path: Path, serving: Callable[[Path], AbstractContextManager[Lab]]
) -> None:
    root, site = tmp_path / "lab", tmp_path / "site"
    site_of(root)
    with serving(root) as lab:
        done = [
            labbook(lab, "refresh"),
            labbook(lab, "discover", "--dry-run"),
            labbook(lab, "check"),
            checkout.build(root, site, "--verbose", **lab.environment),
            labbook(lab, "stage", str(tmp_path / "stage")),
        ]
        # They were sent, or none could have been told.
        assert any(TOKEN in str(request.authorization) for request in lab.github.log)
        assert any(request["authorization"] for request in lab.wandb.log)
    said = "".join(one.stdout + one.stderr for one in done)
    assert done[0].returncode == done[3].returncode == 0, said
    assert "Traceback" not in said
    assert not [secret for secret in SECRETS if secret in said]
    if serving is telling:
        # What the servers say beside it is passed on.
        assert re.search(r"W&B: HTTP 400", said), said
    assert list(holding(tmp_path)) == []
    assert (site / "index.html").is_file()
