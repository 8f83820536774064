"""How a policy's weights lie on the processes of a run.

``ddp``: whole on every process (data parallelism; Li et al., 2020, arXiv:2006.15704). Gradients are added up once per
update, after its last backward pass.

``fsdp``: spread over all of them, with gradients and moments (fully sharded data parallelism; Zhao et al., 2023,
arXiv:2304.11277; ZeRO, Rajbhandari et al., 2020, arXiv:1910.02054). A layer of this package's network is gathered while
it is computed and let go afterwards; a model of ``transformers`` is gathered as one, because the cache that branches
read is no output of its layers. To sample, all of it is gathered.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

from grpo import parallel
from grpo.model.economy import economise
from grpo.model.head import TokenScores
from grpo.model.network import Llama
from grpo.model.policy import Decoder, Policy
from grpo.model.talking import Talker
from grpo.ragged import Ragged
from grpo.settings import Grpo


def spread(policy: Policy, c: Grpo) -> Policy:
    """``policy`` as the settings want it, on the processes of this run; its weights become those of the leader's.

    Raises:
        ConfigInvalid: its layers cannot be computed again, and that is wanted.
    """
    economise(policy, c)
    if parallel.size() == 1:
        return policy
    with torch.no_grad():
        for tensor in (*policy.module.parameters(), *policy.module.buffers()):
            dist.broadcast(tensor, 0)
    return Spread(policy) if c.parallel == "fsdp" else policy


class Scoring(nn.Module):
    """All that happens between a policy's weights and scores, as one module."""

    def __init__(self, policy: Policy) -> None:
        super().__init__()
        self.module, self.score = policy.module, policy.scores

    def forward(self, *given: Any) -> TokenScores:
        return self.score(*given)


class Spread(Policy):
    """A policy whose weights are spread; its module's parameters are distributed tensors."""

    def __init__(self, policy: Policy) -> None:
        # Some two seconds to import, which a single process never needs.
        from torch.distributed.device_mesh import init_device_mesh
        from torch.distributed.fsdp import FSDPModule, MixedPrecisionPolicy, fully_shard

        self.policy = policy
        network, scoring = policy.module, Scoring(policy)
        device = next(network.parameters()).device.type
        layers = network.layers if isinstance(network, Llama) else []
        lower = network.dtype if isinstance(network, Llama) else None
        precision = MixedPrecisionPolicy(param_dtype=lower, reduce_dtype=torch.float32, cast_forward_inputs=False)
        mesh = init_device_mesh(device, (parallel.size(),))
        for part in (*layers, scoring):
            fully_shard(part, mesh=mesh, mp_policy=precision)
        self.scoring = scoring
        self.parts = [part for part in scoring.modules() if isinstance(part, FSDPModule)]
        for part in self.parts:  # the weights of tokens are shares of the whole batch: gradients add up
            part.set_force_sum_reduction_for_comms(True)
            part.set_gradient_divide_factor(1.0)

    @property
    def module(self) -> nn.Module:
        return self.policy.module

    def gather(self) -> None:
        """All weights on every process, until the next scores; every process must ask."""
        for part in self.parts:
            part.unshard()

    def decoder(self, prompts: Ragged, branches: int, room: int) -> Decoder:
        """See ``Policy``; every process must ask, unless the weights are gathered already."""
        self.gather()
        return self.policy.decoder(prompts, branches, room)

    def talker(self, prompts: Ragged, branches: int) -> Talker:
        """See ``decoder``."""
        self.gather()
        return self.policy.talker(prompts, branches)

    def scores(
        self,
        prompts: Ragged,
        branches: Ragged,
        scored: Tensor,
        temperature: float = 1.0,
        entropy: bool = False,
        chunk: int = 0,
    ) -> TokenScores:
        found: TokenScores = self.scoring(prompts, branches, scored, temperature, entropy, chunk)
        return found


def whole(tensor: Tensor) -> Tensor:
    """All of a tensor that may be spread; every process must ask."""
    if parallel.size() == 1:
        return tensor
    from torch.distributed.tensor import DTensor

    return tensor.full_tensor() if isinstance(tensor, DTensor) else tensor


def local(tensor: Tensor) -> Tensor:
    """What this process holds of a tensor that may be spread; changes to it change the tensor."""
    if parallel.size() == 1:
        return tensor
    from torch.distributed.tensor import DTensor

    return tensor.to_local() if isinstance(tensor, DTensor) else tensor


@torch.no_grad()
def fill(tensor: Tensor, values: Tensor) -> None:
    """Set a tensor that may be spread to ``values``, which are whole."""
    if parallel.size() > 1:
        from torch.distributed.tensor import DTensor, distribute_tensor

        if isinstance(tensor, DTensor):
            tensor.to_local().copy_(distribute_tensor(values, tensor.device_mesh, tensor.placements).to_local())
            return
    tensor.copy_(values)
