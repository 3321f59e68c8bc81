"""The words of the field as frozen dataclasses; no input or output happens here."""
