"""The outbox: what still has to be done, as rows written in the transaction of their cause."""
