"""What can go wrong in `referrals`. The class docstring is the message, the base what it is over HTTP."""

from shared.errors import NotFound, NotNow, Permanent, Transient


class NotPossible(NotNow):
    """This cannot be done now."""


class NotAReason(Permanent):
    """This is none of the reasons for which a proposal is declined."""


class OverBought(NotNow):
    """The school has as many open cases as it bought."""


class NoSuchChild(NotFound):
    """The school's rolls and registers know no such child."""


class NoSuchReferral(NotFound):
    """There is no such referral or case in your schools."""


class NoSuchLeave(NotFound):
    """There is no such leave on record in your schools."""


class NoSuchLetter(NotFound):
    """There is no such letter of a case of yours."""


class NotALetter(Permanent):
    """The letter cannot be made so."""


class NotADocument(Permanent):
    """This is none of the sorts of document that there are."""


class NoSuchDocument(NotFound):
    """There is no such document of a case of yours."""


class NoSuchEntry(NotFound):
    """There is no such entry in this case."""


class ChangedMeanwhile(NotNow):
    """Somebody else has changed this entry since you read it; read it again."""


class NoSuchTask(NotFound):
    """There is no such task or next step in your schools."""


class NoSuchRequest(Permanent):
    """There is no such enforcement request."""


class NoSuchParent(Permanent):
    """The school's latest roll names no such parent or carer of this child."""


class NoSuchParentHere(NotFound):
    """There is no such record of a parent in your schools."""


class NoSuchFlag(NotFound):
    """There is no such flag in your schools."""


class NoSuchWarning(NotFound):
    """There is no such visit warning."""


class NoSuchHalfTerm(NotFound):
    """The school's calendar has no such half term, or it has not begun."""


class OfficerNotAdded(Permanent):
    """This officer has no name here; add the officer first."""


class OfficerOfOtherSchools(Permanent):
    """This officer does not have the school."""


class KeyUsedTwice(NotNow):
    """This Idempotency-Key was sent before with another content; send a new one."""


class BadPeriod(Permanent):
    """These dates cannot be."""


class NotAnEntry(Permanent):
    """This entry cannot be recorded."""


class NamesAnAddress(NotNow):
    """Its words name an address of this family that is confidential."""


class StillChanging(Transient):
    """A referral kept changing while it was to be written."""
