"""A line of a section: `draw 5 from threads, concept: Lock, medium (2 points each)` or `question: Its name`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from quizzes.models.questions import Difficulty, Kind

from . import mock_keys
from .mock_texts import ONE_POINT, PoolText, SlotText
from .problems import Tell
from .texts import one_line

DRAW = re.compile(r"draw (\d{1,4}) from (.+)")
QUESTION = re.compile(r"question: *(.+)")
POINTS = re.compile(r"(.*?) *\((\d{1,3}(?:\.\d{1,2})?) points?(?: each)?\)")
COURSE = "course"
DIFFICULTIES = {difficulty.name.lower(): difficulty.value for difficulty in Difficulty}


@dataclass
class Shelves:
    """What a line can speak of. concepts: (address of the lesson, name), in the order of the course."""

    lessons: list[str] = field(default_factory=list)
    chapters: list[str] = field(default_factory=list)
    concepts: list[tuple[str, str]] = field(default_factory=list)

    @property
    def concept_names(self) -> list[str]:
        return list(dict.fromkeys(name for _lesson, name in self.concepts))

    def concepts_called(self, text: str) -> list[tuple[str, str]]:
        """`Name`, or `lesson/Name` where several lessons have one."""
        named = [both for both in self.concepts if both[1] == text]
        if len(named) == 1:
            return named
        lesson, _slash, name = text.partition("/")
        return [both for both in self.concepts if both == (lesson, name)] or named


def read(text: str, line: int, shelves: Shelves, tell: Tell) -> SlotText | None:
    text = one_line(text)
    points = ONE_POINT
    if said := POINTS.fullmatch(text):
        text, points = said[1], mock_keys.decimal(said[2])
    if found := QUESTION.fullmatch(text):
        return SlotText(question=found[1], points=points, line=line)
    found = DRAW.fullmatch(text)
    if not found or not int(found[1]):
        remedy = _("Write “- draw 5 from …” or “- question: …”.")
        tell(line, _("This line asks nothing."), remedy)
        return None
    pool: dict[str, list] = {name: [] for name in PoolText.__dataclass_fields__}
    for item in _items(found[2]):
        if not _put(item, pool, shelves):
            wrong = _("There is nothing called “%(item)s” to draw from.") % {"item": item}
            known = ", ".join([COURSE, *shelves.lessons, *shelves.chapters, "concept: …", "tag: …", *DIFFICULTIES])
            tell(line, wrong, _("Write one of: %(known)s; or a kind such as single.") % {"known": known})
    named = {name: tuple(dict.fromkeys(values)) for name, values in pool.items()}
    return SlotText(pool=PoolText(**named), draw=int(found[1]), points=points, line=line)


def _items(text: str) -> Iterable[str]:
    """What commas divide; a comma with a backslash divides nothing."""
    return filter(None, (re.sub(r"\\([\\,])", r"\1", item).strip() for item in re.findall(r"(?:\\.|[^,\\])+", text)))


def _put(item: str, pool: dict[str, list], shelves: Shelves) -> bool:
    """Note the item; False when there is no such thing."""
    label, colon, name = (part.strip() for part in item.partition(":"))
    if colon and label == "concept":
        concepts = shelves.concepts_called(name)
        pool["concepts"] += concepts
        return bool(concepts)
    if colon and label == "tag" and name:
        pool["tags"].append(name)
    elif item in DIFFICULTIES:
        pool["difficulties"].append(DIFFICULTIES[item])
    elif item in Kind.values:
        pool["kinds"].append(item)
    elif (slug := name if label == "lesson" else item) in shelves.lessons:
        pool["lessons"].append(slug)
    elif (slug := name if label == "chapter" else item) in shelves.chapters:
        pool["chapters"].append(slug)
    else:
        return item == COURSE
    return True


def write(slot: SlotText, shelves: Shelves) -> str:
    points = "" if slot.points == ONE_POINT else f" ({slot.points} points{'' if slot.question else ' each'})"
    if slot.question:
        text = f"question: {slot.question}"
    else:
        text = f"draw {slot.draw} from {', '.join(_escaped(item) for item in _named(slot.pool or PoolText(), shelves))}"
    if not points and POINTS.fullmatch(text):
        points = " (1 point)"
    return text + points


def _escaped(item: str) -> str:
    return re.sub(r"[\\,]", r"\\\g<0>", item)


def _named(pool: PoolText, shelves: Shelves) -> Iterable[str]:
    words = {COURSE, *DIFFICULTIES, *Kind.values}
    for slug in pool.lessons:
        yield f"lesson: {slug}" if slug in words else slug
    for slug in pool.chapters:
        yield f"chapter: {slug}" if slug in words or slug in shelves.lessons else slug
    for both in pool.concepts:
        yield f"concept: {both[1] if shelves.concepts_called(both[1]) == [both] else '/'.join(both)}"
    if not (pool.lessons or pool.chapters or pool.concepts):
        yield COURSE
    for difficulty in pool.difficulties:
        yield Difficulty(difficulty).name.lower()
    yield from pool.kinds
    yield from (f"tag: {tag}" for tag in pool.tags)
