"""The web chat: a page that reads and writes with and without JavaScript, and leaves nothing on the device unasked."""
