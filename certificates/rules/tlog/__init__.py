"""The append-only log of certificates: hashes, tiles, proofs, notes. Sources: RFC 6962, RFC 9162, C2SP tlog texts."""
