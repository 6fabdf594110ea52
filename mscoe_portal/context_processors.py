from django.conf import settings


def crisis_line(request):
    """The Veterans Crisis Line's numbers, for the component that every page shows first.

    Returns `crisis_line`: a dict with `phone`, `press`, `text` (digits) and `chat` (address).
    """
    return {"crisis_line": settings.CRISIS_LINE}
