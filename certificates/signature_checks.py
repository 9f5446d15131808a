"""What a PDF's signature says, found out in a limited process of its own."""

import json
import logging
import subprocess
import sys

from django.conf import settings

from certificates.issuer_keys import trusted_roots_pem
from certificates.signature_reader import HEADER, HEADER_WITHIN, Problem, SignatureFacts

logger = logging.getLogger(__name__)

COMMAND = [sys.executable, "-m", "certificates.signature_reader"]
LONGEST = 15  # seconds, start of the process included


def inspect(content: bytes) -> SignatureFacts:
    """Read the signature of a file that anybody may have made.

    A file that makes its reader fail, or ask for too much of the processor or memory, counts as damaged. One that was
    not read in time on the clock may be whole, on a machine that has much to do: nothing is said of it.
    """
    if HEADER not in content[:HEADER_WITHIN]:
        return SignatureFacts(Problem.NOT_PDF)
    roots = trusted_roots_pem()
    question = f"{len(roots)}\n".encode() + roots + content
    try:
        done = subprocess.run(  # noqa: S603  # a fixed command; the file travels on standard input
            COMMAND, input=question, capture_output=True, timeout=LONGEST, check=True, cwd=settings.BASE_DIR, env={}
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        logger.warning("A file could not be read within its limits.", extra={"code": type(error).__name__})
        late = isinstance(error, subprocess.TimeoutExpired)
        return SignatureFacts(Problem.NOT_READ if late else Problem.DAMAGED)
    facts = json.loads(done.stdout)
    problem = facts.pop("problem")
    return SignatureFacts(problem=Problem(problem) if problem else None, **facts)
