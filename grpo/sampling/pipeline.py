"""Learner and sampler side by side: orders ahead, with weights that are a bounded number of versions old.

    step s is sampled with version  max(0, s - 1 - staleness)          (version v: the weights after v updates)

With a staleness of 0 the sampler waits for the weights of the step before, and gives what the policy itself would have
sampled. With k > 0 it works on up to k steps ahead while the learner learns. Which version samples a step is a function
of the step, not of who happened to be faster; so a run can be repeated, and a sampler that was killed gives again what
was lost. A server whose weights are not in the learner's hand says which ones it used, or is taken to have kept those
it began with: if these are too old the learner waits and asks again. Bounded staleness: Ho et al., 2013, "More
effective distributed ML via a stale synchronous parallel parameter server"; for language models Noukhovitch et al.,
2024, arXiv:2410.18252. What the lag does to the gradient is weighed by ``grpo.learning.importance``.
"""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from transformers import PreTrainedTokenizerBase

from grpo import parallel
from grpo.elsewhere import SampledBy
from grpo.errors import ConfigInvalid, SamplerStale
from grpo.model.policy import Policy
from grpo.model.weights import Weights
from grpo.sampling.endpoint import Connect, Endpoint, connected
from grpo.sampling.sampler_process import Process
from grpo.sampling.sampling import Order, Sampled, Sampler, checked

PAUSE = 1.0  # seconds between two questions to a server whose weights are too old


@dataclass(frozen=True)
class Delivery:
    """Rows of an order, how many versions their weights were behind, and the seconds that the learner waited."""

    rows: list[Sampled]
    lag: int
    waited: float


class Pipeline:
    """Orders to one sampler, worked on in turn by one thread; ``newest`` is the version published last."""

    def __init__(self, sampler: Sampler, weights: Weights, staleness: int = 0, patience: float = 120.0) -> None:
        self.sampler, self.weights, self.staleness, self.patience = sampler, weights, staleness, patience
        self.orders: dict[tuple[int, int], Future[tuple[list[Sampled], int]]] = {}
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="sampler")
        self.newest, self.loaded = -1, -1

    def publish(self, version: int, policy: Policy, tokenizer: PreTrainedTokenizerBase) -> None:
        """Make the policy a version; those that no order can need any more go."""
        self.weights.publish(version, policy, tokenizer)
        self.newest = version
        self.weights.forget(version - self.staleness)

    def ask(self, order: Order) -> None:
        """Give ``order``, unless it was given; its answer is fetched with ``answer``."""
        if (order.step, order.again) not in self.orders:
            version, path = self.weights.at_least(max(0, order.step - 1 - self.staleness))
            self.orders[order.step, order.again] = self.thread.submit(self.work, order, version, path)

    def work(self, order: Order, version: int, path: Path) -> tuple[list[Sampled], int]:
        if version != self.loaded:
            self.sampler.load(version, path)
            self.loaded = version
        return self.sampler.sample(order, version)

    def answer(self, order: Order) -> Delivery:
        """The answer to ``order``.

        Raises:
            SamplerBroken, SamplerUnreachable: there is none that can be used.
            SamplerStale: it comes from weights that are too old, and so do later ones.
        """
        started = time.monotonic()
        while True:
            self.ask(order)
            rows, version = self.orders.pop((order.step, order.again)).result()
            lag, waited = order.step - 1 - version, time.monotonic() - started
            if lag <= self.staleness:
                return Delivery(checked(rows, order.rows), lag, waited)
            if waited > self.patience:
                raise SamplerStale(order.step, lag, self.staleness, waited)
            time.sleep(PAUSE)

    def close(self) -> None:
        """Stop the sampler; what it is working on is dropped."""
        self.thread.shutdown(wait=False, cancel_futures=True)
        self.sampler.close()


def opened(
    choice: SampledBy, given: Sampler | None, directory: Path, threads: int, keep: bool = False
) -> Pipeline | None:
    """The pipeline that the settings ask for; ``None`` where the policy samples itself.

    Args:
        given: a sampler that the caller brings; it goes before that of the settings.
        directory: where versions of the weights are published.
        threads: of a process beside the learner.
        keep: the versions in ``directory``, those of a checkpoint; without it they are removed.

    Raises:
        ConfigInvalid: there are several learners, each of which samples its own share.
    """
    if (given is not None or choice.kind != "policy") and parallel.size() > 1:
        message = "several processes that learn together sample for themselves"
        raise ConfigInvalid("grpo.sampler.kind", message, "use kind policy, or one process")
    if not keep:
        Weights(directory).clear()
    sampler = given
    if sampler is None and choice.kind == "process":
        sampler = Process(threads, choice.timeout, choice.tries)
    if sampler is None and choice.kind == "endpoint":
        sampler = endpoint(choice)
    return Pipeline(sampler, Weights(directory), choice.staleness, choice.timeout) if sampler else None


def endpoint(choice: SampledBy, key: str = "", connect: Connect = connected) -> Endpoint:
    """The server of the settings; a key is no setting, and who has one brings it."""
    c = choice
    return Endpoint(c.url, c.model, key, c.reload, c.batch, c.timeout, c.tries, connect)
