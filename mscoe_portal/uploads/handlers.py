from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from mscoe_portal.uploads.kinds import MEGABYTE


class SizeLimitHandler(FileUploadHandler):
    """Keeps nothing of a file that is too large, so that none fills the disk; `request.has_too_large_file` tells it."""

    def receive_data_chunk(self, raw_data, start):
        if start + len(raw_data) > settings.FILER_UPLOADER_MAX_FILE_SIZE * MEGABYTE:
            self.request.has_too_large_file = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size):
        """The handlers behind this one keep the file."""
