from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mscoe_portal.counts import COUNTS


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
