"""Open Badges 3.0 as W3C Verifiable Credentials 2.0: what a badge says, how it is signed, and how one is checked."""
