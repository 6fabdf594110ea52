from django.dispatch import Signal

# Somebody has done what no version keeps, and what readers may see at once. Arguments: `act`, one of these names;
# `user`; `subject`, the object; `note`, in words. Who writes such acts down listens.
acted_without_version = Signal()

HOME_SET = "home set"
PAGE_SETTINGS = "page settings"
PERSON_CHANGED = "person changed"
SETTING_CHANGED = "setting changed"
SOURCE_STATUS = "source status"
SOURCE_CHANGED = "source changed"
DELETED = "deleted"
