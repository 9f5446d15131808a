"""Pure rules of learning."""
