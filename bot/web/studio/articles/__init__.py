"""The pages of articles: list, map, editor, review, history."""
