"""Voice notes, photos and documents on their way between a person and the office that has their case.

A file is fetched only once an office has the case, known by its first bytes, kept sealed, shown to nobody else, and erased
with the case and after 30 days at the latest.
"""
