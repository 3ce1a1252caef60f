"""Files made to harm: each is told off in a sentence, soon, and costs this process nothing."""

import resource
import shutil
import socket
import struct
import threading
import time
import zlib
from pathlib import Path

import numpy as np
import pytest

from media.ffmpeg import Unusable, encode, probe, sniff
from media.ffmpeg.run import Limits
from tests.media import sounds

WITHIN = 30.0  # seconds
FLAT = 48 * 1024  # kilobytes that this process may grow by


def nothing(share: float) -> None:
    pass


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("good")
    source = sounds.write(folder / "good.wav", sounds.speech(20))
    names = ("mp3", "m4a", "flac", "webm", "aiff", "ogg")
    return {"wav": source.read_bytes()} | {
        name: sounds.convert(source, folder / f"good.{name}").read_bytes() for name in names
    }


def given(tmp_path: Path, content: bytes) -> Path:
    private = tmp_path / "private"
    private.mkdir()
    path = private / "in"
    path.write_bytes(content)
    return path


def refusal(path: Path, *, sniffing: bool = True) -> str:
    """The sentence that a file gets, in time and without cost."""
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(Unusable) as refused:
        look_at(path, sniffing)
    assert time.monotonic() - begun < WITHIN
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < FLAT
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert str(path) not in sentence
    return sentence


def look_at(path: Path, sniffing: bool) -> None:
    if sniffing:
        sniff.check(path)
    probe.probe(path, nothing)


def wave_header(*, channels: int = 1, rate: int = 24_000, size: int = 0xFFFF_FFFF, codec: int = 1) -> bytes:
    frame = min(channels * 2, 0xFFFF)
    layout = struct.pack("<IHHIIHH", 16, codec, channels, rate, rate * frame & 0xFFFF_FFFF, frame, 16)
    return b"RIFF" + struct.pack("<I", size) + b"WAVEfmt " + layout + b"data" + struct.pack("<I", size)


# --- No sound at all ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"These are words, whatever the name says.\n" * 50,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7 and so on",
        b"\x00" * 5000,
        b"\x7f" + np.random.default_rng(1).bytes(200_000),
    ],
    ids=["text", "svg", "pdf", "zeros", "chance"],
)
def test_what_is_no_sound_is_told_so_at_once(tmp_path, content):
    assert "no sound file" in refusal(given(tmp_path, content))


def test_an_empty_file_is_told_so(tmp_path):
    assert "is empty" in refusal(given(tmp_path, b""))


@pytest.mark.parametrize(
    "beginning", [b"\xff\xfb\x90\x00", b"fLaC", b"OggS", b"ID3\x04\x00\x00\x00\x00\x00\x00", b"RIFF0000WAVE"]
)
def test_chance_behind_a_good_beginning_is_refused(tmp_path, beginning):
    refusal(given(tmp_path, beginning + np.random.default_rng(2).bytes(200_000)))


