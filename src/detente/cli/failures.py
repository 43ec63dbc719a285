"""What a failure says and which exit code it has."""

from __future__ import annotations

from detente.errors import DetenteError, UnknownCode

DONE, FINISHED_WITH_FAILURES, WRONG_USAGE = 0, 1, 2
INTERRUPTED = 130


class WrongUsage(DetenteError):
    """A command that cannot be carried out as it was given."""


def explain(error: BaseException) -> tuple[str, int]:
    """One line for the user, and the exit code."""
    if isinstance(error, KeyboardInterrupt):
        return "stopped; what was coded so far is kept, the same command goes on from there", INTERRUPTED
    if isinstance(error, DetenteError):
        return " ".join(str(error).split()), WRONG_USAGE if _is_usage(error) else FINISHED_WITH_FAILURES
    if isinstance(error, OSError):
        return f"{error.filename or 'input or output'}: {error.strerror or error}", FINISHED_WITH_FAILURES
    return f"internal error ({type(error).__name__}: {error}); run again with --debug for details", 1


def _is_usage(error: DetenteError) -> bool:
    # By name: importing their modules here would slow every command down.
    names = ("RelationQuestion", "UnknownAlert", "UnsafeAddress")
    return isinstance(error, WrongUsage | UnknownCode) or type(error).__name__ in names
