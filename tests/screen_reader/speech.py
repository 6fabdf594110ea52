"""What Orca says, as `orca_customizations.py` writes it down, and when it has said all that it will say."""

import json
import signal
import time

# Seconds that a busy machine may take for one thing, before it counts as not happening
PATIENCE = 20
POLL = 0.003  # seconds


class NotSaidError(AssertionError):
    """Words were expected and not said; the message has what was said instead."""


class Speech:
    """The words that Orca, a process, writes to a file; each is given out once."""

    def __init__(self, file, orca):
        file.touch()
        self._file = file
        self._orca = orca
        self._read = 0

    def listen(self, *expected, keys=0, draw=lambda: None):
        """Wait until Orca has seen so many keys and said the expected words, in their order; return all utterances.

        That is certain, however long a busy machine takes. For what follows at once, a question goes the way that words
        come, from the page, which is let draw what it has done by now (`draw`), to Orca, which answers when it has
        worked off all that the browser told it; until nothing else has come from Orca between question and answer.

        What a page does a moment after a key cannot be known so: a test that expects words of two moments names both.
        Such are those at Escape in the menu, which collapses a little later than it moves the focus, and a message in
        a status: what changes away from the focus Chromium tells up to 150 ms later.

        Raises NotSaidError after `PATIENCE` seconds.
        """
        said, seen = [], 0
        news = ["nothing", "answer"]  # since Orca was asked
        end = time.monotonic() + PATIENCE
        while news != ["answer"]:
            if time.monotonic() > end:
                wanted = f"{' … '.join(expected)}, then no more" if seen >= keys else "the key"
                raise NotSaidError(f"Expected: {wanted}. Said: {' / '.join(said) or 'nothing'}")
            if "answer" in news and seen >= keys and _in_order(expected, said):
                news = []
                draw()
                self._orca.send_signal(signal.SIGUSR1)
            time.sleep(POLL)
            for kind, *words in self._lines():
                news.append(kind)
                seen += kind == "key"
                if kind == "say" and words[0].strip():
                    said.append(" ".join(words[0].split()))
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
