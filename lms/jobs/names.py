"""Names that processes agree on."""

# The process in whose absence a child ends too.
SUPERVISOR_VARIABLE = "THRESHOLD_SUPERVISOR_PID"
