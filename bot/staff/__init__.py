"""Staff: accounts with a role and contact points, their rights, second factors, invitations, and sessions that end."""

from bot.staff.accounts import IDLE, LONGEST, Staff
from bot.staff.model import Member, NewAccount, SignedIn
from bot.staff.rights import Right, Role, may

__all__ = ["IDLE", "LONGEST", "Member", "NewAccount", "Right", "Role", "SignedIn", "Staff", "may"]
