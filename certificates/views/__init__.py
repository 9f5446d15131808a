"""Pages about certificates: for everybody, for the holder, for the registrar, and for machines."""
