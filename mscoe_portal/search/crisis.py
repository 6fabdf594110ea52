"""Words that people in a crisis search for. Who asks with them is shown the Veterans Crisis Line before all else."""

import re
import unicodedata

_SELF = "(me|myself|him|himself|her|herself|them|themselves)"
# Rather too many than too few: who did not mean it has lost a line, who meant it has found help.
_SIGNS = re.compile(
    rf"""\b(?:
    cris[ie]s | 988 | suicid\w* | self\ ?(harm|injury|hurt)\w* | overdos\w* | sobredosis
    | (kill|hang|shoot|hurt|harm|cut|end)\w*\ {_SELF}
    | (end|take|taking|ending)\ (it\ all|(my|his|her|their)(\ own)?\ life)
    | (want|wants|wanted|wish|wanna|ready|going)\ (to\ |i\ (was\ |were\ ))?(die|dead|be\ dead|disappear)
    | (do\ ?nt|do\ not|no|cant|can\ not|cannot)\ (want\ to\ live|reason\ to\ live|go\ on|live\ anymore)
    | better\ off\ (dead|without\ me) | hopeless\w* | no\ hope | worthless
    | matarme | quitarme\ la\ vida | (quiero|deseo)\ morir\w* | hacerme\ dano | autolesi\w*
    )\b""",
    re.VERBOSE,
)


def is_crisis(question):
    """Tell whether `question` sounds like a crisis of the reader or of someone close to them."""
    letters = unicodedata.normalize("NFKD", question.casefold())
    plain = re.sub(r"['’\u0300-\u036f]", "", letters)
    return _SIGNS.search(" ".join(re.findall(r"\w+", plain))) is not None
