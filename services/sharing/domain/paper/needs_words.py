"""Words that likely tell of a child's or a parent's health and needs, or of what another agency does with a family: such things are for the
authority alone, and an officer may have written of them in an entry of any kind, or somebody in what is shown as an exhibit.

A word list finds what is commonly said and no more; it asks a person to read, and takes nothing out. Everyday illness ("unwell", "a cold")
is not in it: it is why children are absent, and the register has a code for it.

Source: UK GDPR Art. 9(1) (data concerning health), Art. 5(1)(c).
"""

import re
from typing import Final

from shared.words import folded

_BEGINNINGS: Final = (
    # conditions, and what is done about them
    "adhd, antidepress, anxiety, anxious, asthma, autis, bipolar, cancer, counselling, counsellor, depress, diabet, diagnos, disab, "
    "dyslex, dysprax, ebsa, epilep, hospital, learning difficult, medicat, mental health, miscarr, neurodi, overdos, panic attack, phobi, "
    "pregnan, psych, ptsd, schizo, school avoid, school refus, seizure, self harm, self-harm, suicid, surger, therap, tourette, trauma, "
    # harm, and what follows it
    "abus, addict, alcohol, assault, bereave, cannabis, cocaine, domestic violence, drunk, eating disorder, fgm, groomed, grooming, "
    "heroin, rehab, "
    # other agencies
    "cafcass, camhs, child in need, child protection, early help, ehcp, family court, police, prison, probation, safeguarding, senco, "
    "sen support, social care, social services, social worker, women's aid, women's refuge, youth justice, youth offending"
)
_WHOLE: Final = "asc, asd, cin, cp plan, ehc, ocd, sen, yot"


def _any(words: str) -> str:
    return "|".join(map(re.escape, words.split(", ")))


_TELLING: Final = re.compile(rf"(?<!\w)(?:(?:{_any(_BEGINNINGS)})\w*|(?:{_any(_WHOLE)})(?!\w))")


def needs_words(text: str) -> tuple[str, ...]:
    """Those that stand in it, each once, as they are looked for: in small letters."""
    return tuple(dict.fromkeys(found[0] for found in _TELLING.finditer(folded(text))))
