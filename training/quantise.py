"""Puts matrix products in 8 bits: weights by output channel, activations by row.

A row (a token's vector) is scaled by its own largest value while the model runs, so that a pair's figures don't depend
on what else stands in its batch, and one outlier coarsens one row only. onnxruntime's own dynamic quantisation has one
scale for the whole batch: on the foreign set that cost one point by type, and moved single probabilities by up to .2.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import GraphProto, NodeProto, TensorProto, helper, numpy_helper

LEVELS = 127
ZERO = 128
TINY = 1e-9


class _Rewriter:
    """Replaces the products of one graph, each by nodes that scale, round, multiply whole numbers and scale back."""

    def __init__(self, graph: GraphProto) -> None:
        self.graph = graph
        self.constants = {item.name: item for item in graph.initializer}
        self.nodes: list[NodeProto] = []
        self.rounded: dict[str, str] = {}

    def constant(self, name: str, value: np.ndarray | np.generic) -> str:
        self.graph.initializer.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def add(self, operator: str, inputs: list[str], output: str, **attributes: object) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def run(self) -> int:
        """Rewrites the graph; gives the number of products."""
        count = 0
        self.constant("row_step", np.float32(1 / LEVELS))
        self.constant("row_zero", np.uint8(ZERO))
        self.constant("row_tiny", np.float32(TINY))
        self.constant("row_axis", np.array([1], np.int64))
        for node in self.graph.node:
            weight = self.constants.get(node.input[1]) if node.op_type == "MatMul" else None
            if weight is None or len(weight.dims) != 2:
                self.nodes.append(node)
                continue
            self.product(node, numpy_helper.to_array(weight))
            count += 1
        del self.graph.node[:]
        self.graph.node.extend(self.nodes)
        used = {name for node in self.nodes for name in node.input}
        for item in list(self.graph.initializer):
            if item.name not in used:
                self.graph.initializer.remove(item)
        return count

    def rows(self, source: str, width: int) -> str:
        """Rounds an input once for all products that read it; gives the names' beginning."""
        if source in self.rounded:
            return self.rounded[source]
        name = self.rounded[source] = f"{source}_rows"
        flat = self.add("Reshape", [source, self.constant(f"{name}_flat", np.array([-1, width]))], f"{name}_x")
        largest = self.add("ReduceMax", [self.add("Abs", [flat], f"{name}_abs"), "row_axis"], f"{name}_max", keepdims=1)
        step = self.add("Mul", [largest, "row_step"], f"{name}_step")
        scale = self.add("Max", [step, "row_tiny"], f"{name}_scale")
        line = self.add("Squeeze", [scale, "row_axis"], f"{name}_line")
        zeros = self.add(
            "ConstantOfShape", [self.add("Shape", [line], f"{name}_count")], f"{name}_zeros",
            value=numpy_helper.from_array(np.array([ZERO], np.uint8)),
        )  # fmt: skip
        self.add("QuantizeLinear", [flat, line, zeros], f"{name}_whole", axis=0)
        self.add("Shape", [source], f"{name}_lead", start=0, end=-1)
        return name

    def product(self, node: NodeProto, weight: np.ndarray) -> None:
        rows, name = self.rows(node.input[0], weight.shape[0]), f"{node.name}_whole"
        scale = np.abs(weight).max(0).astype(np.float32) / LEVELS
        scale[scale == 0] = 1
        whole = np.clip(np.round(weight / scale), -LEVELS, LEVELS).astype(np.int8)
        inputs = [f"{rows}_whole", self.constant(f"{name}_w", whole), "row_zero"]
        counts = self.add("Cast", [self.add("MatMulInteger", inputs, f"{name}_sum")], f"{name}_f", to=TensorProto.FLOAT)
        scaled = self.add("Mul", [counts, f"{rows}_scale"], f"{name}_s")
        flat = self.add("Mul", [scaled, self.constant(f"{name}_by", scale[None, :])], f"{name}_y")
        last = self.constant(f"{name}_n", np.array([weight.shape[1]]))
        shape = self.add("Concat", [f"{rows}_lead", last], f"{name}_shape", axis=0)
        self.add("Reshape", [flat, shape], node.output[0])


def quantise_rows(source: Path, target: Path) -> int:
    """Writes the model with its products by constant matrices in 8 bits; gives their number."""
    model = onnx.load(str(source))
    count = _Rewriter(model.graph).run()
    onnx.checker.check_model(model)
    onnx.save(model, str(target))
    return count
