"""Questionnaires: an XLSForm becomes a definition; answers are checked against it, whichever way they came."""
