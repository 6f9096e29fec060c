"""Snapshots on disk: whoever is killed, or out of space, leaves the old file or the new one."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from checkout import ROOT
from labbook.live import codec, store
from labbook.live.snapshot import AsOf, IssueFacts, Snapshot, SnapshotError, Source
from labbook.live.store import StoreError

STAMP = AsOf("2026-11-22T05:00:00Z")
SMALL = Snapshot({"example/lab#1": IssueFacts("Title", STAMP)}, sources={Source.GITHUB: STAMP})
# Big enough that a write takes a while.
WRITER = """
import sys
from pathlib import Path
from labbook.live import store
from labbook.live.snapshot import AsOf, IssueFacts, Snapshot
stamp = AsOf("2026-11-22T05:00:00Z")
one, other = (
    Snapshot({f"a/b#{n}": IssueFacts(word * 2000, stamp) for n in range(2000)}) for word in "xy"
)
file = Path(sys.argv[1])
store.save(file, one)
print("ready", flush=True)
while True:
    store.save(file, other)
    store.save(file, one)
"""


def python(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT / "hooks")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_file_is_saved_read_and_left_alone_where_nothing_is_new(tmp_path: Path) -> None:
    file = tmp_path / "data" / "live.json"
    assert store.load(file) == store.Loaded(Snapshot())
    assert store.save(file, SMALL)
    assert store.load(file) == store.Loaded(SMALL)
    before = file.stat()
    assert not store.save(file, SMALL)
    assert file.stat().st_mtime_ns == before.st_mtime_ns


def test_a_writer_that_is_killed_leaves_a_whole_file_and_what_it_left_is_swept(
    tmp_path: Path,
) -> None:
    file = tmp_path / "live.json"
    for _ in range(5):
        process = python(WRITER, str(file))
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        while not list(tmp_path.glob(".live.json.*")):
            time.sleep(0.0005)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        loaded = store.load(file)
        assert loaded.problems == ()
        assert len(loaded.snapshot.issues) == 2000
        assert len({facts.title for facts in loaded.snapshot.issues.values()}) == 1
    assert list(tmp_path.glob(".live.json.*")), "no writer was killed while it wrote"
    store.save(file, SMALL)
    assert list(tmp_path.iterdir()) == [file]


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "live.json"
    store.save(file, SMALL)
    full = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from labbook.live import store\n"
        "from labbook.live.snapshot import AsOf, IssueFacts, Snapshot\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "big = Snapshot({'a/b#1': IssueFacts('x' * 5000, AsOf('2026-11-22'))})\n"
        "try:\n"
        "    store.save(Path(sys.argv[1]), big)\n"
        "except store.StoreError as error:\n"
        "    print(error)\n"
    )
    said, _ = python(full, str(file)).communicate(timeout=30)
    reason = os.strerror(errno.EFBIG)
    assert said == f"{file}: cannot be written ({reason}); what was there is as it was\n"
    assert store.load(file).snapshot == SMALL
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    # A read-only folder does not stop the root user; these two stop everyone.
    for folder in (tmp_path / "file", Path("/proc/self")):
        with pytest.raises(StoreError, match=r"cannot be written \(.+\); what was there"):
            store.save(folder / "live.json", SMALL)
        with (
            pytest.raises(StoreError, match="cannot be written"),
            store.lock(folder / "lock", 0.1),
        ):
            pass


@pytest.mark.skipif(os.geteuid() == 0, reason="no folder is read-only for the root user")
def test_a_read_only_folder_keeps_its_file(tmp_path: Path) -> None:
    file = tmp_path / "live.json"
    store.save(file, SMALL)
    tmp_path.chmod(0o555)
    with pytest.raises(StoreError, match="cannot be written"):
        store.save(file, Snapshot())
    tmp_path.chmod(0o755)
    assert store.load(file).snapshot == SMALL


def test_one_holds_the_lock_and_the_next_waits_for_it(tmp_path: Path) -> None:
    path = tmp_path / "cache" / "lock"
    order = []

    def second() -> None:
        with store.lock(path, 10):
            order.append("second")

    with store.lock(path, 1):
        with pytest.raises(StoreError, match="held by another refresh"), store.lock(path, 0.1):
            pass
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_the_lock_of_a_process_that_is_killed_is_free(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    holder = python(
        "import sys, time\n"
        "from pathlib import Path\n"
        "from labbook.live import store\n"
        "with store.lock(Path(sys.argv[1]), 1):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(60)\n",
        str(path),
    )
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(StoreError, match="held"), store.lock(path, 0.1):
        pass
    holder.kill()
    holder.communicate()
    with store.lock(path, 1):
        pass


def test_damage_is_told_with_its_line_and_the_rest_is_read(tmp_path: Path) -> None:
    file = tmp_path / "live.json"
    two = Snapshot({f"a/b#{n}": IssueFacts(f"Title {n}", STAMP) for n in (1, 2)})
    raw = codec.encode(two).encode("utf-8").replace(b"Title 2", b"Title \xff")
    file.write_bytes(raw)
    loaded = store.load(file, "data/live.json")
    assert set(loaded.snapshot.issues) == {"a/b#1"}
    assert loaded.problems[0].startswith("data/live.json:5:")
    assert "not UTF-8; all that stands on intact lines is used" in loaded.problems[0]


def test_items_that_lost_their_stamp_are_from_the_files_own_day_at_the_latest(
    tmp_path: Path,
) -> None:
    file = tmp_path / "live.json"
    text = codec.encode(SMALL)
    file.write_text(text[: text.index('"sources"')])
    day = 1_780_000_000
    os.utime(file, (day, day))
    (facts,) = store.load(file).snapshot.issues.values()
    assert facts.as_of == AsOf("2026-05-28", archive=True)


def test_a_file_of_a_later_version_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "live.json"
    file.write_text('{"format": 2}')
    with pytest.raises(SnapshotError, match=re.escape("x:1:1: the format is 2, where 1 is known")):
        store.load(file, "x")
