"""Machine interfaces: what phones and other systems call."""
