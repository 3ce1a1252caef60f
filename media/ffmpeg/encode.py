"""From a sound to the file that people hear, and to the samples that its waveform is drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from media.timeline import Chapter

from . import loudness
from .probe import QUIET, Probe, probe, untrusted
from .run import Beat, Limits, run

BITRATE = "64k"
RATE = 44_100  # Hz
WAVE_RATE = 8_000  # Hz, of the samples for the waveform
SAMPLE_FADE = 1.5  # seconds
CORRECTIONS = 2  # times that a result which is too loud, too quiet or too sharp is made again
CODECS = {
    "m4a": ["-c:a", "aac", "-b:a", BITRATE, "-ar", str(RATE), "-movflags", "+faststart", "-f", "ipod"],
    "mp3": ["-c:a", "libmp3lame", "-b:a", BITRATE, "-ar", str(RATE), "-id3v2_version", "3", "-f", "mp3"],
}
# The wave is 16 000 bytes a second, the encoded file 8 000.
BYTES_A_SECOND = 20_000
ROOM = 16 * 1024 * 1024  # bytes beyond that: chapters, headers


@dataclass(frozen=True)
class Encoded:
    path: Path
    wave: Path  # 16-bit samples, WAVE_RATE a second, one channel
    heard: Probe  # the finished file, decoded and measured
    plan: loudness.Plan


def encode(
    source: Path, out: Path, file_format: str, measured: Probe, beat: Beat, *, title: str, chapters: Sequence[Chapter]
) -> Encoded:
    """Encode `source` into the folder `out`. Whatever is returned was decoded to its end once more.

    source: in a folder of its own, with a plain name.
    """
    plan = loudness.first(measured.loudness, measured.peak)
    parts = Parts(beat, (0.2, 0.5, 0.3))
    if plan.levelling is not None:
        heard = probe(source, parts.of(0), filters=plan.before, seconds=measured.seconds)
        plan = loudness.levelled(plan, heard.loudness)
    path, wave = out / f"audio.{file_format}", out / "wave.pcm"
    (out / "meta.txt").write_text(metadata(title, chapters, measured.seconds), encoding="utf-8")
    for _try in range(1 + CORRECTIONS):
        run(
            arguments(source, out / "meta.txt", plan, CODECS[file_format], path, wave),
            parts.of(1),
            folder=source.parent,
            limits=limits(measured.seconds),
            seconds=measured.seconds,
        )
        heard = probe(path, parts.of(2), filters="anull", seconds=measured.seconds)
        if not (changed := loudness.better(plan, heard.loudness, heard.peak)):
            break
        plan = changed
    return Encoded(path, wave, heard, plan)


def arguments(source: Path, meta: Path, plan: loudness.Plan, codec: list[str], path: Path, wave: Path) -> list[str]:
    """One decoding, two results."""
    whole = f"[0:a:0]aformat=sample_fmts=fltp:channel_layouts=mono,{plan.filters},asplit=2[a][b]"
    return [
        *QUIET,
        *untrusted(source.name),
        *("-protocol_whitelist", "file", "-f", "ffmetadata", "-i", f"file:{meta}"),
        *("-filter_complex", whole),
        *("-map", "[a]", "-map_metadata", "1", "-map_chapters", "1", *codec, "-y", f"file:{path}"),
        *("-map", "[b]", "-map_metadata", "-1", "-map_chapters", "-1"),
        *("-ar", str(WAVE_RATE), "-c:a", "pcm_s16le", "-f", "s16le", "-y", f"file:{wave}"),
    ]


def sample(
    source: Path, out: Path, file_format: str, plan: loudness.Plan, until: float, fade: float, beat: Beat
) -> Path:
    """The first `until` seconds of `source`, as loud as the whole, the last `fade` of them fading out."""
    path = out / f"sample.{file_format}"
    fading = f"afade=t=out:st={max(until - fade, 0):.3f}:d={fade:.3f}"
    filters = f"aformat=sample_fmts=fltp:channel_layouts=mono,{plan.filters},{fading}"
    wanted = [
        *QUIET,
        *untrusted(source.name),
        *("-map", "0:a:0", "-vn", "-sn", "-dn", "-af", filters, "-map_metadata", "-1", "-map_chapters", "-1"),
        *("-t", f"{until:.3f}", *CODECS[file_format], "-y", f"file:{path}"),
    ]
    run(wanted, beat, folder=source.parent, limits=limits(until), seconds=until)
    return path


def plain(source: Path, path: Path, rate: int, seconds: float, beat: Beat) -> None:
    """A 16-bit WAV file of one channel, for programs of ours that look into sound."""
    wanted = [
        *QUIET,
        *untrusted(source.name),
        *("-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1", "-ac", "1", "-ar", str(rate)),
        *("-c:a", "pcm_s16le", "-f", "wav", "-y", f"file:{path}"),
    ]
    within = Limits(60 + seconds * 0.1, 120 + seconds * 0.5, int(seconds + 2) * rate * 2 + ROOM)
    run(wanted, beat, folder=source.parent, limits=within, seconds=seconds)


def limits(seconds: float) -> Limits:
    """An encoding takes about 0.012 s of computing for a second of sound here; five times that is a slow machine."""
    return Limits(60 + seconds * 0.1, 120 + seconds * 0.5, int(seconds + 2) * BYTES_A_SECOND + ROOM)


def metadata(title: str, chapters: Sequence[Chapter], seconds: float) -> str:
    lines = [";FFMETADATA1", f"title={escaped(title)}"]
    for number, chapter in enumerate(chapters, start=1):
        end = chapters[number].start if number < len(chapters) else seconds
        start, stop = int(chapter.start * 1000), int(max(end, chapter.start) * 1000)
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", f"START={start}", f"END={stop}", f"title={escaped(chapter.title)}"]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """One line for ffmpeg's metadata file."""
    line = " ".join(text.replace("\0", "").split())
    return "".join(f"\\{letter}" if letter in "=;#\\" else letter for letter in line)


class Parts:
    """Shares the progress of one piece of work among its parts. It never goes back, also when a part is done again."""

    def __init__(self, beat: Beat, shares: Sequence[float]) -> None:
        self.beat, self.shares, self.most = beat, shares, 0.0

    def of(self, number: int) -> Beat:
        begin, share = sum(self.shares[:number]), self.shares[number]

        def told(done: float) -> None:
            self.most = max(self.most, begin + share * done)
            self.beat(self.most)

        return told
