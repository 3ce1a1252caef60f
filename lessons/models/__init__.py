from .evidence import Block, BlockMap, Reading
from .parts import Chunk, Concept, Episode, Example, MemoryAid, Part, Role, Speaker, Summary, Turn

__all__ = [
    "Block",
    "BlockMap",
    "Chunk",
    "Concept",
    "Episode",
    "Example",
    "MemoryAid",
    "Part",
    "Reading",
    "Role",
    "Speaker",
    "Summary",
    "Turn",
]
