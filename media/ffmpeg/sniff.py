"""What a file is by its first bytes, whatever it is called."""

from pathlib import Path

from django.utils.translation import gettext as _

from . import Unusable

ENOUGH = 256  # bytes
UNKNOWN = 0x7FFF_0000  # a size in a WAV file from here on is no size
ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
WAVE64 = b"riff\x2e\x91\xcf\x11"
ATOMS = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide")
BEGINNINGS = {
    b"ID3": "mp3",
    b"fLaC": "flac",
    b"OggS": "ogg",
    b"\x1aE\xdf\xa3": "matroska",
    b"caff": "caf",
    b".snd": "au",
    b"#!AMR": "amr",
    b"MAC ": "ape",
    b"wvpk": "wavpack",
    b"\x0bw": "ac3",
    b"\x00\x00\x01\xba": "mpeg",
    ASF: "asf",
    WAVE64: "w64",
}


def kind(head: bytes) -> str:
    """Name of the container; empty for what is none of those we read."""
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return "wav"
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "aiff"
    if head[4:8] in ATOMS:
        return "mp4"
    for beginning, name in BEGINNINGS.items():
        if head.startswith(beginning):
            return name
    if len(head) > 188 and head[0] == head[188] == 0x47:
        return "mpegts"
    # Eleven set bits begin a frame of MPEG audio (layer 1 to 3) or of AAC, whose layer is 0.
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return "aac" if head[1] & 0x06 == 0 else "mp3"
    return ""


def check(path: Path) -> str:
    """The container's name; raises Unusable for what is empty, broken off or no sound."""
    with path.open("rb") as file:
        head = file.read(ENOUGH)
    if not head:
        raise Unusable(_("The file is empty. Export the recording again and upload that."))
    if not (found := kind(head)):
        raise Unusable(_("This is no sound file, whatever its name says. Upload MP3, M4A, WAV, FLAC or Ogg."))
    if (there := share_there(head, path.stat().st_size)) < 0.9:
        raise Unusable(
            _("Only %(share)d %% of the file are there. Upload it again, or export it again first.")
            % {"share": there * 100}
        )
    return found


def share_there(head: bytes, size: int) -> float:
    """How much of a WAV file is there, of what it says; ffmpeg believes the file's end instead. 1 for all others.

    A recorder that cannot go back to fill in the size leaves 0 or the most that fits.
    """
    if head[:4] != b"RIFF":
        return 1.0
    claim = int.from_bytes(head[4:8], "little") + 8
    return 1.0 if claim <= size or claim > UNKNOWN else size / claim
