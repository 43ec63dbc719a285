"""Who said what: attributed words with speaker, cue, audience, venue and date, from parse and quotation marks."""

from detente.coding.attribution.finder import find_attributions
from detente.coding.attribution.records import Attribution

__all__ = ["Attribution", "find_attributions"]
