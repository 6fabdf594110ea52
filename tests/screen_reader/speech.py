"""What Orca says, as `orca_customizations.py` writes it down, and when it has said all that it will say."""

import json
import time

# Seconds that a busy machine may take for one thing, before it counts as not happening
PATIENCE = 20
# Seconds; `Speech.listen` says what for
QUIET = 0.25


class NotSaidError(AssertionError):
    """Words were expected and not said; the message has what was said instead."""


class Speech:
    """The words that are written to a file; each is given out once."""

    def __init__(self, file):
        file.touch()
        self._file = file
        self._read = 0

    def listen(self, *expected, keys=0):
        """Wait until Orca has seen so many keys and said the expected words, in their order; return all utterances.

        That is certain, however long a busy machine takes. What may follow is not: nothing tells that no more will
        come, since a page can act a moment after a key. So this one place waits, until nothing has come from Orca for
        `QUIET` seconds, neither words nor the mark that it has worked off what the browser told it. On an idle machine
        the words of one moment come within 0.1 s. A test that expects words of two moments, such as at Escape in the
        menu, which collapses a little later than it moves the focus, names both.

        Raises NotSaidError after `PATIENCE` seconds.
        """
        said, seen = [], 0
        last = started = time.monotonic()
        while seen < keys or not _in_order(expected, said) or time.monotonic() - last < QUIET:
            if time.monotonic() - started > PATIENCE:
                wanted = " … ".join(expected) if seen >= keys else "the key"
                raise NotSaidError(f"Expected: {wanted}. Said: {' / '.join(said) or 'nothing'}")
            for kind, *words in self._lines():
                last = time.monotonic()
                seen += kind == "key"
                if kind == "say" and words[0].strip():
                    said.append(" ".join(words[0].split()))
            time.sleep(0.03)
        return said

    def _lines(self):
        """What was written since the last time, whole lines only."""
        with self._file.open("rb") as file:
            file.seek(self._read)
            whole, end, _begun = file.read().rpartition(b"\n")
        self._read += len(whole + end)
        return [json.loads(line) for line in whole.splitlines()]


def _in_order(expected, said):
    """Whether the expected words occur, each after the one before it."""
    rest = " / ".join(said)
    for words in expected:
        _before, found, rest = rest.partition(words)
        if not found:
            return False
    return True
