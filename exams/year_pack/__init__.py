"""The evidence of one exam in one year as one archive: numbers and rules, no person, no item text and no key."""
