"""The record over HTTP: `make_app(desk)` gives the application of `detente serve`, API and dashboard in one."""

from detente.api.app import make_app
from detente.api.desk import Desk

__all__ = ["Desk", "make_app"]
