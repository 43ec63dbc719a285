import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))


def pytest_configure(config):
    config.addinivalue_line("markers", "train: needs torch, transformers and the base weights (extra `train`)")
