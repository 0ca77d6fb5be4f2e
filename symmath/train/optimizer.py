"""Muon for the matrices of the layers, AdamW for everything else, on float32 master weights."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from symmath.train.config import TrainConfig

_ENCODER = ("embedding.", "encoder.", "encoder_norm.")


def _is_hidden_matrix(name: str, parameter: Tensor) -> bool:
    return parameter.dim() == 2 and name.startswith(("encoder.", "decoder."))


class MasterOptimizer:
    """Optimises float32 copies of a model's weights; the model itself may compute in bfloat16.

    Parameters
    ----------
    model : nn.Module
        Its parameters are overwritten by the rounded masters after every step.
    config : TrainConfig
    """

    def __init__(self, model: nn.Module, config: TrainConfig) -> None:
        self._working = dict(model.named_parameters())
        self.masters = {name: p.detach().float().clone() for name, p in self._working.items()}
        matrices = self._groups(config.matrix_rate, config.encoder_rate, hidden=True)
        others = self._groups(config.other_rate, config.encoder_rate, hidden=False)
        self.optimizers: tuple[torch.optim.Optimizer, ...] = (
            # Scales each update by sqrt(max(1, rows / columns)), torch's default.
            torch.optim.Muon(matrices, weight_decay=config.weight_decay),
            torch.optim.AdamW(others, betas=(0.9, 0.95), weight_decay=0.0),
        )

    def _groups(self, rate: float, encoder_rate: float, *, hidden: bool) -> list[dict[str, Any]]:
        """Return the masters of one optimiser by peak rate: the encoder's apart, if it has its own."""
        groups: dict[float, list[Tensor]] = {}
        for name, master in self.masters.items():
            if _is_hidden_matrix(name, master) is hidden:
                own = rate * encoder_rate if name.startswith(_ENCODER) else rate
                groups.setdefault(own, []).append(master)
        return [{"params": masters, "lr": own, "peak": own} for own, masters in groups.items()]

    @torch.no_grad()
    def collect(self) -> None:
        """Move the model's gradients to the masters, adding to what they hold, in float32."""
        for name, parameter in self._working.items():
            if parameter.grad is None:
                continue
            gradient, master = parameter.grad.float(), self.masters[name]
            master.grad = gradient if master.grad is None else master.grad + gradient
            parameter.grad = None

    @torch.no_grad()
    def gradients(self) -> list[Tensor]:
        """Return the gradients of all weights that aren't frozen, zero where there is none yet."""
        free = [self.masters[name] for name, p in self._working.items() if p.requires_grad]
        for master in free:
            if master.grad is None:
                master.grad = torch.zeros_like(master)
        return [master.grad for master in free if master.grad is not None]

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Take a step at `rate` times the configured learning rates, and clear the gradients.

        A master without gradient is left alone: it is frozen.
        """
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * rate
            optimizer.step()
            optimizer.zero_grad()
        self.copy_to_model()

    @torch.no_grad()
    def copy_to_model(self) -> None:
        """Round the masters into the model."""
        for name, parameter in self._working.items():
            parameter.copy_(self.masters[name])

    def state(self) -> dict[str, Tensor]:
        """Return masters and optimiser memory as flat named tensors."""
        names = {id(master): name for name, master in self.masters.items()}
        tensors = {f"master/{name}": master for name, master in self.masters.items()}
        for optimizer in self.optimizers:
            for master, memory in optimizer.state.items():
                for key, value in memory.items():
                    tensors[f"{key}/{names[id(master)]}"] = torch.as_tensor(value)
        return tensors

    @torch.no_grad()
    def load_state(self, tensors: dict[str, Tensor]) -> None:
        """Restore what `state` returned."""
        for name, master in self.masters.items():
            master.copy_(tensors[f"master/{name}"])
        names = {id(master): name for name, master in self.masters.items()}
        keyed: dict[str, dict[str, Tensor]] = {}
        for path, value in tensors.items():
            key, name = path.split("/", 1)
            if key != "master":
                keyed.setdefault(name, {})[key] = value.clone()
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                for master in group["params"]:
                    if memory := keyed.get(names[id(master)]):
                        optimizer.state[master] = memory
        self.copy_to_model()
