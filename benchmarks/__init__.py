"""Speed and memory, measured against stock spaCy in the same run."""
