"""Everything that the store holds as files for Git, and back: nothing is lost, nothing overwritten unseen."""
