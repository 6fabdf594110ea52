"""English dates. Django shortens some months ("Nov. 30, 2026"), which a screen reader says as they are written."""

DATE_FORMAT = "F j, Y"
DATETIME_FORMAT = "F j, Y, P"
