"""Forms: what people send in, checked and turned into plain values."""
