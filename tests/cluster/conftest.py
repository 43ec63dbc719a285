"""A Ray cluster of three nodes on this machine: a head, and two that work."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
CODERS = [str(HERE), str(HERE.parent / "run")]  # ray_coders, fake_coder
sys.path[:0] = CODERS


@pytest.fixture(scope="session")
def cluster() -> Iterator[Any]:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    # Ray reads the variable where its processes start: coders are imported by name there.
    os.environ["PYTHONPATH"] = os.pathsep.join([*CODERS, os.environ.get("PYTHONPATH", "")])
    import ray
    from ray.cluster_utils import Cluster

    memory = 80_000_000
    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "object_store_memory": memory})
    for _ in range(2):
        made.add_node(num_cpus=2, object_store_memory=memory)
    ray.init(address=made.address, log_to_driver=False, logging_level="ERROR")
    yield made
    ray.shutdown()
    made.shutdown()
