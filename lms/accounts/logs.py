"""Log lines as JSON: ids and codes, no bodies, answers, tokens or addresses (S-36)."""

import json
import logging

from lms.audit.request_ids import current_request_id

EXTRA_FIELDS = ("job", "kind", "attempt", "credential", "code", "status_code")


class JsonLineFormatter(logging.Formatter):
    """One JSON object per line; control characters are escaped by JSON itself."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one record."""
        line: dict[str, object] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := current_request_id.get():
            line["request_id"] = request_id
        line |= {name: getattr(record, name) for name in EXTRA_FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)