# --- Less than it says ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mp3", "flac", "webm", "aiff"])
def test_a_file_that_breaks_off_is_told_where(tmp_path, good, name):
    assert "breaks off after 0:09 of 0:20" in refusal(given(tmp_path, good[name][: len(good[name]) // 2]))


def test_half_a_wav_file_is_told_how_much_is_there(tmp_path, good):
    assert "Only 50 % of the file" in refusal(given(tmp_path, good["wav"][: len(good["wav"]) // 2]))


def test_an_m4a_file_without_its_end_is_refused(tmp_path, good):
    assert "may be damaged" in refusal(given(tmp_path, good["m4a"][: len(good["m4a"]) // 2]))


# --- More than it can be --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        {"channels": 65_535},
        {"channels": 512},
        {"rate": 2_000_000_000},
        {"rate": 0},
        {"channels": 0},
    ],
)
def test_impossible_headers_are_refused(tmp_path, good, header):
    refusal(given(tmp_path, wave_header(**header) + good["wav"][44:]))


def test_an_unknown_codec_is_named_as_the_reason(tmp_path, good):
    assert "compression is not known" in refusal(given(tmp_path, wave_header(codec=0xDEAD) + good["wav"][44:]))


def test_endless_silence_is_stopped_at_the_longest_that_is_allowed(tmp_path, settings):
    """Ten hours in 36 MB, whose header says nothing of it; a shorter limit, so that the test is short too."""
    settings.AUDIO_LONGEST = 600
    minute = tmp_path / "minute.mp3"
    silence = ("-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", "60")
    sounds.ffmpeg(*silence, "-b:a", "8k", "-write_xing", "0", "-id3v2_version", "0", minute)
    path = given(tmp_path, minute.read_bytes() * 600)
    heard: list[float] = []
    with pytest.raises(Unusable, match=r"longer than 0\.2 hours"):
        probe.probe(path, heard.append, seconds=36_000)
    assert max(heard, default=0) < 602 / 36_000
    assert "longer than" in refusal(path)


def test_silence_is_told_so(tmp_path):
    path = sounds.write(tmp_path / "silence.wav", np.zeros(24_000 * 20))
    assert "is silent" in refusal(path)


def test_pictures_that_unfold_to_gigabytes_are_not_looked_at(tmp_path, good):
    """30,000 by 30,000 points of one colour in 50 kB, as cover art of a good recording."""
    cover = png(30_000, 30_000)
    assert len(cover) < 100_000
    path = given(tmp_path, tagged(cover) + good["mp3"])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = probe.probe(path, nothing)
    assert found.seconds == pytest.approx(20, abs=0.1)
    made = encode.encode(path, tmp_path, "m4a", found, nothing, title="", chapters=[])
    assert made.heard.codec == "aac"
    assert b"PNG" not in made.path.read_bytes()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < FLAT


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    points = zlib.compress(bytes(50_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", points) + chunk(b"IEND", b"")


def tagged(picture: bytes) -> bytes:
    """An ID3 tag with a cover."""
    body = b"\x00image/png\x00\x03\x00" + picture
    frame = b"APIC" + struct.pack(">I", len(body)) + b"\x00\x00" + body
    size = bytes(len(frame) >> shift & 127 for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + frame


# --- Files that name others -----------------------------------------------------------------------------------------

CONCAT = "ffconcat version 1.0\nfile '{}'\n"
HLS = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{}\n#EXT-X-ENDLIST\n"
DASH = (
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT10S">'
    '<Period><AdaptationSet mimeType="audio/mp4"><Representation id="1" bandwidth="1"><BaseURL>{}</BaseURL>'
    "</Representation></AdaptationSet></Period></MPD>"
)
SDP = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n"


@pytest.fixture
def listener():
    """An address inside our network; it tells who called."""
    calls: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.1)
    done = threading.Event()

    def listen() -> None:
        while not done.is_set():
            try:
                caller, _address = server.accept()
            except TimeoutError:
                continue
            with caller:
                caller.settimeout(2)
                calls.append(caller.recv(1000))

    thread = threading.Thread(target=listen)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/secret.wav", calls
    done.set()
    thread.join()
    server.close()


@pytest.mark.parametrize("sniffing", [True, False], ids=["sniffed", "past the sniffing"])
@pytest.mark.parametrize("playlist", [CONCAT, HLS, DASH], ids=["concat", "hls", "dash"])
def test_a_playlist_cannot_read_other_files(tmp_path, good, playlist, sniffing):
    secret = tmp_path / "secret.wav"
    secret.write_bytes(good["wav"])
    for name in (str(secret), f"file:{secret}", "../secret.wav", "neighbour.wav"):
        path = given(tmp_path, playlist.format(name).encode())
        path.with_name("neighbour.wav").write_bytes(good["wav"])  # there is none in a real folder
        refusal(path, sniffing=sniffing)
        shutil.rmtree(path.parent)


def test_without_our_list_of_formats_the_same_playlist_does_read_them(tmp_path, good):
    """The control: what the test above proves is due to the list."""
    secret = tmp_path / "secret.wav"
    secret.write_bytes(good["wav"])
    path = given(tmp_path, CONCAT.format(secret).encode())
    stolen = sounds.ffmpeg("-protocol_whitelist", "file", "-safe", "0", "-i", f"file:{path}", "-f", "wav", "-")
    assert len(stolen) > 100_000


@pytest.mark.parametrize("playlist", [CONCAT, HLS, DASH, SDP], ids=["concat", "hls", "dash", "sdp"])
def test_a_playlist_cannot_call_addresses_in_our_network(tmp_path, listener, playlist):
    address, calls = listener
    refusal(given(tmp_path, playlist.replace("{}", address).encode()), sniffing=False)
    assert calls == []


# --- A disk that is full --------------------------------------------------------------------------------------------


def test_a_full_disk_is_told_and_no_result_is_given(tmp_path, good, monkeypatch):
    monkeypatch.setattr(encode, "limits", lambda seconds: Limits(60, 60, 20_000))
    path = given(tmp_path, good["mp3"])
    found = probe.probe(path, nothing)
    with pytest.raises(Unusable, match="grow beyond"):
        encode.encode(path, tmp_path, "m4a", found, nothing, title="", chapters=[])
