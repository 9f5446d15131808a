"""What packages above may hear about learning.

Sent inside the transaction of the change, so that a receiver can add a job to the outbox in the same transaction.
"""

from django.dispatch import Signal

course_completed = Signal()  # keyword argument: enrolment
