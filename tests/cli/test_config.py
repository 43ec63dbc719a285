from __future__ import annotations

import pytest

from detente.config import Settings, describe, environment_name
from detente.errors import DetenteError


def test_every_setting_has_help_and_can_be_set_by_the_environment() -> None:
    for name, default, text in describe():
        assert text.endswith(".")
        loaded = Settings.load({environment_name(name): str(default)})
        assert loaded == Settings()


def test_option_comes_before_environment_before_default() -> None:
    environ = {"DETENTE_WORKERS": "3", "DETENTE_NEAR_DUPLICATE_THRESHOLD": "0.9"}
    assert Settings.load(environ).workers == 3
    assert Settings.load(environ, workers=None).near_duplicate_threshold == 0.9
    assert Settings.load(environ, workers=5).workers == 5


def test_bad_value_is_named() -> None:
    with pytest.raises(DetenteError, match="DETENTE_WORKERS='many': expected a whole number"):
        Settings.load({"DETENTE_WORKERS": "many"})
