"""How good is the understanding? Cases in, figures and pages out; and the checks of the data it learns from."""
