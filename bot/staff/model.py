"""The words of the staff's room: a member, a living session, a login with its password."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from bot.staff.rights import MAKES, RESETS, Right, Role, may


@dataclass(frozen=True, slots=True)
class Member:
    """One member of staff."""

    id: UUID
    login: str = field(repr=False)
    role: Role
    contact_points: tuple[str, ...]
    locale: str
    terms_at: datetime | None
    away: bool
    languages: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()  # of a content manager; empty: all
    second_factor_at: datetime | None = None  # when it was confirmed; None: there is none
    codes_left: int = 0
    disabled_at: datetime | None = None

    @property
    def actor(self) -> str:
        """The name under which the audit knows them."""
        return f"staff:{self.id}"

    def may(self, *rights: Right) -> bool:
        """Tell whether their role has at least one of these rights."""
        return may(self.role, *rights)

    def knows(self, other: "Member") -> bool:
        """Tell whether they see another account in the list of staff: a lead only those of their own points."""
        if not self.may(Right.STAFF):
            return False
        return self.may(Right.NETWORK) or not set(self.contact_points).isdisjoint(other.contact_points)

    def may_disable(self, other: "Member") -> bool:
        """Tell whether they may close another account; nobody closes their own."""
        return other.role in MAKES[self.role] and self._reaches(other)

    def may_reset(self, other: "Member") -> bool:
        """Tell whether they may take another's second factor away; one's own is on the account's page."""
        return other.role in RESETS[self.role] and self._reaches(other)

    def writes(self, jurisdiction: str, locale: str) -> bool:
        """Tell whether they may change a text: a country covers its regions, no list means all."""
        country = jurisdiction.partition("-")[0]
        here = not self.jurisdictions or not {jurisdiction, country}.isdisjoint(self.jurisdictions)
        return here and self.writes_in(locale)

    def writes_in(self, locale: str) -> bool:
        """Tell whether they may change what belongs to a language and to no country: sentences, wordings, titles."""
        return self.may(Right.CONTENT) and (not self.languages or locale in self.languages)

    def _reaches(self, other: "Member") -> bool:
        """An account of several offices is not for the lead of only one of them."""
        theirs = set(other.contact_points)
        own = self.may(Right.NETWORK) or (bool(theirs) and theirs <= set(self.contact_points))
        return own and other.id != self.id and other.disabled_at is None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A living session and whose it is. `csrf` stands in every form of the session.

    `complete` says that the second factor was given or is not wanted of them; until then the session opens nothing else.
    """

    session_id: UUID
    csrf: str = field(repr=False)
    member: Member
    complete: bool = True


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A login with its password, to be shown once."""

    login: str
    role: Role
    password: str = field(repr=False)


def member_of(row: Row[Any]) -> Member:
    """Read a member from a row of the table `staff`."""
    return Member(
        id=row.id, login=row.login, role=Role(row.role), contact_points=tuple(row.contact_points), locale=row.locale,
        terms_at=row.terms_at, away=row.away, languages=tuple(row.languages or ()),
        jurisdictions=tuple(row.jurisdictions or ()), second_factor_at=row.totp_at,
        codes_left=len(row.recovery or ()), disabled_at=row.disabled_at,
    )  # fmt: skip
