"""A bound on what one form may send: files go to the disk before any field is asked how large they may be."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class WithinLimits(FileUploadHandler):
    """Breaks a request off whose files together are larger than UPLOAD_FORM_MOST."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # the stubs name the request only
        self.passed = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.passed += len(raw_data)
        if self.passed > settings.UPLOAD_FORM_MOST:
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
