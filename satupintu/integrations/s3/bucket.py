"""Stored files in a bucket of any S3 store. They come sealed: the store reads none of them."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from _typeshed import WriteableBuffer

CONNECT_SECONDS, READ_SECONDS, TRIES = 3, 20, 3
LISTED = 500
BUFFER = 512 * 1024
_here = threading.local()


class StoreAway(OSError):
    """The store does not answer, or refuses; told to people as a fault of ours."""


class Bucket:
    """Keeps, opens and deletes files as `files.store.Folder` does."""

    def keep(self, temporary: Path, name: str) -> None:
        """Durable when it returns; the store acknowledges what it has."""
        with _asked(name), temporary.open("rb") as content:
            _client().put_object(Bucket=settings.S3_BUCKET, Key=name, Body=content)

    def open(self, name: str) -> BinaryIO:
        """Raises FileNotFoundError, StoreAway; StoreAway also while it is read."""
        with _asked(name):
            found = _client().head_object(Bucket=settings.S3_BUCKET, Key=name)
        return cast("BinaryIO", io.BufferedReader(_Object(name, found["ContentLength"]), BUFFER))

    def delete(self, name: str) -> None:
        with _asked(name):
            _client().delete_object(Bucket=settings.S3_BUCKET, Key=name)

    def names(self, *, before: datetime) -> Iterator[list[str]]:
        """Names of files that were kept before a moment, in batches."""
        pages = _client().get_paginator("list_objects_v2")
        with _asked("the list"):
            for page in pages.paginate(
                Bucket=settings.S3_BUCKET, PaginationConfig={"PageSize": LISTED}
            ):
                found = page.get("Contents", ())
                yield [one["Key"] for one in found if one["LastModified"] < before]

    def is_writable(self) -> bool:
        try:
            with _asked("the bucket"):
                _client().head_bucket(Bucket=settings.S3_BUCKET)
        except OSError:
            return False
        return True


class _Object(io.RawIOBase):
    """An object that is read where somebody looks, a range at a time."""

    def __init__(self, name: str, size: int) -> None:
        self._name, self._size, self._at = name, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        room = memoryview(buffer)
        if self._at >= self._size or not room:
            return 0
        last = min(self._at + len(room), self._size) - 1
        with _asked(self._name):
            answer = _client().get_object(
                Bucket=settings.S3_BUCKET, Key=self._name, Range=f"bytes={self._at}-{last}"
            )
            content = answer["Body"].read()
        room[: len(content)] = content
        self._at += len(content)
        return len(content)


@contextmanager
def _asked(name: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchKey"):
            raise FileNotFoundError(2, "not in the bucket", name) from error
        raise StoreAway(5, f"the store refused: {error.response['Error']['Code']}", name) from error
    except BotoCoreError as error:
        raise StoreAway(5, f"the store does not answer: {type(error).__name__}", name) from error


def _client() -> Any:
    """One for each thread: making one reads a description of S3 for a tenth of a second."""
    wanted = (settings.S3_ENDPOINT, settings.S3_REGION, settings.S3_KEY)
    if getattr(_here, "wanted", None) != wanted:
        _here.client = boto3.session.Session().client(
            "s3",
            endpoint_url=settings.S3_ENDPOINT or None,
            region_name=settings.S3_REGION,
            aws_access_key_id=settings.S3_KEY,
            aws_secret_access_key=settings.S3_SECRET,
            config=Config(
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                retries={"total_max_attempts": TRIES, "mode": "standard"},
                s3={"addressing_style": "path"},
                # Stores other than the first one do not all know the newer checksums.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )
        _here.wanted = wanted
    return _here.client
