"""Orca runs this when it starts: what it would speak goes to the file $ORCA_SPOKEN, a list in JSON a line.

Written are ["key", name] for each key that reaches Orca (but Shift and the like), ["say", words] for each utterance,
and ["idle"] when Orca has worked off what the browser told it. No speech server is started, so no sound is needed. No
test imports this; it is written for Orca 43.
"""

import json
import os
from itertools import groupby
from pathlib import Path

from orca import event_manager, input_event, settings, speech

_spoken = Path(os.environ["ORCA_SPOKEN"]).open("a", buffering=1, encoding="utf-8")  # noqa: SIM115 - as long as Orca runs
_parts = []  # of the utterance that is being put together: one for each change of voice
_depth = 0


def _write(*line):
    _spoken.write(json.dumps(line) + "\n")


def _speak(content, acss=None, interrupt=True, _original=speech.speak):  # noqa: FBT002 - Orca's own signature
    """Write one utterance as one line; Orca calls this for the parts of one, too."""
    global _depth  # noqa: PLW0603 - Orca's `speak` calls itself by its name in the module
    _depth += 1
    _original(content, acss, interrupt)
    _depth -= 1
    if not _depth and _parts:
        _write("say", " ".join(_parts))
        _parts.clear()


def _say_all(utterances, _progress):
    """Write what one thing on the page gives as one line, such as a link's name and its role."""
    for _thing, parts in groupby((context for context, _voice in utterances), key=lambda context: context.obj):
        _write("say", ", ".join(part.utterance.strip() for part in parts))


def _process_key(self, _original=input_event.KeyboardEvent.process):
    if self.isPressedKey() and not self.isModifierKey() and not self.isOrcaModifier():
        _write("key", self.event_string)
    return _original(self)


def _dequeue(self, _original=event_manager.EventManager._dequeue):
    has_more = _original(self)
    if not has_more:
        _write("idle")
    return has_more


# As a listener would who wants to press keys at once; the key for "say all" is still there.
settings.sayAllOnLoad = False

speech.init = lambda *_args: None
speech.speak = _speak
speech._speak = lambda text, _voice, _interrupt: _parts.append(text)
speech.sayAll = _say_all
speech.speakCharacter = lambda character, _voice=None: _write("say", character)
speech.speakKeyEvent = lambda *_args: None  # what is typed is not said letter by letter
input_event.KeyboardEvent.process = _process_key
event_manager.EventManager._dequeue = _dequeue
