from .evidence import Block, BlockMap, Reading
from .listening import Bookmark, Feed, LessonAudio, Listening, Playback, Voicing
from .parts import Chunk, Concept, Episode, Example, MemoryAid, Part, Role, Speaker, Summary, Turn

__all__ = [
    "Block",
    "BlockMap",
    "Bookmark",
    "Chunk",
    "Concept",
    "Episode",
    "Example",
    "Feed",
    "LessonAudio",
    "Listening",
    "MemoryAid",
    "Part",
    "Playback",
    "Reading",
    "Role",
    "Speaker",
    "Summary",
    "Turn",
    "Voicing",
]
