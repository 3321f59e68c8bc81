"""Which contact points a member of staff edits, and what only an office says of itself."""

from bot.staff import Member, Right


def edits_all(member: Member) -> bool:
    """Tell whether somebody edits every office, and adds and takes them away; a lead only edits their own."""
    return member.may(Right.CONTENT, Right.NETWORK)


def edits(member: Member, point_id: str) -> bool:
    """Tell whether somebody edits this office."""
    return edits_all(member) or point_id in member.contact_points


def speaks_for(member: Member, point_id: str) -> bool:
    """Tell whether somebody may declare for an office that it reports nobody: its lead, or who answers for the network."""
    return member.may(Right.NETWORK) or (member.may(Right.LEAD) and point_id in member.contact_points)
