"""The studio: pages on which content managers change what the bot says, without a developer."""
