"""Writes modules.ts: modules of hflayers with their parameters, inputs, outputs and gradients, in double precision.

    git clone https://github.com/ml-jku/hopfield-layers
    PYTHONPATH=hopfield-layers python3 experiments/ramsauer-2020/write_modules.py > experiments/ramsauer-2020/modules.ts

The gradient of masked_select is wrong in PyTorch 1.13 for a tensor that is not contiguous, as the keys of hflayers are: with
several updates its gradients are not those of differences, by up to 0.4 of the largest. Keys are made contiguous here.
"""
import json
import torch
from hflayers import Hopfield, HopfieldLayer, HopfieldPooling

torch.set_default_dtype(torch.float64)
select = torch.Tensor.masked_select
torch.Tensor.masked_select = lambda self, mask: select(self.contiguous(), mask)


def rounded(tensor):
    """Numbers that single precision holds exactly."""
    return torch.round(tensor * 4096) / 4096


def listed(tensor):
    return [list(tensor.shape), [float(x) for x in tensor.detach().flatten()]]


torch.manual_seed(2)
patterns, states = rounded(torch.randn(2, 5, 4)), rounded(torch.randn(2, 3, 4))
modules = {
    "pooling": (HopfieldPooling(input_size=4, hidden_size=2, output_size=3, num_heads=2), {"patterns": patterns}),
    "association": (
        Hopfield(input_size=4, hidden_size=2, num_heads=2, update_steps_max=2, update_steps_eps=1e-30),
        {"patterns": patterns, "states": states, "values": patterns},
    ),
    "lookup": (HopfieldLayer(input_size=4, hidden_size=2, quantity=6, num_heads=2), {"states": states}),
    "pooling in steps": (
        HopfieldPooling(input_size=4, hidden_size=3, update_steps_max=3, update_steps_eps=1e-30, scaling=0.7, quantity=2),
        {"patterns": patterns},
    ),
}
fixtures = {}
for name, (module, inputs) in modules.items():
    module.eval()
    for parameter in module.parameters():
        parameter.data = rounded(parameter.data + 0.4 * torch.randn_like(parameter))
    given = tuple(inputs.values())
    output = module(given if len(given) == 3 else given[0])
    (output**2).sum().backward()
    fixtures[name] = {
        "parameters": {key: listed(value) for key, value in module.state_dict().items()},
        "inputs": {key: listed(value) for key, value in inputs.items()},
        "output": listed(output),
        "gradients": {key: listed(value.grad)[1] for key, value in module.named_parameters()},
    }
print("""/**
 * Modules of hflayers with their parameters, inputs, outputs and gradients of the sum of the squared outputs, in double precision by PyTorch.
 * Made by write_modules.py; do not edit.
 */
export const modules: Readonly<Record<string, Module>> = JSON.parse(`""")
print(json.dumps(fixtures))
print("""`);

/** An array and its shape. */
type Listed = readonly [shape: readonly number[], values: readonly number[]];

/** A module by the names of its state dictionary. */
export interface Module {
  readonly parameters: Readonly<Record<string, Listed>>;
  readonly inputs: Readonly<Record<string, Listed>>;
  readonly output: Listed;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}""")
