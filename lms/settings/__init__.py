"""Settings: `base` holds all that is common; `dev`, `test` and `production` are short overrides."""
