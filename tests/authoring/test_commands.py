"""import_course and export_course, as people run them."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from authoring import archive, tree
from courses.models import Course
from tests import factories
from tests.authoring.texts import COURSE, LESSON, folder

WRITTEN = folder(course=COURSE.replace("promise", "language: en\npromise"))
pytestmark = pytest.mark.django_db


@pytest.fixture
def concurrency(tmp_path: Path) -> Path:
    tree.write_disk(folder(), tmp_path / "concurrency")
    return tmp_path / "concurrency"


def test_a_dry_run_shows_a_table_and_writes_nothing(concurrency: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_course", concurrency, "--dry-run")
    said = capsys.readouterr().out
    assert "added    lesson             start: Threads" in said
    assert "nothing was written" in said
    assert not Course.objects.exists()


def test_an_import_tells_what_it_did_and_that_it_has_nothing_left_to_do(
    concurrency: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("import_course", concurrency)
    assert "3 changes to concurrency are written." in capsys.readouterr().out
    call_command("import_course", concurrency)
    assert "concurrency is up to date: nothing to do." in capsys.readouterr().out


def test_a_zip_is_imported_like_its_folder(concurrency: Path, tmp_path: Path) -> None:
    path = tmp_path / "upload.zip"
    path.write_bytes(archive.write(folder(), "concurrency"))
    call_command("import_course", path)
    assert Course.objects.get().slug == "concurrency"


def test_links_in_a_folder_are_refused(concurrency: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "secret.md").write_text(LESSON)
    (concurrency / "01-start/02-more.md").symlink_to(tmp_path / "secret.md")
    with pytest.raises(CommandError, match="1 problem"):
        call_command("import_course", concurrency)
    assert "01-start/02-more.md: This is a link" in capsys.readouterr().err


def test_a_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_course", tmp_path / "nothing")


def test_an_export_is_a_folder_named_like_the_course(concurrency: Path, tmp_path: Path) -> None:
    call_command("import_course", concurrency)
    call_command("export_course", "concurrency", tmp_path / "out")
    call_command("export_course", "concurrency", tmp_path / "out2/concurrency")
    assert tree.read_disk(tmp_path / "out/concurrency") == WRITTEN
    assert tree.read_disk(tmp_path / "out2/concurrency") == WRITTEN


def test_an_export_leaves_a_folder_alone_unless_it_is_forced(concurrency: Path, tmp_path: Path) -> None:
    call_command("import_course", concurrency)
    (concurrency / "README.md").write_text("Mine.")
    (concurrency / "01-start/09-old.md").write_text("Gone from the course.")
    with pytest.raises(CommandError, match="is not empty"):
        call_command("export_course", "concurrency", tmp_path)
    assert (concurrency / "01-start/09-old.md").exists()
    call_command("export_course", "concurrency", tmp_path, "--force")
    assert tree.read_disk(concurrency) == WRITTEN
    assert (concurrency / "README.md").read_text() == "Mine."


def test_an_unknown_course_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no course with the address “nothing”"):
        call_command("export_course", "nothing", tmp_path)


def test_what_would_not_come_back_is_not_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lesson = factories.full_lesson()
    factories.ExampleFactory(lesson=lesson, body="## Flashcards\n\n- a :: b")
    with pytest.raises(CommandError, match="cannot be written as a folder"):
        call_command("export_course", lesson.course.slug, tmp_path)
    assert f"{lesson.slug}.md:" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
