"""What packages above may hear about assessment.

Sent inside the transaction of the change, so that a receiver can add a job to the outbox in the same transaction.
"""

from django.dispatch import Signal

requirement_met = Signal()  # keyword argument: enrolment

# An attempt that passed would not pass as it is scored now. Keyword arguments: enrolment, reason (a sentence).
pass_in_doubt = Signal()
