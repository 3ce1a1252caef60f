"""Loading the demo: once, again, and beside what people have made of it."""

import json
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from accounts.models import User
from authoring import demo, tree
from courses.models import Course, Lesson, Teaching
from jobs.models import Job
from lessons.models import Summary
from media.models import Asset
from tests.authoring.texts import COURSE, LESSON, folder

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.DATA = tmp_path / "data"
    monkeypatch.setattr(demo, "FOLDER", tmp_path / "demo")
    tree.write_disk(folder(), tmp_path / "demo/concurrency")
    return tmp_path / "demo"


def load() -> list[tuple[str, str]]:
    return list(demo.load())


def test_the_demo_comes_with_courses_people_and_their_sign_ins(source: Path, settings) -> None:
    call_command("load_demo")
    path = settings.DATA / "demo-signins.json"
    entries = json.loads(path.read_text())
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry["role"] for entry in entries] == ["learner", "instructor", "staff", "superuser"]
    people = {entry["role"]: User.objects.get(email=entry["email"]) for entry in entries}
    assert all(people[entry["role"]].check_password(entry["password"]) for entry in entries)
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == 4
    assert [(user.is_staff, user.is_reporting, user.is_superuser) for user in people.values()] == [
        (False, False, False),
        (True, False, False),
        (True, True, False),
        (True, True, True),
    ]
    assert Teaching.objects.get().user == people["instructor"]
    assert Course.objects.get().slug == "concurrency"


def test_a_second_time_changes_nothing(source: Path, settings) -> None:
    call_command("load_demo")
    before = (settings.DATA / "demo-signins.json").read_text()
    users, courses = list(User.objects.values()), list(Course.objects.values())
    call_command("load_demo")
    assert (settings.DATA / "demo-signins.json").read_text() == before
    assert (list(User.objects.values()), list(Course.objects.values())) == (users, courses)


def test_what_somebody_edited_is_left_alone(source: Path) -> None:
    assert load() == [("concurrency", "loaded")]
    summary = Summary.objects.get()
    summary.body = "Mine now."
    summary.save()
    assert load() == [("concurrency", "unchanged")]
    (source / "concurrency/01-start/01-threads.md").write_text(LESSON.replace("A kitchen", "A bathroom"))
    assert load() == [("concurrency", "edited")]
    summary.refresh_from_db()
    assert summary.body == "Mine now."


def test_a_new_edition_of_the_demo_is_loaded_where_nobody_edited(source: Path) -> None:
    load()
    (source / "concurrency/01-start/01-threads.md").write_text(LESSON.replace("minutes: 20", "minutes: 25"))
    assert load() == [("concurrency", "loaded")]
    assert Lesson.objects.get().minutes == 25


def test_a_demo_with_a_problem_says_so(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (source / "concurrency/01-start/chapter.yaml").unlink()
    with pytest.raises(CommandError, match="1 problem in a demo course"):
        call_command("load_demo")
    assert "01-start/chapter.yaml: This file is missing." in capsys.readouterr().err


def test_the_demo_speaks_each_courses_first_lesson_first(source: Path) -> None:
    second = LESSON.replace("title: Threads", "title: Pools")
    public = COURSE + "published: 2026-01-05T08:00:00Z\n"
    for slug in ("a", "b"):
        tree.write_disk(folder(course=public, **{"01-start/02-pools.md": second}), source / slug)
    load()
    assert not Job.objects.exists()
    assert demo.speak() == 4
    titles = [Asset.objects.get(pk=job.subject.partition(":")[2]).title for job in Job.objects.order_by("due_at")]
    assert [title.partition(" · ")[0] for title in titles] == ["Threads"] * 4 + ["Pools"] * 4
    assert demo.speak() == 0
