"""The course folder: a tree of files ↔ a `CourseText`. docs/course-format.md describes it for authors."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from courses.models import Chapter, Course, Level
from courses.models.tree import RESERVED_LESSON_SLUGS
from lessons.models import Role, Speaker

from . import asked, cover, lesson_text, recordings, sound_keys, tests_folder, yaml_text
from .keys import Keys, tell_choice
from .problems import CourseFolderError, Problem, Problems, Tell
from .recordings import AudioFile, Shelf
from .texts import DEFAULT_CAST, INVISIBLE, ChapterText, CourseText, LessonText, SpeakerText
from .tree import Tree, is_ignored
from .yaml_text import Entry

COURSE_FILE, CHAPTER_FILE, COVER_FILE = "course.yaml", "chapter.yaml", "cover.png"
COURSE_KEYS = (
    "title",
    "track",
    "level",
    "language",
    "promise",
    "outcomes",
    "instructors",
    "seats",
    "cast",
    *sound_keys.NAMES,
    "published",
    "archived",
)
SPEAKER_KEYS = ("name", "role", "voice")
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,80}")
NUMBERED = re.compile(r"(\d{2,5})-(.*)")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
Texts = dict[str, bytes]
MOST_OUTCOMES = 8
MOST_SEATS = 2_147_483_647  # what the column holds
LAST_POSITION = 32_767


@dataclass(frozen=True)
class Place:
    """`01-foundations`: where something stands and what it is called."""

    position: int
    slug: str


# --- Reading --------------------------------------------------------------------------------------------------------


def parse(tree: Tree, slug: str) -> tuple[CourseText, list[Problem]]:
    """The course in `tree` and everything that is wrong with it. With problems the course may not be used."""
    problems = Problems()
    files = {path: data for path, data in tree.items() if isinstance(data, bytes) and not is_ignored(path)}
    sounds = {path: data for path, data in tree.items() if isinstance(data, AudioFile) and not is_ignored(path)}
    shelf = Shelf(sounds)
    if not SLUG.fullmatch(slug):
        remedy = _("Name the folder like the course's address: letters, digits, hyphens, at most 80.")
        problems.append(Problem("", 0, _("“%(slug)s” cannot be an address.") % {"slug": slug}, remedy))
    tell = problems.at(COURSE_FILE)
    keys = None
    if COURSE_FILE in files:
        keys = Keys(_text(files.pop(COURSE_FILE), tell), 1, COURSE_KEYS, tell)
    else:
        tell(
            0, _("This file is missing."), _("Write it with the keys %(keys)s.") % {"keys": ", ".join(COURSE_KEYS[:5])}
        )
    picture = files.pop(COVER_FILE, None)
    tests = {path: _text(files.pop(path), problems.at(path)) for path in [*files] if tests_folder.is_ours(path)}
    cast = _cast(keys) if keys and not keys.unreadable else None
    chapters = _chapters(files, [speaker.name for speaker in cast] if cast else None, shelf, problems)
    shelf.problems(problems.at)
    picture = cover.parse(picture, problems.at(COVER_FILE)) if picture is not None else None
    course = _course(slug, keys, cast or DEFAULT_CAST, chapters, picture)
    course = asked.parse(course, tests, problems)
    named = {path.removeprefix(f"{recordings.FOLDER}/"): sounds[path] for path in shelf.named}
    return replace(course, recordings=named), sorted(problems)


def _course(
    slug: str,
    keys: Keys | None,
    cast: tuple[SpeakerText, ...],
    chapters: tuple[ChapterText, ...],
    picture: bytes | None,
) -> CourseText:
    if keys is None:
        return CourseText(slug, "", "", "", "", cast=cast, chapters=chapters, cover=picture)
    instructors = keys.items("instructors")
    lines = {"track": keys.line("track")}
    lines |= {f"instructors:{place}": entry.line for place, entry in enumerate(instructors or [])}
    lines |= sound_keys.lines_of(keys)
    return CourseText(
        slug=slug,
        title=keys.text("title", Course._meta.get_field("title")),
        track=keys.text("track"),
        level=keys.choice("level", Level.values),
        promise=keys.text("promise", Course._meta.get_field("promise")),
        language=_language(keys),
        outcomes=_outcomes(keys),
        instructors=None if instructors is None else _instructors(instructors, keys),
        seats=keys.number("seats", 0, MOST_SEATS),
        cast=cast,
        **sound_keys.parse(keys),
        published_at=keys.moment("published"),
        archived_at=keys.moment("archived"),
        chapters=chapters,
        cover=picture,
        lines=lines,
    )


def _language(keys: Keys) -> str:
    text = keys.text("language", Course._meta.get_field("language"), default="en")
    if text and not LANGUAGE.fullmatch(text):
        wrong = _("“%(text)s” is not a language code.") % {"text": text}
        keys.tell(keys.line("language"), wrong, _("Write one like en, de or pt-BR."))
    return text


def _outcomes(keys: Keys) -> tuple[str, ...]:
    entries = keys.items("outcomes") or []
    if len(entries) > MOST_OUTCOMES:
        wrong = _("There are %(count)d outcomes.") % {"count": len(entries)}
        keys.tell(entries[MOST_OUTCOMES].line, wrong, _("Keep the best %(most)d.") % {"most": MOST_OUTCOMES})
    return tuple(keys.line_of(entry, "outcomes") for entry in entries)


def _instructors(entries: Iterable[Entry], keys: Keys) -> tuple[str, ...]:
    emails: list[str] = []
    for entry in entries:
        email = keys.line_of(entry, "instructors").lower()
        if email in emails:
            keys.tell(entry.line, _("“%(email)s” is here twice.") % {"email": email}, _("Keep one of them."))
        emails.append(email)
    return tuple(emails)


def _cast(keys: Keys) -> tuple[SpeakerText, ...] | None:
    """None when it is written wrongly: then nobody can say who may speak."""
    entries = keys.items("cast")
    if not entries:
        return DEFAULT_CAST if entries is None or keys.entries["cast"].value == [] else None
    speakers = [_speaker(entry, keys) for entry in entries]
    names = [speaker.name for speaker in speakers if speaker]
    if len(names) < len(speakers):
        return None
    for place, name in enumerate(names):
        if name in names[:place]:
            keys.tell(entries[place].line, _("“%(name)s” is here twice.") % {"name": name}, _("Keep one of them."))
    return tuple(speaker for speaker in speakers if speaker) if len(set(names)) == len(names) else None


def _speaker(entry: Entry, keys: Keys) -> SpeakerText | None:
    said = entry.value if isinstance(entry.value, dict) else {}
    name, role, voice = (said.get(key) for key in SPEAKER_KEYS)
    if name is None or role is None or not said.keys() <= set(SPEAKER_KEYS):
        keys.tell(
            entry.line,
            _("A member of the cast has a name and a role, and may have a voice."),
            _("Write “- name: Nora” and “  role: teacher”."),
        )
        return None
    title, part = keys.line_of(name, "name", Speaker._meta.get_field("name")), keys.line_of(role, "role")
    if part and part not in Role.values:
        tell_choice(role.line, "role", part, Role.values, keys.tell)
    sounds_like = keys.line_of(voice, "voice", Speaker._meta.get_field("voice")) if voice else ""
    return SpeakerText(title, part, sounds_like) if title else None


def _chapters(files: Texts, cast: Collection[str] | None, shelf: Shelf, problems: Problems) -> tuple[ChapterText, ...]:
    grouped: dict[str, Texts] = {}
    for path, data in sorted(files.items()):
        chapter, slash, name = path.partition("/")
        if not slash or "/" in name or not (name == CHAPTER_FILE or name.endswith(".md")):
            remedy = _(
                "Remove it. A course has course.yaml, cover.png, questions.gift, audio/, tests/ and chapters like "
                "01-foundations/01-threads.md."
            )
            problems.append(Problem(path, 0, _("This file has no place in a course folder."), remedy))
        else:
            grouped.setdefault(chapter, {})[name] = data
    places = _places(grouped, "", problems)
    lesson_paths = {
        f"{chapter}/{name}": name for chapter in places for name in grouped[chapter] if name != CHAPTER_FILE
    }
    lessons = _lessons(lesson_paths, files, cast, shelf, problems)
    chapters = []
    for chapter, place in places.items():
        path = f"{chapter}/{CHAPTER_FILE}"
        own = (lesson for lesson_path, lesson in lessons.items() if lesson_path.startswith(f"{chapter}/"))
        title = _chapter_title(files.get(path), problems.at(path))
        chapters.append(ChapterText(place.slug, place.position, title, tuple(sorted(own, key=_position))))
    return tuple(sorted(chapters, key=_position))


def _position(placed: ChapterText | LessonText) -> int:
    return placed.position


def _chapter_title(data: bytes | None, tell: Tell) -> str:
    if data is None:
        tell(0, _("This file is missing."), _("Write it with one line, “title: …”."))
        return ""
    return Keys(_text(data, tell), 1, ("title",), tell).text("title", Chapter._meta.get_field("title"))


def _lessons(
    paths: dict[str, str], files: Texts, cast: Collection[str] | None, shelf: Shelf, problems: Problems
) -> dict[str, LessonText]:
    """paths: path → name of the file. Slugs are unique in the course, positions in the chapter."""
    lessons: dict[str, LessonText] = {}
    slugs: dict[str, str] = {}
    for chapter in dict.fromkeys(path.partition("/")[0] for path in paths):
        names = [name for path, name in paths.items() if path.startswith(f"{chapter}/")]
        for name, place in _places(names, f"{chapter}/", problems).items():
            path = f"{chapter}/{name}"
            if place.slug in slugs:
                wrong = _("The lesson %(path)s has the same address.") % {"path": slugs[place.slug]}
                problems.append(Problem(path, 0, wrong, _("Rename one of the two.")))
            elif place.slug in RESERVED_LESSON_SLUGS:
                wrong = _("“%(slug)s” is a page that every course has.") % {"slug": place.slug}
                problems.append(Problem(path, 0, wrong, _("Give the lesson another name.")))
            slugs.setdefault(place.slug, path)
            tell = problems.at(path)
            lessons[path] = lesson_text.parse(
                _text(files[path], tell), slug=place.slug, position=place.position, cast=cast, tell=tell, shelf=shelf
            )
    return lessons


def _places(names: Iterable[str], below: str, problems: Problems) -> dict[str, Place]:
    """What the names of chapters or lessons say; of wrong names nothing more is read."""
    places: dict[str, Place] = {}
    for name in names:
        found = NUMBERED.fullmatch(name.removesuffix(".md"))
        if not found or not SLUG.fullmatch(found[2]) or int(found[1]) > LAST_POSITION:
            wrong = _(
                "The name must be a number of two digits, a hyphen, and an address of letters, digits and hyphens."
            )
            problems.append(Problem(below + name, 0, wrong, _("Rename it to something like 01-first-steps.")))
            continue
        place = Place(int(found[1]), found[2])
        for other, taken in places.items():
            if place.position == taken.position or (place.slug == taken.slug and not below):
                wrong = _("%(other)s has the same number or address.") % {"other": below + other}
                problems.append(Problem(below + name, 0, wrong, _("Give each a number and an address of its own.")))
                break
        places[name] = place
    return places


def _text(data: bytes, tell: Tell) -> str:
    """UTF-8 with or without a mark at its beginning, any line ends."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        tell(line, _("This is not UTF-8 text."), _("Save the file as UTF-8."))
        text = data.decode("utf-8-sig", "replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    hidden = INVISIBLE.search(text)
    if hidden:
        line = text.count("\n", 0, hidden.start()) + 1
        tell(line, _("There is a control character (number %(code)d).") % {"code": ord(hidden[0])}, _("Remove it."))
        text = INVISIBLE.sub("", text)
    return text


# --- Writing --------------------------------------------------------------------------------------------------------


def write(course: CourseText) -> Tree:
    """The same course always gives the same bytes.

    Raises CourseFolderError when the folder would not read back as the same course: then the database holds
    something that its own forms would not take.
    """
    tree: Tree = {COURSE_FILE: yaml_text.dump(_course_keys(course)).encode()}
    if course.cover:
        tree[COVER_FILE] = course.cover
    for chapter in course.chapters:
        below = f"{chapter.position:02d}-{chapter.slug}"
        tree[f"{below}/{CHAPTER_FILE}"] = yaml_text.dump({"title": chapter.title}).encode()
        for lesson in chapter.lessons:
            tree[f"{below}/{lesson.position:02d}-{lesson.slug}.md"] = lesson_text.write(lesson).encode()
    tree |= {path: text.encode() for path, text in asked.write(course).items()}
    tree |= {f"{recordings.FOLDER}/{name}": file for name, file in course.recordings.items()}
    again, problems = parse(tree, course.slug)
    if problems:
        raise CourseFolderError(problems)
    if again != course:
        remedy = _("Open its lessons in the admin and save them; what is wrong is told there.")
        raise CourseFolderError([Problem("", 0, _("This course would not come back as it is."), remedy)])
    return tree


def _course_keys(course: CourseText) -> dict[str, object]:
    keys: dict[str, object] = {
        "title": course.title,
        "track": course.track,
        "level": course.level,
        "language": course.language,
        "promise": course.promise,
        "outcomes": list(course.outcomes),
        "instructors": list(course.instructors or ()),
        "seats": course.seats,
        "cast": [_speaker_keys(speaker) for speaker in course.cast] if course.cast != DEFAULT_CAST else None,
        **sound_keys.written(course),
        "published": course.published_at,
        "archived": course.archived_at,
    }
    return {name: value for name, value in keys.items() if value not in (None, [])}


def _speaker_keys(speaker: SpeakerText) -> dict[str, str]:
    return {name: value for name in SPEAKER_KEYS if (value := getattr(speaker, name))}
