"""Other people's event data in, and our events out in their formats: GDELT 1.0 and 2.0, ICEWS, POLECAT, PLOVER JSON,
CSV, Parquet.

`import_files(store, paths, format)` keeps each row as it stands in its file and maps it to the columns of our own
events; `export(store, format, out)` writes what was imported in a format as it came, and what was coded here after the
format's rules. Codes are mapped by the tables in `data/`.
"""

from detente.formats.exporting import ExportSummary, export
from detente.formats.importing import ImportSummary, import_files
from detente.formats.layouts import FORMATS
from detente.formats.target import FileResult

__all__ = ["FORMATS", "ExportSummary", "FileResult", "ImportSummary", "export", "import_files"]
