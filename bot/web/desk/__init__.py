"""The operators' desk: who waits, taking, answering, giving back and closing; only what a person agreed to share is read."""
