"""Muon or AdamW for the matrices of the layers, AdamW for the rest, on float32 master weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from symmath.train.config import TrainConfig

_BETAS = (0.9, 0.95)
ENCODER = ("embedding.", "encoder.", "encoder_norm.")
"""What the names of the encoder's weights begin with."""


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
        self.averages: dict[str, Tensor] = {}
        self._decay = config.average
        matrices = self._groups(config.matrix_rate, config.encoder_rate, hidden=True)
        others = self._groups(config.other_rate, config.encoder_rate, hidden=False)
        for_matrices: torch.optim.Optimizer
        if config.optimizer == "muon":
            # Scales each update by sqrt(max(1, rows / columns)), torch's default.
            for_matrices = torch.optim.Muon(matrices, weight_decay=config.weight_decay)
        else:
            for_matrices = torch.optim.AdamW(matrices, betas=_BETAS, weight_decay=config.weight_decay)
        for_others = torch.optim.AdamW(others, betas=_BETAS, weight_decay=0.0)
        self.optimizers: tuple[torch.optim.Optimizer, ...] = (for_matrices, for_others)

    def _groups(self, rate: float, encoder_rate: float, *, hidden: bool) -> list[dict[str, Any]]:
        """Return the masters of one optimiser by peak rate: the encoder's apart, if it has its own."""
        groups: dict[float, list[Tensor]] = {}
        for name, master in self.masters.items():
            if _is_hidden_matrix(name, master) is hidden:
                own = rate * encoder_rate if name.startswith(ENCODER) else rate
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
        if self._decay:
            self._follow()
        self.copy_to_model()

    def _follow(self) -> None:
        """Move the averages, which start at the first masters, towards the masters."""
        for name, master in self.masters.items():
            if name in self.averages:
                self.averages[name].lerp_(master, 1 - self._decay)
            else:
                self.averages[name] = master.clone()

    @property
    def weights(self) -> Mapping[str, Tensor]:
        """The weights to be used: the averages, if there are any, or the masters."""
        return self.averages or self.masters

    def copy_to_model(self) -> None:
        """Round the masters into the model."""
        self._copy(self.masters)

    @contextmanager
    def weights_in_model(self) -> Iterator[None]:
        """Have the weights to be used in the model for a while."""
        self._copy(self.weights)
        try:
            yield
        finally:
            self.copy_to_model()

    @torch.no_grad()
    def _copy(self, weights: Mapping[str, Tensor]) -> None:
        for name, parameter in self._working.items():
            parameter.copy_(weights[name])

    def state(self) -> dict[str, Tensor]:
        """Return masters and optimiser memory as flat named tensors."""
        names = {id(master): name for name, master in self.masters.items()}
        tensors = {f"master/{name}": master for name, master in self.masters.items()}
        tensors |= {f"average/{name}": average for name, average in self.averages.items()}
        for optimizer in self.optimizers:
            for master, memory in optimizer.state.items():
                for key, value in memory.items():
                    tensors[f"{key}/{names[id(master)]}"] = torch.as_tensor(value)
        return tensors

    @torch.no_grad()
    def load_state(self, tensors: dict[str, Tensor]) -> None:
        """Restore what `state` returned.

        Averages of a state whose run has none any more are dropped; those that are missing start.

        Raises
        ------
        KeyError
            If a master is missing, or its memory is that of another optimiser.
        """
        for name, master in self.masters.items():
            master.copy_(tensors[f"master/{name}"])
        names = {id(master): name for name, master in self.masters.items()}
        keyed: dict[str, dict[str, Tensor]] = {}
        for path, value in tensors.items():
            key, name = path.split("/", 1)
            if key == "average" and self._decay:
                self.averages[name] = value.clone()
            elif key not in ("master", "average"):
                keyed.setdefault(name, {})[key] = value.clone()
        for optimizer in self.optimizers:
            needed = "momentum_buffer" if isinstance(optimizer, torch.optim.Muon) else "exp_avg"
            for group in optimizer.param_groups:
                for master in group["params"]:
                    if memory := keyed.get(names[id(master)]):
                        if needed not in memory:
                            raise KeyError(f"{needed} of {names[id(master)]}")
                        optimizer.state[master] = memory
        self.copy_to_model()
