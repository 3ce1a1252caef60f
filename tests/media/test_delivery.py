"""Signed addresses and what is sent at them."""

import io
import logging
import re
from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.core import signing

from enrollment import seats
from enrollment.models import Enrollment
from lib.secrecy import KeysInAddresses
from media import delivery, files
from media.models import Rendition
from tests import factories
from tests.media.reading import ReadingClient

BYTES = bytes(range(256)) * 5000  # 1.28 MB: more than is sent at once


@pytest.fixture
def audio(cast, tmp_path):
    file = tmp_path / "made.m4a"
    file.write_bytes(BYTES)
    return factories.ready_audio(cast.lesson, file=file)


@pytest.fixture
def full(audio):
    return Rendition.objects.select_related("take__asset").get(purpose="full")


@pytest.fixture
def address(full, cast):
    return delivery.address(full, bearer=f"enrollment:{Enrollment.objects.get(learner=cast.enrolled).pk}")


@pytest.fixture
def client():
    return ReadingClient()


def test_who_has_the_address_gets_the_file_with_or_without_a_sign_in(client, address, cast):
    for user in (None, cast.enrolled, cast.learner):
        if user:
            client.force_login(user)
        answer = client.get(address)
        assert (answer.status_code, answer.body) == (200, BYTES)
        assert answer["Content-Type"] == "audio/mp4"
        assert answer["Content-Length"] == str(len(BYTES))
        assert answer["Cache-Control"] == "private, max-age=86400, immutable"
        assert answer["Accept-Ranges"] == "bytes"
        assert "Cookie" not in answer.get("Vary", "")


def test_a_piece_is_never_packed_nor_longer_than_a_megabyte(client, address):
    answer = client.get(address, headers={"range": "bytes=1000-", "accept-encoding": "gzip"})
    assert answer.status_code == 206
    assert not answer.has_header("Content-Encoding")
    assert answer["Content-Range"] == f"bytes 1000-{1000 + 2**20 - 1}/{len(BYTES)}"
    assert answer.body == BYTES[1000 : 1000 + 2**20]
    whole = client.get(address, headers={"accept-encoding": "gzip"})
    assert not whole.has_header("Content-Encoding")
    assert whole.body == BYTES


def test_pieces_put_together_are_the_file(client, address):
    found = b""
    while len(found) < len(BYTES):
        answer = client.get(address, headers={"range": f"bytes={len(found)}-"})
        found += answer.body
    assert found == BYTES


def test_a_piece_of_another_version_is_the_whole(client, address):
    etag = client.head(address)["ETag"]
    assert client.get(address, headers={"range": "bytes=0-9", "if-range": etag}).status_code == 206
    assert client.get(address, headers={"range": "bytes=0-9", "if-range": '"old"'}).status_code == 200
    assert client.get(address, headers={"if-none-match": etag}).status_code == 304


def test_what_lies_behind_the_end_is_refused_with_the_length(client, address):
    answer = client.get(address, headers={"range": "bytes=99999999-"})
    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{len(BYTES)}"
    assert answer["Cache-Control"]


def test_head_tells_all_and_sends_nothing(client, address):
    answer = client.head(address)
    assert (answer.status_code, answer.content, answer["Content-Length"]) == (200, b"", str(len(BYTES)))
    piece = client.head(address, headers={"range": "bytes=0-9"})
    assert (piece.status_code, piece["Content-Length"]) == (206, "10")


def test_leaving_the_course_ends_the_audio_at_the_next_request(client, address, cast):
    assert client.get(address).status_code == 200
    seats.leave(cast.enrolled, cast.course)
    assert client.get(address).status_code == 403
    seats.enroll(cast.enrolled, cast.course)
    assert client.get(address).status_code == 200


def test_an_account_that_was_closed_hears_nothing(client, address, cast):
    cast.enrolled.is_active = False
    cast.enrolled.save(update_fields=["is_active"])
    assert client.get(address).status_code == 403


def test_an_address_ends_with_its_time(client, full, monkeypatch):
    address = delivery.address(full, lasts=timedelta(hours=6))
    now = delivery.time.time()
    monkeypatch.setattr(delivery.time, "time", lambda: now + 6 * 3600 - 1)
    assert client.get(address).status_code == 200
    monkeypatch.setattr(delivery.time, "time", lambda: now + 7 * 3600 + 1)
    assert client.get(address).status_code == 403


