"""The search of the knowledge base: words (BM25F) and meaning (a sentence encoder) in any language against any other.

For what no intent covers and for people who type two words. Its result is a few choices, never an answer by itself.
"""
