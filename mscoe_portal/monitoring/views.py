"""Health checks for a supervisor or a load balancer, and figures for Prometheus."""

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mscoe_portal.checks import is_local
from mscoe_portal.counts import COUNTS
from mscoe_portal.monitoring.parts import PARTS, what_is_wrong

ANSWERS = ("finished", "rendered", "stale", "failed")
# By one of these a proxy says for whom it asks (RFC 7239, and what was usual before).
OF_PROXIES = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


@never_cache
@require_safe
def live(request):
    """Answer 200 "ok" while the process runs; asks nothing of the database."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def ready(request):
    """Say whether the site can serve: 200 when every part that it cannot do without is "ok", else 503.

    Returns JSON: `{"ready": bool}`, which a load balancer needs and a stranger may know. Who sends METRICS_TOKEN, or
    asks on this host, gets `"parts": {name: "ok" or what is wrong}, "warnings": [name], "answers": {…}` beside it.
    Warnings name the parts without which readers are served. The answers are those of the process that was asked: how
    many were handed out finished, rendered, stale (an older copy), failed.
    """
    wrong = what_is_wrong()
    is_ready = not any(part.is_needed for part in wrong)
    status = 200 if is_ready else 503
    if not (has_token(request) or is_asked_on_this_host(request)):
        return JsonResponse({"ready": is_ready}, status=status)
    parts = {part.name: wrong.get(part) or part.due or "ok" for part in PARTS}
    counts = request.META.get(COUNTS, {})
    answers = {name: counts[name] for name in ANSWERS if name in counts}
    warnings = [part.name for part in wrong if not part.is_needed]
    told = {"ready": is_ready, "parts": parts, "warnings": warnings, "answers": answers}
    return JsonResponse(told, status=status)


def is_asked_on_this_host(request):
    """Whether a program of this host asks, and not a proxy on it for somebody else.

    By a loopback address, or by the Unix socket, whose users have no address. `deploy/nginx.conf` names the reader's
    address in each request, whatever the reader sent.
    """
    address = request.META.get("REMOTE_ADDR", "")
    is_here = is_local(address) if address else bool(settings.SOCKET)
    return is_here and not any(name in request.headers for name in OF_PROXIES)


def has_token(request):
    """Whether the request has METRICS_TOKEN as a bearer token (RFC 6750); never where there is none."""
    sent = request.headers.get("Authorization", "")
    return bool(settings.METRICS_TOKEN) and constant_time_compare(sent, f"Bearer {settings.METRICS_TOKEN}")


@never_cache
@require_safe
def metrics(request):
    """Answer with the figures of this host for Prometheus, to who sends METRICS_TOKEN.

    404 unless the setting has one, 401 to any other.
    """
    if not settings.METRICS_TOKEN:
        raise Http404
    if not has_token(request):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    # Only here: most sites never need it, and a start should not wait for it.
    from prometheus_client import CollectorRegistry
    from prometheus_client.exposition import choose_encoder

    from mscoe_portal.monitoring.metrics import PortalCollector

    counts = request.META.get(COUNTS)
    registry = CollectorRegistry()
    registry.register(PortalCollector(counts.of_all() if counts is not None else []))
    encoder, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encoder(registry), content_type=content_type)
