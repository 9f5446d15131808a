"""Mail of every package: plain text with a fixed Message-ID, and calendar files where it tells of appointments."""
