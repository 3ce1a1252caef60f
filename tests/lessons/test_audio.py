"""From a lesson's texts to what can be heard of it, and who may."""

from datetime import timedelta

import pytest
from django.utils import timezone

from enrollment import seats
from jobs.models import Job
from lessons import audio as audios
from lessons import blocks
from lessons.models import Chunk, LessonAudio, Speaker, Turn, Voicing
from media import delivery
from media.models import Asset, Rendition, Source, State
from tests import factories

pytestmark = pytest.mark.django_db
CODE = "Look:\n\n```python\nfor x in y: pass\n```\n\nWell?"


@pytest.fixture
def lesson():
    return factories.full_lesson()


def script(lesson, part="conversation"):
    lesson.refresh_from_db()
    return audios.scripts_of(lesson)[part]


def made(lesson, part="conversation"):
    return LessonAudio.objects.select_related("asset__take", "lesson__course").get(lesson=lesson, part=part)


# --- Scripts --------------------------------------------------------------------------------------------------------


def test_a_conversation_is_one_line_a_turn_with_its_speaker_and_paragraph(lesson):
    (section,) = script(lesson).sections
    keys = [key for key, (part, _) in blocks.of(lesson).words.items() if part == "conversation"]
    assert section.title == lesson.episodes.get().title
    assert [(line.text, line.speaker, line.role, line.key) for line in section.lines] == [
        ("What happened?", "Nora", "teacher", keys[0]),
        ("It got slower.", "Ben", "student", keys[1]),
    ]


def test_an_audiobook_is_read_paragraph_by_paragraph_by_the_narrator(lesson):
    Voicing.objects.create(course=lesson.course, narrator="anna")
    Chunk.objects.update(explanation="One.\n\nTwo.\n\n---\n\n- a\n- b")
    factories.ChunkFactory(lesson=lesson, title="More", excerpt="", explanation="Three.", analogy="")
    first, second = script(lesson, "audiobook").sections
    assert [line.text for line in first.lines] == [
        "Only one thread at a time.", "One.", "Two.", "a\nb", "A kitchen with one knife.",
    ]  # fmt: skip
    assert {(line.role, line.voice, line.speaker) for line in first.lines} == {("narrator", "anna", "")}
    assert len({line.key for line in (*first.lines, *second.lines)} - {""}) == 6


def test_students_take_turns_with_voices_in_the_order_of_the_cast(lesson):
    episode = lesson.episodes.get()
    for number, name in enumerate(("Ann", "Cem", "Dia")):
        factories.TurnFactory(
            episode=episode, speaker__name=name, speaker__role="student", speaker__position=9 - number, text=name
        )
    Speaker.objects.filter(name="Cem").update(voice="own")
    roles = {line.speaker: (line.role, line.voice) for line in script(lesson).lines}
    # Ben has position 0, then Dia (7), Cem (8), Ann (9).
    assert roles == {
        "Nora": ("teacher", ""), "Ben": ("student", ""), "Dia": ("student2", ""), "Cem": ("student", "own"),
        "Ann": ("student2", ""),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("markdown", "said"),
    [
        ("Some *words* and `code`, [a link](https://example.org).", "Some words and code, a link."),
        (CODE, "Look:\nSee the code in the text.\nWell?"),
        ("- one\n- two:\n\n      x = 1", "one\ntwo:\nSee the code in the text."),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "See the table in the text."),
        ("So $n$ of\n\n$$\n\\sum_i x_i\n$$", "So n of\nSee the formula in the text."),
        ("So $\\frac{1}{2}$ is it.", "So the formula is it."),
        ("First.\nSecond.", "First. Second."),
        ("#### A heading\n\nText.", "A heading\nText."),
    ],
)
def test_what_only_eyes_take_in_is_named_instead(lesson, markdown, said):
    Turn.objects.filter(text="What happened?").update(text=markdown)
    assert next(iter(audios.scripts_of(lesson)["conversation"].lines)).text == said


def test_in_a_language_without_our_words_code_is_passed_over(lesson):
    lesson.course.language = "sw"
    lesson.course.save()
    Turn.objects.filter(text="What happened?").update(text=CODE)
    assert next(iter(script(lesson).lines)).text == "Look:\nWell?"
    assert script(lesson).language == "sw"


def test_the_sound_of_the_course_is_in_every_script(lesson):
    Voicing.objects.create(course=lesson.course, engine="espeak", pause=1.5, pronunciation={"GIL": "gill"})
    for found in audios.scripts_of(lesson).values():
        assert (found.engine, found.pause, found.lexicon) == ("espeak", 1.5, {"GIL": "gill"})


def test_a_lesson_without_such_texts_says_nothing():
    assert all(found.is_empty for found in audios.scripts_of(factories.LessonFactory()).values())


# --- Making ---------------------------------------------------------------------------------------------------------


def test_refreshing_asks_for_each_part_once(lesson):
    audios.refresh(lesson)
    audios.refresh(lesson)
    assert {one.part for one in LessonAudio.objects.all()} == {"conversation", "audiobook"}
    assert {asset.state for asset in Asset.objects.all()} == {State.WAITING}
    assert Job.objects.count() == 2
    assert made(lesson).asset.words == script(lesson)


