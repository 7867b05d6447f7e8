"""Objects that carry their own source code and say how to rebuild themselves, as StyleGAN2 and 3 publish networks.

Written anew from the outside of those files: a call of torch_utils.persistence._reconstruct_persistent_obj with one
dictionary: type, version, module_src, class_name and state.
"""

import sys
import types

from torch import nn
import torch

SOURCE = "class Mapping(Network): ...\n"
_CLASSES = {}


def _reconstruct_persistent_obj(meta):
    obj = _CLASSES[meta["class_name"]].__new__(_CLASSES[meta["class_name"]])
    nn.Module.__init__(obj)
    obj.__dict__.update(meta["state"])
    return obj


_reconstruct_persistent_obj.__module__ = "torch_utils.persistence"
sys.modules["torch_utils"] = types.ModuleType("torch_utils")
sys.modules["torch_utils.persistence"] = types.ModuleType("torch_utils.persistence")
sys.modules["torch_utils"].persistence = sys.modules["torch_utils.persistence"]
sys.modules["torch_utils.persistence"]._reconstruct_persistent_obj = _reconstruct_persistent_obj


class Network(nn.Module):
    def __reduce__(self):
        meta = dict(type="class", version=6, module_src=SOURCE, class_name=type(self).__name__,
                    state=dict(self.__dict__, _init_args=(), _init_kwargs={"z_dim": 2}))
        return _reconstruct_persistent_obj, (meta,)

    def __reduce_ex__(self, protocol):
        return self.__reduce__()


class FullyConnected(Network):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = nn.Parameter(torch.arange(float(inputs * outputs)).reshape(outputs, inputs))
        self.bias = nn.Parameter(torch.full([outputs], 0.5))


class Mapping(Network):
    def __init__(self):
        super().__init__()
        self.z_dim = 2
        self.fc0 = FullyConnected(2, 3)
        self.register_buffer("w_avg", torch.tensor([0.1, 0.2, 0.3]))


class Synthesis(Network):
    def __init__(self):
        super().__init__()
        self.mapping = Mapping()
        self.num_ws = 4


_CLASSES.update({c.__name__: c for c in (FullyConnected, Mapping, Synthesis)})
