from detente.reading.pipeline import is_parsed, lemma, load_pipeline, read, text_of

__all__ = ["is_parsed", "lemma", "load_pipeline", "read", "text_of"]