def test_within_an_hour_a_file_keeps_its_address(full, monkeypatch):
    monkeypatch.setattr(delivery.time, "time", lambda: 7200.0)
    first = delivery.address(full)
    monkeypatch.setattr(delivery.time, "time", lambda: 7200.0 + 3599)
    assert delivery.address(full) == first
    monkeypatch.setattr(delivery.time, "time", lambda: 7200.0 + 3600)
    assert delivery.address(full) != first


@pytest.mark.parametrize(
    "forged",
    [
        lambda signed: signed[:-1] + ("A" if signed[-1] != "A" else "B"),
        lambda signed: "A" + signed[1:],
        lambda signed: "nonsense",
        lambda signed: signed.partition(":")[0],
        lambda signed: signing.Signer(salt="another").sign_object(["a", "b", 1, "", 99999999999]),
        lambda signed: signing.Signer(salt=delivery.SALT).sign_object({"a": 1}),
        lambda signed: signing.Signer(salt=delivery.SALT).sign_object(["zz", "", 99999999999]),
    ],
)
def test_a_forged_address_leads_nowhere(client, address, forged):
    _empty, _audio, signed, name = address.split("/")
    assert client.get(f"/audio/{forged(signed)}/{name}").status_code == 404


def test_a_bearer_that_nobody_knows_hears_nothing(client, full):
    assert client.get(delivery.address(full, bearer="stranger:1")).status_code == 403
    assert client.get(delivery.address(full, bearer="enrollment:nonsense")).status_code == 403


def test_samples_are_for_everybody_at_one_address_and_nothing_else_is(client, audio, full):
    sample = Rendition.objects.get(purpose="sample")
    address = delivery.address(sample)
    assert address == delivery.address(sample, bearer="enrollment:1")
    answer = client.get(address)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "public, max-age=86400, immutable")
    assert client.get(address.replace(str(sample.pk), str(full.pk))).status_code == 404


def test_a_missing_file_is_a_404(client, address, full):
    files.delete(full.name)
    assert client.get(address).status_code == 404


def test_it_can_be_saved_under_its_title(client, address):
    assert client.get(address)["Content-Disposition"] == "inline"
    saved_as = client.get(f"{address}?save")["Content-Disposition"]
    assert re.fullmatch(r'attachment; filename="lesson-\d+-conversation\.m4a"', saved_as)
    evil = address.rpartition("/")[0] + '/a"; x=%0d%0ay.m4a'
    assert client.get(f"{evil}?save")["Content-Disposition"] == 'attachment; filename="a---x---y.m4a"'


def test_a_request_costs_one_query_and_reads_no_session(client, address, cast, django_assert_num_queries):
    client.force_login(cast.enrolled)
    with django_assert_num_queries(1):
        client.get(address, headers={"range": "bytes=0-99"})


def test_nginx_is_told_where_the_file_lies(client, address, full, settings):
    settings.ACCEL_REDIRECT = "/_protected/"
    answer = client.get(address, headers={"range": "bytes=0-9"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["X-Accel-Redirect"] == f"/_protected/{full.name}"
    assert answer["Content-Type"] == "audio/mp4"
    assert answer["Cache-Control"].startswith("private")


def test_a_bucket_is_asked_by_an_address_it_knows_to_be_ours(client, address, full, monkeypatch):
    from storages.backends.s3 import S3Storage

    bucket = S3Storage(
        bucket_name="audio-of-ours",
        endpoint_url="https://s3.example.org",
        region_name="eu-central-1",
        access_key="AKIDEXAMPLE",
        secret_key="not-a-secret",
        addressing_style="path",
        signature_version="s3v4",
    )
    monkeypatch.setattr(files, "default_storage", bucket)
    answer = client.get(address)
    there = answer["Location"]
    assert answer.status_code == 302
    assert "no-store" in answer["Cache-Control"]
    assert there.startswith(f"https://s3.example.org/audio-of-ours/{full.name}?")
    assert "X-Amz-Signature=" in there
    assert "X-Amz-Expires=21600" in there
    assert "response-content-type=audio%2Fmp4" in there
    assert "not-a-secret" not in there


def test_signed_addresses_do_not_get_into_the_log(address):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(KeysInAddresses())
    signed = address.split("/")[2]
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "%s: %s", ("Forbidden", address), None)
    handler.handle(record)
    assert stream.getvalue().startswith("Forbidden: /audio/…/")
    assert signed not in stream.getvalue()
    assert configured.LOGGING["handlers"]["console"]["filters"] == ["keys"]
