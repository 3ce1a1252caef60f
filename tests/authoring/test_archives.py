"""A course as a zip file; and what strangers send instead."""

import stat
import struct
import zlib
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest

from authoring import archive, limits
from authoring.problems import CourseFolderError
from tests.authoring.texts import folder

Members = dict[str, bytes]


def packed(members: Members | list[tuple[str | ZipInfo, bytes]], method: int = ZIP_DEFLATED) -> bytes:
    stream = BytesIO()
    with ZipFile(stream, "w", method) as zipped:
        for name, data in members.items() if isinstance(members, dict) else members:
            zipped.writestr(name, data)
    return stream.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(CourseFolderError) as caught:
        archive.read(BytesIO(data), "upload.zip")
    return str(caught.value)


def test_a_course_goes_into_a_zip_and_out_again() -> None:
    data = archive.write(folder(), "concurrency")
    assert archive.read(BytesIO(data), "any.zip") == ("concurrency", folder())
    assert archive.write(folder(), "concurrency") == data


def test_a_zip_without_the_folder_names_the_course_by_its_own_name() -> None:
    assert archive.read(BytesIO(packed(folder())), "C/concurrency.zip") == ("concurrency", folder())


def test_what_operating_systems_add_is_passed_over() -> None:
    extra = {"__MACOSX/c/._course.yaml": b"\0", "c/.DS_Store": b"\0", "c/README.md": b"hi"}
    members = {f"c/{path}": data for path, data in folder().items()} | extra
    assert archive.read(BytesIO(packed(members))) == ("c", folder())


@pytest.mark.parametrize(
    "name",
    [
        "../course.yaml",
        "c/../../course.yaml",
        "/etc/passwd",
        "c\\course.yaml",
        "C:/course.yaml",
        "c//x.md",
        "./x.md",
        "c/./x",
    ],
)
def test_names_that_lead_out_are_refused(name: str) -> None:
    member = ZipInfo("x")
    member.filename = name
    assert "leads out" in refusal(packed([(member, b"x")]))


def test_names_with_hidden_characters_are_refused() -> None:
    data = packed({"c/courseX.yaml": b"x"})
    assert "nobody can see" in refusal(data.replace(b"courseX", b"course\0"))
    assert "nobody can see" in refusal(data.replace(b"courseX", b"course\x1b"))


def test_names_too_long_or_too_deep_are_refused() -> None:
    assert "too long" in refusal(packed({"c/" + "x" * 300: b"x"}))
    assert "too deep" in refusal(packed({"a/b/c/d/e": b"x"}))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO])
def test_links_and_devices_are_refused(kind: int) -> None:
    member = ZipInfo("c/course.yaml")
    member.external_attr = (kind | 0o777) << 16
    assert "is a link" in refusal(packed([(member, b"/etc/passwd")]))


def test_names_that_are_the_same_to_somebody_are_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = packed([("c/course.yaml", b"a"), ("c/course.yaml", b"b")])
    assert "is in the archive too" in refusal(twice)
    assert "is in the archive too" in refusal(packed({"c/course.yaml": b"a", "c/Course.yaml": b"b"}))
    assert "is in the archive too" in refusal(packed({"c/\u00e9.md": b"a", "c/e\u0301.md": b"b"}))
    assert "a file and a folder" in refusal(packed({"c/x": b"a", "c/x/y": b"b"}))


def test_archives_within_archives_are_refused() -> None:
    inner = packed({"x": b"x"})
    assert "archive within" in refusal(packed({"c/more.zip": inner}))
    assert "archive within" in refusal(packed({"c/01-x.md": inner}))
    assert "archive within" in refusal(packed({"c/01-x.md": zlib.compress(b"x", wbits=31)}))


def test_unusual_packing_and_passwords_are_refused() -> None:
    assert "unusual way" in refusal(packed({"c/course.yaml": b"x"}, ZIP_BZIP2))
    data = packed({"c/course.yaml": b"x"})
    place = data.index(b"PK\1\2") + 8
    assert "encrypted" in refusal(data[:place] + b"\1" + data[place + 1 :])


@pytest.mark.parametrize(
    "data",
    [b"", b"no zip", b"PK\5\6", packed({"c/x": b"x" * 999})[:-30]],
    ids=["empty", "text", "end", "cut"],
)
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    assert "no zip file" in refusal(data)


def test_too_many_members_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    data = packed({f"c/{number}": b"" for number in range(limits.FILES + 1)})

    def never(*args: object) -> None:
        raise AssertionError

    monkeypatch.setattr(archive, "ZipFile", never)
    assert "too many files" in refusal(data)
    # The same with a forged count: the length of the directory tells.
    end = data.rindex(b"PK\5\6")
    forged = bytearray(packed({f"c/{number}": b"" for number in range(60_000)}))
    end = forged.rindex(b"PK\5\6")
    forged[end + 8 : end + 12] = struct.pack("<2H", 1, 1)
    assert "too many files" in refusal(bytes(forged))


def test_bombs_are_stopped_while_they_unpack() -> None:
    zeros = b"\0" * (limits.COVER_BYTES + 1)
    assert len(packed({"c/cover.png": zeros})) < 10_000
    assert "too large" in refusal(packed({"c/cover.png": zeros}))
    assert "too large" in refusal(packed({"c/01-x.md": b"x" * (limits.FILE_BYTES + 1)}, ZIP_STORED))
    many = {f"c/{number:02d}-x.md": b"\0" * 900_000 for number in range(90)}
    assert "too large" in refusal(packed(many))


def test_all_files_together_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TOTAL_BYTES", 1000)
    assert "too large together" in refusal(packed({f"c/{number}": b"x" * 400 for number in range(3)}))


@pytest.mark.parametrize("claimed", [1, 10_000_000])
def test_forged_sizes_change_nothing(claimed: int) -> None:
    data = bytearray(packed({"c/course.yaml": b"\0" * 500_000}))
    for mark, offset in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        place = data.index(mark) + offset
        data[place : place + 4] = struct.pack("<L", claimed)
    assert refusal(bytes(data))


def test_an_archive_too_large_to_look_at_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ARCHIVE_BYTES", 100)
    assert "archive is too large" in refusal(packed({"c/course.yaml": b"x" * 200}, ZIP_STORED))
