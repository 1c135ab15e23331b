"""An archive of `torch.export.save` as a programme: a text and raw numbers. None of torch's own readers is used, as
they run pickles: the sample inputs, and whatever the archive says is pickled."""

from __future__ import annotations

import json
import zipfile
from typing import Any

from checks.networks._reading._program import Call, Program, Ref
from checks.networks._reading._trace import SAMPLES

_DTYPES = {
    1: "uint8",
    2: "int8",
    3: "int16",
    4: "int32",
    5: "int64",
    6: "float16",
    7: "float32",
    8: "float64",
    12: "bool",
    13: "bfloat16",
}
"""Torch's numbers of types in archives (torch._export.serde.schema.ScalarType)."""

_PLAIN = {"as_int", "as_ints", "as_float", "as_floats", "as_bool", "as_bools", "as_string", "as_strings"}
_SAME = {"as_memory_format", "as_layout", "as_device"}  # how tensors lie, which changes no number

LARGEST_TEXT = 1 << 28
"""Bytes of the text of a graph: 256 MB, chosen; networks of a thousand layers take 2 MB."""


def read_archive(archive: zipfile.ZipFile) -> Program:
    """The one model in an archive, of one input.

    Raises:
        ValueError: a damaged archive, several models, pickles in the place of numbers, an older form, several inputs or
            outputs, an input of open sizes other than that of the batch.
    """
    try:
        return _Archive(archive).program()
    except (KeyError, TypeError, IndexError, AttributeError, json.JSONDecodeError, zipfile.BadZipFile) as error:
        raise ValueError(f"the archive is damaged, or of a form that is not known ({error!r})") from error


