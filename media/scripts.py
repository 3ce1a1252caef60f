"""What an asset says: sections of lines, each line with its speaker. Written as JSON into `Asset.script`."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Line:
    """One turn or paragraph. Text is plain words, as people read them."""

    text: str
    speaker: str = ""  # as shown; empty for a narrator
    voice: str = ""  # id of a voice; empty: the engine's choice for the role
    role: str = "teacher"  # teacher, student, student2, narrator: picks the voice where none is named
    key: str = ""  # of the lesson's paragraph (lessons.Block): text and audio share one place


@dataclass(frozen=True)
class Section:
    """A chapter of the audio."""

    title: str
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Script:
    language: str = "en"
    sections: tuple[Section, ...] = ()
    engine: str = ""  # id of a speech engine; empty: the first that speaks the language
    lexicon: Mapping[str, str] = field(default_factory=dict)  # word → what to say for it
    pause: float = 0.45  # seconds between two lines

    @classmethod
    def loads(cls, data: Mapping[str, Any]) -> "Script":
        if not data:
            return cls()
        sections = tuple(
            Section(section["title"], tuple(Line(**line) for line in section["lines"])) for section in data["sections"]
        )
        return cls(data["language"], sections, data["engine"], dict(data["lexicon"]), data["pause"])

    def dumps(self) -> dict[str, Any]:
        return json.loads(json.dumps(asdict(self)))

    @property
    def lines(self) -> Iterator[Line]:
        """All lines in order; `Cue.line` counts in it from 0."""
        return (line for section in self.sections for line in section.lines)

    @property
    def is_empty(self) -> bool:
        return not any(line.text.strip() for line in self.lines)

    @property
    def digest(self) -> str:
        """Changes with everything that can be heard or that is shown beside it."""
        return hashlib.sha256(json.dumps(self.dumps(), sort_keys=True).encode()).hexdigest()
