"""A child of ours: it tells how far it is, keeps to its limits, and is gone when it is no longer wanted."""

import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from jobs.running import Cancelled
from media.ffmpeg import Unusable, run
from media.ffmpeg.run import Gone, Limits

ROOMY = Limits(processor=60, wall=60, largest=64 * 1024 * 1024)
QUIET = ["-hide_banner", "-nostdin", "-loglevel", "info", "-nostats", "-stats_period", "0.1"]
ENDLESS = [*QUIET, "-re", "-f", "lavfi", "-i", "sine=duration=36000", "-f", "null", "-"]


def sine(seconds: int, *more: str) -> list[str]:
    return [*QUIET, "-f", "lavfi", "-i", f"sine=sample_rate=48000:duration={seconds}", *more]


def nothing(share: float) -> None:
    pass


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(what, within: float = 10.0) -> None:
    end = time.monotonic() + within
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """`stand_in(code)` makes a Python program of `code` be run instead of ffmpeg."""

    def put(code: str) -> None:
        path = tmp_path / "program"
        path.write_text(f"#!{sys.executable} -IS\n" + textwrap.dedent(code))
        path.chmod(0o755)
        monkeypatch.setattr(run, "program", lambda: str(path))

    return put


def test_progress_comes_from_its_own_report(tmp_path):
    shares: list[float] = []
    arguments = [*QUIET, "-re", "-f", "lavfi", "-i", "sine=duration=2", "-f", "null", "-"]
    said = run.run(arguments, shares.append, folder=tmp_path, limits=ROOMY, seconds=2)
    assert said.seconds == pytest.approx(2, abs=0.1)
    assert shares == sorted(shares)
    assert 0 < shares[len(shares) // 2] < 1


def test_who_no_longer_wants_it_is_told_and_the_child_is_gone(tmp_path, stand_in):
    stand_in(
        """
        import os, pathlib, time
        pathlib.Path("pid").write_text(str(os.getpid()))
        time.sleep(60)
        """
    )

    def beat(share: float) -> None:
        if (tmp_path / "pid").exists():
            raise Cancelled

    with pytest.raises(Cancelled):
        run.run([], beat, folder=tmp_path, limits=ROOMY)
    assert not is_alive(int((tmp_path / "pid").read_text()))


def test_a_child_that_ignores_the_request_to_end_is_killed_with_its_children(tmp_path, stand_in, monkeypatch):
    monkeypatch.setattr(run, "GRACE", 0.3)
    stand_in(
        """
        import os, pathlib, signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        grandchild = os.fork()
        if grandchild:
            pathlib.Path("pids.new").write_text(f"{os.getpid()} {grandchild}")
            os.rename("pids.new", "pids")
        time.sleep(60)
        """
    )

    def beat(share: float) -> None:
        if (tmp_path / "pids").exists():
            raise Cancelled

    with pytest.raises(Cancelled):
        run.run([], beat, folder=tmp_path, limits=ROOMY)
    for pid in (tmp_path / "pids").read_text().split():
        wait_for(lambda pid=pid: not is_alive(int(pid)))


def test_it_ends_with_the_worker_that_started_it(tmp_path):
    code = f"""
        import os, sys
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.test_settings"
        import django; django.setup()
        from pathlib import Path
        from media.ffmpeg import run
        run.run({ENDLESS!r}, lambda share: None, folder=Path({str(tmp_path)!r}), limits=run.Limits(60, 60, 0))
    """
    worker = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], cwd=Path(__file__).parents[2])

    def children() -> list[int]:
        found = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()
        return [int(pid) for pid in found if b"sine" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    try:
        wait_for(children, within=30)
        (child,) = children()
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    wait_for(lambda: not is_alive(child))


def test_it_sees_nothing_of_our_environment(tmp_path, stand_in, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "very secret")
    stand_in("import os, sys; sys.stderr.write(repr(sorted(os.environ)))")
    said = run.run([], nothing, folder=tmp_path, limits=ROOMY)
    assert said.text == repr(sorted([*run.ENVIRONMENT]))


def test_limits_are_set_before_it_begins(tmp_path, stand_in):
    stand_in(
        """
        import os, resource, sys
        names = ("AS", "CPU", "FSIZE", "NOFILE", "CORE")
        print({name: resource.getrlimit(getattr(resource, "RLIMIT_" + name))[0] for name in names}, file=sys.stderr)
        print(os.getpgid(0) == os.getpid(), os.getpriority(os.PRIO_PROCESS, 0) >= 5, file=sys.stderr)
        """
    )
    said = run.run([], nothing, folder=tmp_path, limits=Limits(7, 60, 1000))
    assert said.text.splitlines() == [
        str({"AS": 512 * 1024 * 1024, "CPU": 8, "FSIZE": 1000, "NOFILE": 64, "CORE": 0}),
        "True True",
    ]


def test_computing_is_limited(tmp_path, stand_in):
    stand_in("while True: pass")
    with pytest.raises(Unusable, match="more computing than is allowed"):
        run.run([], nothing, folder=tmp_path, limits=Limits(processor=0, wall=60, largest=0))


def test_time_is_limited(tmp_path):
    with pytest.raises(Unusable, match="takes too long"):
        run.run(ENDLESS, nothing, folder=tmp_path, limits=Limits(60, 0.5, 0))


def test_a_file_cannot_grow_beyond_its_limit(tmp_path):
    arguments = sine(60, "-c:a", "pcm_s16le", "-f", "s16le", "-y", "file:out")
    with pytest.raises(Unusable, match="grow beyond what is allowed"):
        run.run(arguments, nothing, folder=tmp_path, limits=Limits(60, 60, 100_000))
    assert (tmp_path / "out").stat().st_size <= 100_000


@pytest.mark.parametrize(("megabytes", "fits"), [(300, True), (700, False)])
def test_memory_is_limited(tmp_path, stand_in, megabytes, fits):
    stand_in(
        f"""
        import sys
        try:
            bytearray({megabytes} << 20)
        except MemoryError:
            sys.exit("Cannot allocate memory")
        """
    )
    if fits:
        run.run([], nothing, folder=tmp_path, limits=ROOMY)
    else:
        with pytest.raises(Unusable, match="more memory than is allowed"):
            run.run([], nothing, folder=tmp_path, limits=ROOMY)


def test_one_that_stands_still_is_ended_and_may_be_tried_again(tmp_path, stand_in, monkeypatch):
    monkeypatch.setattr(run, "STALL", 0.5)
    stand_in("import time; print('out_time_us=1000000', flush=True); time.sleep(60)")
    with pytest.raises(Gone, match="stood still"):
        run.run([], nothing, folder=tmp_path, limits=ROOMY)


def test_one_that_somebody_killed_may_be_tried_again(tmp_path, stand_in):
    stand_in("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(Gone, match="signal 9"):
        run.run([], nothing, folder=tmp_path, limits=ROOMY)


def test_of_endless_words_both_ends_are_kept(tmp_path, stand_in):
    stand_in(
        """
        import sys
        sys.stderr.write("first words\\n")
        for _ in range(300):
            sys.stderr.write("x" * 65536)
        sys.stderr.write("\\nlast words")
        """
    )
    said = run.run([], nothing, folder=tmp_path, limits=ROOMY)
    assert said.text.startswith("first words")
    assert said.text.endswith("last words")
    assert len(said.text) <= 2 * run.KEPT


def test_one_that_closes_its_mouth_is_still_waited_for(tmp_path, stand_in):
    stand_in("import os, pathlib, time; os.close(1); os.close(2); time.sleep(0.5); pathlib.Path('done').touch()")
    run.run([], nothing, folder=tmp_path, limits=ROOMY)
    assert (tmp_path / "done").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("av_interleaved_write_frame(): No space left on device", "disk is full"),
        ("Stream map '0:a:0' matches no streams.", "no sound in this file"),
        ("Decoding requested, but no decoder found for: none", "not known here"),
        ("Cannot allocate memory", "more memory than is allowed"),
        ("Invalid data found when processing input", "may be damaged"),
    ],
)
def test_why_it_gave_up_is_told_in_a_sentence(tmp_path, stand_in, words, sentence):
    stand_in(f"import sys; sys.exit({words!r})")
    with pytest.raises(Unusable, match=sentence) as refused:
        run.run([], nothing, folder=tmp_path, limits=ROOMY)
    assert re.fullmatch(r"[A-Z][^/\\]+\.", str(refused.value))


def test_nothing_is_left_running(tmp_path):
    before = len(os.listdir("/proc/self/fd"))
    for _time in range(3):
        run.run(sine(1, "-f", "null", "-"), nothing, folder=tmp_path, limits=ROOMY)
    assert len(os.listdir("/proc/self/fd")) == before
