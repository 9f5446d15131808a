"""The demonstration: one story from admission to a verified certificate, told with the real actions and processes."""
