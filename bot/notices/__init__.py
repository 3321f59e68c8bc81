"""Notices to staff: somebody waits, wants to be called back, needs an interpreter; an office has nobody any more."""

from bot.notices.sending import Notices

__all__ = ["Notices"]
