"""How pages look: template tags, the style guide, hashed static files."""