class _Archive:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.root = archive.namelist()[0].split("/", maxsplit=1)[0]
        if any(info.compress_type != zipfile.ZIP_STORED for info in archive.infolist()):
            raise ValueError("the archive is compressed, which torch.export.save does not do")
        names = archive.namelist()
        models = [n for n in names if n.startswith(f"{self.root}/models/") and n.endswith(".json")]
        pickled = any(n.startswith(f"{self.root}/data/weights/") and n.endswith(".pt") for n in names)
        if pickled or "serialized_exported_program.json" in names:
            raise ValueError("the archive is of an older torch, whose weights are pickled: load and save it with 2.9")
        if len(models) != 1:
            raise ValueError(f"the archive holds {len(models)} exported models: save one")
        self.model = models[0].rsplit("/", maxsplit=1)[-1].removesuffix(".json")
        self.text = self._json(f"models/{self.model}.json")
        self.graph = self.text["graph_module"]["graph"]
        self.batch = SAMPLES

    def program(self) -> Program:
        weights, constants = self._tensors("weights"), self._tensors("constants")
        tensors, titles, sources = {}, {}, []
        for spec in self.text["graph_module"]["signature"]["input_specs"]:
            [(kind, entry)] = [(k, v) for k, v in spec.items() if v is not None]
            if kind == "user_input":
                sources.append(entry["arg"]["as_tensor"]["name"] if "as_tensor" in entry["arg"] else None)
                continue
            title = entry.get(f"{kind}_name")
            if title is None or not (title in weights or title in constants):
                raise ValueError(f"the archive holds a {kind} that is no tensor: only tensors are read")
            tensors[entry["arg"]["name"]] = weights[title] if title in weights else constants[title]
            titles[entry["arg"]["name"]] = title
        if len(sources) != 1 or sources[0] is None:
            raise ValueError(
                f"the model takes {len(sources)} inputs, or none that is a tensor: export one of one tensor"
            )
        sizes = self.graph["tensor_values"][sources[0]]["sizes"]
        if not sizes:
            raise ValueError("the model takes a number, without an axis of samples")
        self.batch = sizes[0].get("as_int") or SAMPLES
        shape = tuple(size.get("as_int") for size in sizes[1:])
        if None in shape:
            raise ValueError(
                "the model is exported for inputs of any size: let only the first axis, of samples, be open"
            )
        if not all(isinstance(n, int) and n > 0 for n in (self.batch, *shape)):
            raise ValueError(f"the archive is damaged: its input has the shape {(self.batch, *shape)}")
        calls = tuple(call for node in self.graph["nodes"] for call in self._calls(node))
        return Program(sources[0], shape, self.batch, tensors, titles, calls, self._result(), trusted=False)

    def _json(self, name: str) -> Any:
        info = self.archive.getinfo(f"{self.root}/{name}")
        if info.file_size > LARGEST_TEXT:
            raise ValueError(f"{name} in the archive has {info.file_size} bytes: more than a network needs")
        return json.loads(self.archive.read(info))

    def _tensors(self, kind: str) -> dict[str, Any]:
        import torch

        found, read = {}, {}
        for title, entry in self._json(f"data/{kind}/{self.model}_{kind}_config.json")["config"].items():
            meta, path = entry["tensor_meta"], entry["path_name"]
            if entry["use_pickle"] or meta is None:
                raise ValueError(f"{title} is pickled in the archive, and may hold a programme: export plain tensors")
            dtype = getattr(torch, _DTYPES.get(meta["dtype"], "complex64"))
            if path not in read:
                read[path] = bytearray(self.archive.read(f"{self.root}/data/{kind}/{path}"))
            flat = torch.frombuffer(read[path], dtype=dtype) if read[path] else torch.zeros(0, dtype=dtype)
            sizes, strides = ([_whole(n) for n in meta[name]] for name in ("sizes", "strides"))
            start = _whole(meta["storage_offset"])
            reach = 1 + start + sum((n - 1) * s for n, s in zip(sizes, strides, strict=True))
            if min([start, *sizes, *strides]) < 0 or (0 not in sizes and reach > flat.numel()):
                raise ValueError(f"{title} reaches beyond its file in the archive")
            found[title] = flat.as_strided(sizes, strides, start).clone()
        return found

    def _calls(self, node: dict[str, Any]) -> list[Call]:
        target = node["target"].removeprefix("torch.ops.")
        if target.startswith("higher_order"):
            raise ValueError(
                f"the archive calls {target}: export the model in evaluation, without gradients or branches"
            )
        args, kwargs = [], {}
        for entry in node["inputs"]:
            value = self._argument(entry["arg"])
            if entry.get("kind", 1) == 2:
                kwargs[entry["name"]] = value
            else:
                args.append(value)
        path, kind = _module(node.get("metadata", {}).get("nn_module_stack", ""))
        names = [name for output in node["outputs"] for name in _names(output)]
        several = len(node["outputs"]) > 1 or any("as_tensors" in output for output in node["outputs"])
        if not several:
            return [Call(target, tuple(args), kwargs, tuple(names), path, kind)]
        whole = f"{names[0]}, whole"
        parts = [Call("getitem", (Ref(whole), i), {}, (name,), path, kind) for i, name in enumerate(names) if name]
        return [Call(target, tuple(args), kwargs, (whole,), path, kind), *parts]

    def _argument(self, arg: dict[str, Any]) -> Any:
        import torch

        [(kind, value)] = [(k, v) for k, v in arg.items() if v is not None]
        if kind in _PLAIN:
            if kind in ("as_float", "as_floats"):
                return [float(v) for v in value] if kind == "as_floats" else float(value)
            return value
        if kind in ("as_none", *_SAME):
            return None
        if kind == "as_tensor":
            return Ref(value["name"])
        if kind == "as_tensors":
            return [Ref(item["name"]) for item in value]
        if kind == "as_optional_tensor":
            return self._argument(value)
        if kind == "as_optional_tensors":
            return [self._argument(item) for item in value]
        if kind == "as_scalar_type":
            return getattr(torch, _DTYPES[value])
        if kind == "as_sym_int":
            return Ref(value["as_name"]) if "as_name" in value else value["as_int"]
        if kind == "as_sym_ints":
            return [self._argument({"as_sym_int": item}) for item in value]
        raise ValueError(
            f"the archive hands {kind.removeprefix('as_')} to an operator: only tensors and numbers are read"
        )

    def _result(self) -> str:
        outputs = self.text["graph_module"]["signature"]["output_specs"]
        [(kind, entry)] = outputs[0].items() if len(outputs) == 1 else [("", {})]
        return str(entry["arg"]["as_tensor"]["name"]) if kind == "user_output" and "as_tensor" in entry["arg"] else ""


def _whole(entry: dict[str, Any]) -> int:
    return int(entry["as_int"])


def _names(output: dict[str, Any]) -> list[str]:
    [(kind, value)] = [(k, v) for k, v in output.items() if v is not None]
    if kind == "as_tensors":
        return [str(item["name"]) for item in value]
    if kind == "as_none":
        return [""]
    return [str(value["as_name"] if kind == "as_sym_int" else value["name"])]


def _module(stack: str) -> tuple[str, str]:
    """The path and the class of the innermost module: "L__self__0,0,torch.nn.modules.conv.Conv2d" ends with them."""
    parts = stack.rsplit(";", maxsplit=1)[-1].rsplit(",", maxsplit=2) if stack else []
    return (parts[1], parts[2].rsplit(".", maxsplit=1)[-1]) if len(parts) == 3 else ("", "")
