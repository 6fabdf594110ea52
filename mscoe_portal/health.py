"""Health checks for a supervisor or a load balancer."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mscoe_portal.delivery.wsgi import PAGES


@never_cache
@require_safe
def live(request):
    """Answer 200 "ok" while the process runs; asks nothing of the database."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def ready(request):
    """Say whether the site can serve: 200 when every part is "ok", else 503.

    Returns JSON: `{"ready": bool, "parts": {"database": str, "migrations": str}, "answers": {…}}`. The last are those
    of the process that was asked: how many were handed out finished, rendered, stale (an older copy), failed.
    """
    parts = {"database": "ok", "migrations": "ok"}
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            parts["migrations"] = "pending"
    except DatabaseError:
        parts = {"database": "unreachable", "migrations": "unknown"}
    is_ready = set(parts.values()) == {"ok"}
    answers = getattr(request.environ.get(PAGES), "counts", {})
    return JsonResponse({"ready": is_ready, "parts": parts, "answers": answers}, status=200 if is_ready else 503)
