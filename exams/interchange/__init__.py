"""Items in the formats of other systems: QTI, Moodle XML, GIFT, tables. Bytes in, dataclasses out, and back."""
