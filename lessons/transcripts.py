"""What is heard, as text for players: captions as WebVTT, chapters as JSON of Podcasting 2.0."""

import json
from collections.abc import Iterable

from media.timeline import Chapter, Cue

SHORTEST = 0.001  # seconds; WebVTT wants an end after the start
VTT = "text/vtt; charset=utf-8"
CHAPTERS = "application/json+chapters"


def vtt(cues: Iterable[Cue]) -> str:
    """One caption a sentence, with its speaker."""
    parts = ["WEBVTT\n"]
    for cue in cues:
        words = _plain(cue.text)
        if not words:
            continue
        voice = f"<v {_plain(cue.speaker)}>" if cue.speaker else ""
        end = max(cue.end, cue.start + SHORTEST)
        parts.append(f"{_clock(cue.start)} --> {_clock(end)}\n{voice}{words}\n")
    return "\n".join(parts)


def chapters(sections: Iterable[Chapter]) -> str:
    listed = [{"startTime": round(section.start, 3), "title": section.title} for section in sections]
    return json.dumps({"version": "1.2.0", "chapters": listed}, ensure_ascii=False)


def _plain(text: str) -> str:
    """In one line, and without what WebVTT would take for its own marks."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(seconds: float) -> str:
    milliseconds = max(round(seconds * 1000), 0)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02}.{milliseconds % 1000:03}"
