"""An app that exists only in kill tests: its jobs leave a row each, so that lost or doubled work shows."""
