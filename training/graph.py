"""The network as an ONNX graph, written from its weights: products in 8 bits, the rest onnxruntime's fused operators.

Weights have a scale for each output channel. A row (a token's vector) is scaled by its own largest value while the
model runs, so that a pair's figures don't depend on what else stands in its batch, and one outlier coarsens one row
only. onnxruntime's own dynamic quantisation has one scale for the whole batch: on the foreign set that cost one point
by type, and moved single probabilities by up to .2. A graph exported from torch and rounded afterwards takes a tenth
more time.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LEVELS = 127
ZERO = 128
TINY = 1e-9
EPSILON = 1e-12
"""Of MiniLM's layer norms."""
OPSET, IR_VERSION = 18, 9
FUSED = "com.microsoft"

Weights = dict[str, np.ndarray]


class Graph:
    """Nodes and constants of one graph; every operator gets a name of its own."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, value: np.ndarray | np.generic) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def integers(self, *values: int) -> str:
        return self.constant(np.array(values, np.int64))

    def add(self, operator: str, *inputs: str, output: str = "", domain: str = "", **attributes: object) -> str:
        name = output or f"{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], domain=domain, **attributes))
        return name

    def parts(self, source: str, count: int) -> list[str]:
        """Equal parts of the last axis."""
        names = [f"part_{len(self.nodes)}_{number}" for number in range(count)]
        self.nodes.append(helper.make_node("Split", [source], names, axis=-1, num_outputs=count))
        return names

    def save(self, path: Path, outputs: dict[str, int]) -> None:
        inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "width"]) for n in ("ids", "mask")]
        results = [helper.make_tensor_value_info(n, TensorProto.FLOAT, ["batch", w]) for n, w in outputs.items()]
        graph = helper.make_graph(self.nodes, "relation", inputs, results, self.constants)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(FUSED, 1)]
        onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION), str(path))


def whole(matrix: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """The matrix in 8 bits and its scales, one for what lies along `axis`."""
    scale = np.abs(matrix).max(axis, keepdims=True).astype(np.float32) / LEVELS
    scale[scale == 0] = 1
    return np.clip(np.round(matrix / scale), -LEVELS, LEVELS).astype(np.int8), scale.squeeze(axis)


class Products:
    """Products by constant matrices, in 8 bits or, to compare with, in 32."""

    def __init__(self, graph: Graph, is_whole: bool) -> None:
        self.graph, self.is_whole = graph, is_whole
        self.step, self.tiny = graph.constant(np.float32(1 / LEVELS)), graph.constant(np.float32(TINY))
        self.one, self.zero = graph.constant(np.float32(1)), graph.constant(np.uint8(ZERO))
        self.axis = graph.integers(1)

    def of(self, rows: str, matrix: np.ndarray) -> str:
        """Rows by a matrix of torch's layout, outputs first; no bias."""
        graph = self.graph
        if not self.is_whole:
            return graph.add("MatMul", rows, graph.constant(matrix.T))
        largest = graph.add("ReduceMax", graph.add("Abs", rows), self.axis, keepdims=1)
        scale = graph.add("Max", graph.add("Mul", largest, self.step), self.tiny)
        line = graph.add("Squeeze", scale, self.axis)
        zeros = graph.add(
            "ConstantOfShape", graph.add("Shape", line), value=numpy_helper.from_array(np.array([ZERO], np.uint8))
        )
        rounded = graph.add("QuantizeLinear", rows, line, zeros, axis=0)
        values, by = whole(matrix.T, 0)
        product = graph.add(
            "MatMulIntegerToFloat",
            *(rounded, graph.constant(values), self.one, graph.constant(by), self.zero),
            domain=FUSED,
        )
        return graph.add("Mul", product, scale)


