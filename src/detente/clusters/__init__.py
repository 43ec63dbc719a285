"""Which reports tell of one event: `cluster_tellings(tellings) -> list of groups`; docs/relations.md has the method."""

from detente.clusters.linkage import cluster_tellings
from detente.clusters.parameters import ClusterParameters
from detente.clusters.tellings import Telling

__all__ = ["ClusterParameters", "Telling", "cluster_tellings"]
