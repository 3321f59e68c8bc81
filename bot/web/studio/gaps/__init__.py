"""The pages of questions that nobody could answer."""
