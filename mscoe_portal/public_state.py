"""Which state of the public site an answer is made for. What depends on that alone may be kept until it changes.

The delivery layer, which knows, tells it to Django with the request.
"""

import pickle

PUBLIC_STATE = "mscoe_portal.public_state"
_kept = {}


def kept(request, name, make):
    """Return what `make()` returns, made once for each state of the public site; a copy for each caller.

    `name` says what it is and on what else it depends, its language above all: of names there must be few. Where the
    state is not known, or the answer is for one reader only, it is made anew.
    """
    # It was current before the request was made: what is made now can only be younger.
    state = request.META.get(PUBLIC_STATE)
    if state is None:
        return make()
    made_for, pickled = _kept.get(name, (None, None))
    if made_for != state:
        pickled = pickle.dumps(make())
        _kept[name] = state, pickled
    return pickle.loads(pickled)  # noqa: S301 - our own
