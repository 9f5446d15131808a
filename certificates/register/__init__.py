"""The append-only log at work: entering, signing, publishing, proving, and checking all of it."""
