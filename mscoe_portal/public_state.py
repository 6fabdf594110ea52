"""Which state of the public site an answer is made for. What depends on that alone may be kept until it changes.

The delivery layer, which knows, tells it to Django with the request.
"""

PUBLIC_STATE = "mscoe_portal.public_state"
_kept = {}  # of the state that was asked for last: {state: {name: what was made}}


def kept(request, name, make):
    """Return what `make()` returns, made once for each state of the public site.

    All who ask share it, so nobody may change it. `name` says what it is and on what else it depends, its language
    above all. Where the state is not known, or the answer is for one reader only, it is made anew.
    """
    # It was current before the request was made: what is made now can only be younger.
    state = request.META.get(PUBLIC_STATE)
    if state is None:
        return make()
    # A request ends with what it began with, and of two that make the same at once both take the first: things that
    # belong together (the nodes of the menu, and its options) may be made of one another.
    if not hasattr(request, "kept"):
        request.kept = _of(state)
    if name not in request.kept:
        request.kept.setdefault(name, make())
    return request.kept[name]


def _of(state):
    if state not in _kept:
        _kept.clear()
    return _kept.setdefault(state, {})
