"""Pages from the web, fetched politely and from nowhere that is not public.

`Fetcher.get(url, ...)` gives an `Answer` or raises `FetchError` with a reason as in `detente.ingest.records`.
"""

from detente.fetching.answers import Answer, FetchError
from detente.fetching.fetcher import Fetcher

__all__ = ["Answer", "FetchError", "Fetcher"]
