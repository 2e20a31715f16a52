"""What can be done: one module per noun; functions take an actor and plain values, and know nothing of the web."""