def test_only_the_part_that_changed_is_made_anew(lesson):
    audios.refresh(lesson)
    Asset.objects.update(state=State.READY)
    turn = Turn.objects.get(text="What happened?")
    turn.text = "What happened here?"
    turn.save()
    audios.refresh(lesson)
    states = {one.part: one.asset.state for one in LessonAudio.objects.select_related("asset")}
    assert states == {"conversation": State.WAITING, "audiobook": State.READY}


def test_a_recording_stays_a_recording_and_gets_the_new_words(lesson):
    audios.refresh(lesson)
    Asset.objects.update(source=Source.UPLOAD, recording="recordings/x", recording_digest="x")
    Turn.objects.filter(text="What happened?").update(text="Now what?")
    audios.refresh(lesson)
    asset = made(lesson).asset
    assert (asset.source, asset.recording) == (Source.UPLOAD, "recordings/x")
    assert next(iter(asset.words.lines)).text == "Now what?"


def test_a_part_without_text_falls_silent_and_finds_everything_again(lesson):
    audio = factories.ready_audio(lesson)
    texts = list(Turn.objects.values_list("pk", "text"))
    Turn.objects.update(text="")
    audios.refresh(lesson)
    assert audios.tracks(lesson.course) == audios.of_lesson(lesson) == []
    assert audios.sample_of(lesson) is None
    assert not Job.objects.filter(subject__contains=str(audio.asset_id)).exists()
    for pk, text in texts:
        Turn.objects.filter(pk=pk).update(text=text)
    audios.refresh(lesson)
    assert [track.audio for track in audios.tracks(lesson.course)] == [audio]


def test_another_format_is_another_file(lesson):
    audios.refresh(lesson)
    Asset.objects.update(state=State.READY)
    Voicing.objects.create(course=lesson.course, format="mp3")
    audios.refresh(lesson)
    assert {(one.format, one.state) for one in Asset.objects.all()} == {("mp3", State.WAITING)}


def test_what_plays_is_stale_when_the_words_have_changed(lesson, monkeypatch):
    audio = factories.ready_audio(lesson)
    monkeypatch.setattr(audios.production, "wanted", lambda asset: audio.asset.take.digest)
    assert not audios.is_stale(made(lesson))
    Turn.objects.filter(text="What happened?").update(text="Now what?")
    assert audios.is_stale(made(lesson))


# --- Hearing --------------------------------------------------------------------------------------------------------


def test_tracks_come_in_the_order_of_the_course_in_two_queries(lesson, django_assert_num_queries):
    course = lesson.course
    second = factories.full_lesson(course)
    for part in ("audiobook", "conversation"):
        factories.ready_audio(second, part)
        factories.ready_audio(lesson, part)
    hidden = factories.full_lesson(course, published_at=timezone.now() + timedelta(days=1))
    factories.ready_audio(hidden)
    factories.ready_audio(factories.full_lesson())
    with django_assert_num_queries(2):
        found = audios.tracks(course)
    assert [(track.lesson, track.part) for track in found] == [
        (lesson, "conversation"), (lesson, "audiobook"), (second, "conversation"), (second, "audiobook"),
    ]  # fmt: skip
    assert found[0].title == f"{lesson.title} · Classroom conversation"
    assert found[0].chapter == lesson.chapter.title
    assert found[0].rendition.purpose == Rendition.Purpose.FULL


def test_the_sample_is_of_the_conversation(lesson):
    factories.ready_audio(lesson, "audiobook")
    assert audios.sample_of(lesson).take.asset.title.endswith("audiobook")
    audio = factories.ready_audio(lesson)
    assert audios.sample_of(lesson).take_id == audio.asset.take_id
    assert audios.sample_of(lesson).purpose == Rendition.Purpose.SAMPLE


def test_who_may_hear_is_asked_again_at_every_request(cast):
    audio = factories.ready_audio(cast.lesson)
    cases = {"enrolled": True, "instructor": True, "superuser": True, "learner": False, "outsider": False}
    bearers = {who: audios.bearer_of(cast[who], cast.lesson) for who in (*cases, "staff")}
    assert {who: bool(bearers[who]) for who in cases} == cases
    assert not bearers["staff"]
    assert audios.bearer_of(None, cast.lesson) == ""
    (source,) = audios.sources(made(cast.lesson), cast.enrolled)
    key = delivery.read(source["src"].split("/")[2])
    key.check()
    assert key.rendition.name == audio.asset.take.renditions.get(purpose="full").name
    seats.leave(cast.enrolled, cast.course)
    with pytest.raises(delivery.Over):
        key.check()


@pytest.mark.parametrize(
    "value", ["", "x", "1", "1.", ".1", "1.x", "9999999.1", "00000000-0000-0000-0000-000000000000", "²"]
)
def test_a_bearer_nobody_knows_may_nothing(value):
    assert not audios.is_still_enrolled(value)
    assert not audios.is_still_editor(value)


def test_an_editor_who_no_longer_teaches_hears_no_more(cast):
    value = audios.bearer_of(cast.instructor, cast.lesson).partition(":")[2]
    assert audios.is_still_editor(value)
    cast.instructor.teachings.all().delete()
    assert not audios.is_still_editor(value)


def test_who_was_locked_out_hears_no_more(cast):
    value = audios.bearer_of(cast.enrolled, cast.lesson).partition(":")[2]
    assert audios.is_still_enrolled(value)
    cast.enrolled.is_active = False
    cast.enrolled.save()
    assert not audios.is_still_enrolled(value)
