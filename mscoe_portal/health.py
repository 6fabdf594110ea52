"""Health checks for a supervisor or a load balancer."""

from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mscoe_portal.counts import COUNTS
from mscoe_portal.monitoring.parts import PARTS, what_is_wrong

ANSWERS = ("finished", "rendered", "stale", "failed")


@never_cache
@require_safe
def live(request):
    """Answer 200 "ok" while the process runs; asks nothing of the database."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def ready(request):
    """Say whether the site can serve: 200 when every part that it cannot do without is "ok", else 503.

    Returns JSON: `{"ready": bool, "parts": {name: "ok" or what is wrong}, "warnings": [name], "answers": {…}}`.
    Warnings name the parts without which readers are served. The answers are those of the process that was asked: how
    many were handed out finished, rendered, stale (an older copy), failed.
    """
    wrong = what_is_wrong()
    parts = {part.name: wrong.get(part) or part.due or "ok" for part in PARTS}
    is_ready = not any(part.is_needed for part in wrong)
    counts = request.META.get(COUNTS, {})
    answers = {name: counts[name] for name in ANSWERS if name in counts}
    warnings = [part.name for part in wrong if not part.is_needed]
    told = {"ready": is_ready, "parts": parts, "warnings": warnings, "answers": answers}
    return JsonResponse(told, status=200 if is_ready else 503)
