from filer.models import File

from mscoe_portal.loading import is_loading
from mscoe_portal.uploads.kinds import checked


def keep_checked_bytes(sender, instance, **kwargs):
    """Nothing is stored unchecked, whichever form, plugin or command brings it. Receives `pre_save`.

    The name, the size and the checksum become those of the bytes that are kept. What is loaded comes of another portal,
    or of this one, which cleaned it: it stays the same to the byte, as far as there is nothing to take out. Raises
    RefusedError.
    """
    if not isinstance(instance, File) or not instance.file:
        return
    if instance.file._committed:  # noqa: SLF001 - Django's own mark of a file that is stored already
        return
    file = checked(instance.file.file, keeps_bare=is_loading())
    if file is not instance.file.file:
        instance.file = file
        instance.original_filename = file.name
        # Filer itself does so only where the name is another one.
        instance.file_data_changed()
