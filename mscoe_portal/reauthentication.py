"""Reauthentication (NIST SP 800-63B-4, 2.2.3): before a signature, and before a change of who may do what, the person
proves again who they are.
"""

# Who knows how people sign in puts a function like `ask` here, at `ready()`.
ASKS = []


def ask(request, act):
    """The answer that `request`, a POST, must get in place of what it asks for; None: nothing stands against it.

    The answer asks the person for the proof, says what for (`act`, in words), and sends the same POST again with it,
    so that nothing that was typed is lost.
    """
    answers = (ask(request, act) for ask in ASKS)
    return next((answer for answer in answers if answer), None)
