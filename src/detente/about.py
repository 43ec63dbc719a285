"""Version of the coder, written into every event that it makes."""

__version__ = "0.1.0"
