"""The flows: each takes what is known and returns a decision; none does input or output, none names a content intent."""
