"""Files that are no package, or want to be more than one: each is refused in a sentence, and nothing is written."""

import io
import stat
import struct
import zipfile

import pytest

from escan.loader.yaml_text import parse_yaml
from escan.models import PackageImport, PackageState
from escan.packages import archive, services
from escan.packages.errors import PackageRefused
from tests.escan.packages.conftest import look_at, pack, read, snapshot


def zipped(*entries: tuple[str, bytes], **changes: object) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name, content in entries:
            entry = zipfile.ZipInfo(name)
            for field, value in changes.items():
                setattr(entry, field, value)
            file.writestr(entry, content, compress_type=changes.get("compress_type"))  # type: ignore[arg-type]
    return target.getvalue()


def with_file(package: bytes, path: str, content: bytes = b"x") -> bytes:
    return pack({**read(package), path: content})


def refused(data: bytes, media) -> str:
    """What is said; nothing of it is kept, and no row or file is another than before."""
    before = snapshot(media)
    row = look_at(data)
    assert (row.state, row.file, row.report) == (PackageState.REFUSED, "", {})
    assert snapshot(media) == before
    return row.error


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "The file is empty."),
        (b"%PDF-1.7 and so on", "This is no package of a course"),
        (b"\x1f\x8b\x08\0" + b"\0" * 40, "This is no package of a course"),
        (b"PK\x03\x04" + b"\0" * 40, "breaks off or is damaged"),
        (zipped(("imsmanifest.xml", b"<manifest/>")), "a file of another system (SCORM)"),
        (zipped(("moodle_backup.xml", b"<x/>")), "another system (Moodle)"),
        (zipped(("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>")), "another system (Word"),
        (zipped(("courses/a/course.yaml", b"title: x")), "manifest.yaml is not in it"),
        (zipped(("../manifest.yaml", b"x")), "“../manifest.yaml” leads out of the package"),
        (zipped(("/etc/passwd", b"x")), "“/etc/passwd” leads out"),
        (zipped(("a/../../b", b"x")), "leads out"),
        (zipped(("..\\b", b"x")), "leads out"),
        (zipped(("C:/b", b"x")), "leads out"),
        (zipped(("a\u202efdp.exe", b"x")), "“a\\u202efdp.exe” is no name for a file here"),
        (zipped(("e\u0301.svg", b"x")), "is no name for a file here"),
        (zipped(("a b.svg", b"x")), "is no name for a file here"),
        (zipped((".htaccess", b"x")), "is no name for a file here"),
        (zipped(("a" * 300, b"x")), "is no name for a file here"),
        (zipped(("a/b", b"x"), ("A/B", b"x")), "A/B and a/b have the same name"),
        (zipped(("link", b"/etc/passwd"), external_attr=(stat.S_IFLNK | 0o777) << 16), "link is no file but a link"),
        (zipped(("pipe", b""), external_attr=(stat.S_IFIFO | 0o600) << 16), "pipe is no file but a link"),
        (zipped(("a.yaml", b"x" * 99), compress_type=zipfile.ZIP_LZMA), "compressed in a way"),
        (zipped(("a.m4s", b"\0" * 3_000_000), compress_type=zipfile.ZIP_DEFLATED), "would unpack to 3 MB"),
        (zipped(("a.yaml", b"x" * 2_000_001)), "a.yaml would unpack to 3 MB"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_file_that_is_no_package_is_refused(db, media, data, told):
    assert told in refused(data, media)


def test_name_with_a_zero_is_refused(db, media):
    data = zipped(("courses/x.yaml%.svg", b"x")).replace(b"%.svg", b"\0.svg")
    assert "\\x00.svg” is no name" in refused(data, media)


def test_encrypted_package_is_refused(db, media, package):
    data = bytearray(package)
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at = data.index(mark) + (6 if mark == b"PK\x03\x04" else 8)
        data[at] |= 1
    assert "is encrypted. Send the package without a password." in refused(bytes(data), media)


def test_package_that_breaks_off_is_refused(db, media, package):
    assert "breaks off or is damaged" in refused(package[: len(package) // 2], media)


def test_damaged_file_is_named(db, media, package):
    at = package.index(b"Everyone may read")
    damaged = package[:at] + b"X" + package[at + 1 :]
    assert "lessons/first-look.md is damaged in the package" in refused(damaged, media)


def test_file_that_says_to_be_small_is_read_no_further(db, media, package):
    """Its size in the directory is a lie."""
    data = bytearray(package)
    at = data.index(b"PK\x01\x02")
    size = struct.unpack_from("<I", data, at + 24)[0]
    struct.pack_into("<I", data, at + 24, size // 2)
    assert "damaged" in refused(bytes(data), media)


def test_too_many_files_and_too_much_in_all_are_refused(db, media, package, monkeypatch):
    monkeypatch.setattr(archive, "MOST_FILES", 3)
    assert "and at most 3 are taken" in refused(package, media)
    monkeypatch.setattr(archive, "MOST_FILES", 5000)
    monkeypatch.setattr(archive, "LARGEST_IN_ALL", 1000)
    assert "The package would unpack to" in refused(package, media)


def test_package_in_a_package_is_no_file_of_a_course(db, media, package):
    assert "inner.zip: no file of a course lies there" in refused(with_file(package, "inner.zip", package), media)


@pytest.mark.parametrize(
    ("manifest", "told"),
    [
        ({"format": 2}, "The package is of a newer academy (format 2, and this one reads 1)"),
        ({"format": 0}, "manifest.yaml is not as an academy writes it"),
        ({"holds": "all"}, "manifest.yaml is not as an academy writes it"),
        ({"more": 1}, "nobody knows the field “more”"),
        ({"files": []}, "manifest.yaml is not as an academy writes it"),
        ({"course": "other"}, "courses/other/course.yaml is not in the package"),
        ({"course": "../../etc"}, "manifest.yaml is not as an academy writes it"),
    ],
)
def test_manifest_that_cannot_be_read_is_told(db, media, package, manifest, told):
    assert told in refused(pack(read(package), manifest=manifest), media)


def test_changed_missing_and_added_files_are_named(db, media, package):
    files = read(package)
    path = "courses/chest-film/questions.yaml"
    said = parse_yaml(files["manifest.yaml"].decode())
    changed = pack({**files, path: files[path] + b"\n"}, manifest={"files": said["files"]})
    assert f"{path} is not the file that was exported" in refused(changed, media)
    missing = pack(
        {name: content for name, content in files.items() if name != path}, manifest={"files": said["files"]}
    )
    assert f"{path} is missing in the package" in refused(missing, media)
    added = pack({**files, "courses/chest-film/x.md": b"x"}, manifest={"files": said["files"]})
    assert "courses/chest-film/x.md is in the package, and its manifest does not know it" in refused(added, media)


def test_file_larger_than_any_package_is_told_at_once(db, media, monkeypatch):
    monkeypatch.setattr(services, "LARGEST_PACKAGE", 3)
    with pytest.raises(PackageRefused, match="larger than 0 MB"):
        look_at(b"PK\x03\x04")
    assert not PackageImport.objects.exists()