class Network:
    """MiniLM with the markers, its pooling and its heads, as in `training.model`."""

    def __init__(self, weights: Weights, heads: int, max_tokens: int, is_whole: bool) -> None:
        self.weights, self.heads, self.max_tokens = weights, heads, max_tokens
        self.graph = Graph()
        self.products = Products(self.graph, is_whole)
        self.width = len(weights["markers"][0])
        self.flat = self.graph.integers(-1, self.width)

    def build(self) -> Graph:
        graph = self.graph
        shape = graph.add("Shape", "ids")
        cube = graph.add("Concat", shape, graph.integers(self.width), axis=0)
        mask = graph.add("Cast", "mask", to=TensorProto.INT32)
        rows = self.embedded(shape)
        for number in range(self.layers()):
            rows = self.layer(f"body.encoder.layer.{number}.", rows, cube, mask)
        self.answers(graph.add("Reshape", rows, cube))
        return graph

    def layers(self) -> int:
        return 1 + max(int(name.split(".")[3]) for name in self.weights if name.startswith("body.encoder.layer."))

    def embedded(self, shape: str) -> str:
        graph, before = self.graph, "body.embeddings."
        table = np.concatenate([self.weights[before + "word_embeddings.weight"], self.weights["markers"]])
        values, scale = whole(table, 1)
        words = graph.add("Cast", graph.add("Gather", graph.constant(values), "ids"), to=TensorProto.FLOAT)
        by = graph.add("Unsqueeze", graph.add("Gather", graph.constant(scale), "ids"), graph.integers(-1))
        places = self.weights[before + "position_embeddings.weight"][: self.max_tokens]
        places = places + self.weights[before + "token_type_embeddings.weight"][0]
        width = graph.add("Gather", shape, graph.integers(1))
        taken = graph.add("Slice", graph.constant(places), graph.integers(0), width, graph.integers(0))
        rows = graph.add("Reshape", graph.add("Add", graph.add("Mul", words, by), taken), self.flat)
        return self.normed(rows, before + "LayerNorm")

    def normed(self, rows: str, name: str) -> str:
        scale, bias = (self.graph.constant(self.weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self.graph.add("LayerNormalization", rows, scale, bias, epsilon=EPSILON, axis=-1)

    def layer(self, name: str, rows: str, cube: str, mask: str) -> str:
        graph, weights = self.graph, self.weights
        asked = [f"{name}attention.self.{part}." for part in ("query", "key", "value")]
        joined = self.products.of(rows, np.concatenate([weights[part + "weight"] for part in asked]))
        wide = graph.add("Concat", graph.add("Shape", "ids"), graph.integers(3 * self.width), axis=0)
        attended = graph.add(
            "MultiHeadAttention",
            *graph.parts(graph.add("Reshape", joined, wide), 3),
            graph.constant(np.concatenate([weights[part + "bias"] for part in asked])),
            mask,
            domain=FUSED,
            num_heads=self.heads,
        )
        rows = self.joined(graph.add("Reshape", attended, self.flat), rows, name + "attention.output.")
        inner = self.products.of(rows, weights[name + "intermediate.dense.weight"])
        bias = graph.constant(weights[name + "intermediate.dense.bias"])
        return self.joined(graph.add("BiasGelu", inner, bias, domain=FUSED), rows, name + "output.")

    def joined(self, rows: str, before: str, name: str) -> str:
        """What a layer's part says of its rows, added to what came before it."""
        said = self.products.of(rows, self.weights[name + "dense.weight"])
        said = self.graph.add("Add", said, self.graph.constant(self.weights[name + "dense.bias"]))
        return self.normed(self.graph.add("Add", said, before), name + "LayerNorm")

    def answers(self, cube: str) -> None:
        graph = self.graph
        first = len(self.weights["body.embeddings.word_embeddings.weight"])
        mask = graph.add("Cast", "mask", to=TensorProto.FLOAT)
        shares = [graph.add("Div", mask, graph.add("ReduceSum", mask, graph.integers(1), keepdims=1))]
        for marker in (first, first + 2):
            here = graph.add("Equal", "ids", graph.constant(np.int64(marker)))
            shares.append(graph.add("Cast", here, to=TensorProto.FLOAT))
        axis = graph.integers(1)
        means = [
            graph.add("Squeeze", graph.add("MatMul", graph.add("Unsqueeze", share, axis), cube), axis)
            for share in shares
        ]
        pooled = self.linear(graph.add("Concat", *means, axis=-1), "middle")
        pooled = graph.add("Gelu", pooled, domain=FUSED)
        for head in ("types", "modality"):
            self.linear(pooled, head, output=head)

    def linear(self, rows: str, name: str, output: str = "") -> str:
        matrix, bias = (self.graph.constant(self.weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self.graph.add("Gemm", rows, matrix, bias, output=output, transB=1)


def write_graph(weights: Weights, path: Path, *, heads: int, max_tokens: int, is_whole: bool = True) -> None:
    """Writes the model; `is_whole=False` keeps the products in 32 bits (the word table is in 8 bits in both)."""
    outputs = {head: len(weights[f"{head}.weight"]) for head in ("types", "modality")}
    Network(weights, heads, max_tokens, is_whole).build().save(path, outputs)
