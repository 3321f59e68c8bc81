"""Questions that the bot could not answer well, and what becomes of them. Words are here only with the person's yes."""
