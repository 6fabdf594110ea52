"""Orca runs this when it starts: what it would speak goes to the file $ORCA_SPOKEN, a list in JSON a line.

Written are ["key", name] for each key that reaches Orca (but Shift and the like), ["say", words] for each utterance,
["event"] for each thing that the browser tells, and ["answer"], after the signal USR1, when all that the browser told
before is worked off. No speech server is started, so no sound is needed. No test imports this; it is written for Orca
43.
"""

import json
import os
import signal
from itertools import groupby
from pathlib import Path

import pyatspi
from gi.repository import Atspi, GLib
from orca import event_manager, input_event, orca_state, settings, speech

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


def _ignore(self, event, _original=event_manager.EventManager._ignore):
    _write("event")
    return _original(self, event)


def _answer():
    """Write an answer when no event is left of those that the browser has sent by now.

    The browser answers by a socket of its own, and has sent its events then; they come by the bus, and an answer by the
    bus comes after them. What has GLib's lowest priority is called when none of them waits.
    """
    if orca_state.activeWindow:
        orca_state.activeWindow.getApplication().get_id()
    pyatspi.Registry.getDesktop(0).get_child_count()
    GLib.idle_add(_write, "answer", priority=GLib.PRIORITY_LOW)
    return GLib.SOURCE_CONTINUE


# On a busy machine a browser can take longer for an answer than AT-SPI waits, 0.8 s, and words would be left out.
Atspi.set_timeout(20_000, 20_000)
# As a listener would who wants to press keys at once; the key for "say all" is still there.
settings.sayAllOnLoad = False

speech.init = lambda *_args: None
speech.speak = _speak
speech._speak = lambda text, _voice, _interrupt: _parts.append(text)
speech.sayAll = _say_all
speech.speakCharacter = lambda character, _voice=None: _write("say", character)
speech.speakKeyEvent = lambda *_args: None  # what is typed is not said letter by letter
input_event.KeyboardEvent.process = _process_key
event_manager.EventManager._ignore = _ignore
GLib.unix_signal_add(GLib.PRIORITY_LOW, signal.SIGUSR1, _answer)
