"""How long and how loud a sound is: told by decoding it, since headers lie."""

import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from . import Unusable
from .run import Beat, Limits, run

DEMUXERS = "aac,ac3,aiff,amr,ape,asf,au,caf,flac,matroska,mov,mp3,mpeg,mpegts,ogg,w64,wav,wv"
# A thread for each core and filter would cost address space and gain nothing: files are made side by side.
QUIET = [
    *("-hide_banner", "-nostdin", "-loglevel", "info", "-nostats", "-stats_period", "0.5"),
    *("-filter_threads", "1", "-filter_complex_threads", "1"),
]
SILENCE = -69.0  # LUFS; the meter says -70 where it heard nothing
MEASURING = Limits(processor=300, wall=600, largest=0)  # 3 h take 20 to 40 s of computing
ENDS_EARLY = 0.9  # share of the length it claims that must be there

FOUND = re.compile(r"^Input #0, (?P<container>.+), from ", re.MULTILINE)
STREAM = re.compile(r"^\s*Stream #0:\d+.*?: Audio: (?P<codec>\w+)", re.MULTILINE)
CLAIM = re.compile(r"^\s*Duration: (\d+):(\d\d):(\d\d\.\d+)", re.MULTILINE)
FIGURE = re.compile(r"^\s+(I|Peak):\s+(-?inf|nan|-?[\d.]+) (?:LUFS|dBFS)", re.MULTILINE)


@dataclass(frozen=True)
class Probe:
    seconds: float
    codec: str  # this and the container are for people to read
    container: str
    loudness: float  # integrated, LUFS
    peak: float  # true peak, dB


def untrusted(file: str) -> list[str]:
    """How ffmpeg is to open a file that somebody gave us.

    A playlist may name other people's files and addresses inside our network, so what counts is the list of formats:
    the list of protocols alone lets local files through.
    """
    return [
        *("-protocol_whitelist", "file", "-format_whitelist", DEMUXERS, "-max_streams", "16"),
        *("-probesize", "5M", "-analyzeduration", "10M", "-threads", "1"),
        *("-t", str(settings.AUDIO_LONGEST + 1), "-i", f"file:{file}"),
    ]


def probe(path: Path, beat: Beat, *, filters: str = "highpass=f=60", seconds: float = 0.0) -> Probe:
    """Decode all of it and measure it, behind `filters`, as one channel. Raises Unusable also where it is too long,
    silent, or shorter than it claims; and what `run` raises."""
    arguments = [
        *QUIET,
        *untrusted(path.name),
        *("-map", "0:a:0", "-vn", "-sn", "-dn"),
        *("-af", f"aformat=channel_layouts=mono,{filters},ebur128=peak=true:framelog=verbose", "-f", "null", "-"),
    ]
    said = run(arguments, beat, folder=path.parent, limits=MEASURING, seconds=seconds)
    figures = {name: float(value) for name, value in FIGURE.findall(said.text)}
    container, codec = FOUND.search(said.text), STREAM.search(said.text)
    found = Probe(
        seconds=said.seconds,
        codec=codec["codec"] if codec else "",
        container=container["container"] if container else "",
        loudness=figures.get("I", -70.0),
        peak=figures.get("Peak", float("-inf")),
    )
    refuse(found, claimed(said.text))
    return found


def claimed(text: str) -> float:
    """Seconds by the file's own header; 0 where it makes no claim."""
    if not (claim := CLAIM.search(text)):
        return 0.0
    hours, minutes, seconds = claim.groups()
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def refuse(found: Probe, claim: float) -> None:
    longest = settings.AUDIO_LONGEST
    if found.seconds > longest:
        raise Unusable(
            _("This audio is longer than %(hours)g hours. Split it into parts and give each lesson its own.")
            % {"hours": round(longest / 3600, 1)}
        )
    if found.seconds <= 0:
        raise Unusable(_("There is no sound in this file. Upload one that has an audio track."))
    if found.seconds < claim * ENDS_EARLY - 1:
        raise Unusable(
            _("The file breaks off after %(there)s of %(claim)s. Upload it again, or export it again first.")
            % {"there": clock(found.seconds), "claim": clock(claim)}
        )
    if not found.loudness > SILENCE:
        raise Unusable(_("The recording is silent. Check the microphone, or export it again, and upload that."))


def clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"
