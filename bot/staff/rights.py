"""Who may do what: one table of roles and rights, which every guard of the pages asks, and who may make or touch whom."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What somebody is in the network."""

    OPERATOR = "operator"
    LEAD = "lead"
    INTERPRETER = "interpreter"
    CONTENT = "content"
    COORDINATOR = "coordinator"
    ADMIN = "admin"


class Right(StrEnum):
    """One thing that a role may do. Only ANSWER and INTERPRET lead to what people wrote."""

    ANSWER = "answer"  # take, read and answer people at one's own contact points
    INTERPRET = "interpret"  # see card and text of a case after the person's yes
    LEAD = "lead"  # settle what belongs to one's own contact points
    STAFF = "staff"  # see and make accounts, as far as MAKES goes
    LOG = "log"  # read who did what: a lead of their points, others of accounts only
    CONTENT = "content"  # edit what the bot says, train it
    OFFICES = "offices"  # edit contact points: a lead their own, others all
    NETWORK = "network"  # see figures of the whole network, never below ten, and its accounts
    SYSTEM = "system"  # accounts of everybody


RIGHTS: Mapping[Role, frozenset[Right]] = MappingProxyType(
    {
        Role.OPERATOR: frozenset({Right.ANSWER}),
        Role.LEAD: frozenset({Right.ANSWER, Right.LEAD, Right.STAFF, Right.LOG, Right.OFFICES}),
        Role.INTERPRETER: frozenset({Right.INTERPRET}),
        Role.CONTENT: frozenset({Right.CONTENT, Right.OFFICES}),
        Role.COORDINATOR: frozenset({Right.NETWORK, Right.STAFF, Right.LOG, Right.OFFICES}),
        Role.ADMIN: frozenset({Right.SYSTEM, Right.NETWORK, Right.STAFF, Right.LOG, Right.OFFICES}),
    }
)

# Whom a role may invite and disable. A lead does so at their own contact points only.
MAKES: Mapping[Role, frozenset[Role]] = MappingProxyType(
    {
        Role.OPERATOR: frozenset(),
        Role.LEAD: frozenset({Role.OPERATOR}),
        Role.INTERPRETER: frozenset(),
        Role.CONTENT: frozenset(),
        Role.COORDINATOR: frozenset({Role.LEAD, Role.INTERPRETER}),
        Role.ADMIN: frozenset(Role),
    }
)

# Whose second factor a role may take away: who could do so of more people could become them.
RESETS: Mapping[Role, frozenset[Role]] = MappingProxyType(
    {
        Role.OPERATOR: frozenset(),
        Role.LEAD: frozenset({Role.OPERATOR}),
        Role.INTERPRETER: frozenset(),
        Role.CONTENT: frozenset(),
        Role.COORDINATOR: frozenset({Role.INTERPRETER}),
        Role.ADMIN: frozenset(Role),
    }
)

# Who works at a desk, and therefore accepts its terms first.
AT_THE_DESK = frozenset({Role.OPERATOR, Role.LEAD, Role.INTERPRETER})
# Whose account belongs to contact points.
OF_AN_OFFICE = frozenset({Role.OPERATOR, Role.LEAD})


class Demand(StrEnum):
    """Who must have a second factor (`service.desk.second_factor`)."""

    BY_ROLE = "by_role"
    REQUIRED = "required"
    OPTIONAL = "optional"


_BY_ROLE = frozenset({Role.LEAD, Role.COORDINATOR, Role.ADMIN, Role.CONTENT})


def must_have_second_factor(setting: str) -> frozenset[Role]:
    """Return the roles that get no further than setting it up while they have none."""
    wanted = Demand(setting)
    if wanted is Demand.BY_ROLE:
        return _BY_ROLE
    return frozenset(Role) if wanted is Demand.REQUIRED else frozenset()


def may(role: Role, *rights: Right) -> bool:
    """Tell whether a role has at least one of these rights."""
    return not RIGHTS[role].isdisjoint(rights)
