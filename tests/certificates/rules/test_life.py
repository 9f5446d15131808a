"""What may be done with a credential, held against a table written by hand."""

import pytest

from certificates.rules.life import Act, objection_to
from certificates.rules.validity import Status

# One line for each status, one letter for each act that is possible: Suspend, rEinstate, reVoke, reIssue.
TABLE = {
    Status.VALID: "S V I",
    Status.EXPIRED: "V",
    Status.SUSPENDED: "E V",
    Status.SUPERSEDED: "",
    Status.REVOKED: "",
}
LETTERS = {Act.SUSPEND: "S", Act.REINSTATE: "E", Act.REVOKE: "V", Act.REISSUE: "I"}


@pytest.mark.parametrize("status", TABLE)
@pytest.mark.parametrize("act", Act)
def test_each_act_is_possible_where_the_table_says_so(act: Act, status: Status) -> None:
    assert (objection_to(act, status) is None) == (LETTERS[act] in TABLE[status].split())


@pytest.mark.parametrize(
    ("act", "status", "code"),
    [
        (Act.SUSPEND, Status.SUSPENDED, "already_suspended"),
        (Act.SUSPEND, Status.EXPIRED, "expired"),
        (Act.REINSTATE, Status.VALID, "not_suspended"),
        (Act.REVOKE, Status.REVOKED, "already_revoked"),
        (Act.REVOKE, Status.SUPERSEDED, "superseded"),
        (Act.REISSUE, Status.SUSPENDED, "suspended"),
    ],
)
def test_a_refusal_says_what_stands_in_the_way(act: Act, status: Status, code: str) -> None:
    objection = objection_to(act, status)
    assert objection is not None
    assert objection[0] == code
