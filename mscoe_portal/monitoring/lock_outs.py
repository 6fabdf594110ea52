from mscoe_portal.counts import COUNTS


def count_lock_out(request, **kwargs):
    """Receiver of axes' user_locked_out: count it, and nothing of whom it was."""
    counts = request.META.get(COUNTS)
    if counts is not None:
        counts["lock-outs"] += 1
