"""What the demo tells at its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ops.demo.findings import WORTH, Findings, Learning, Reward


def summary(findings: Findings, access: Mapping[str, str]) -> Iterator[str]:
    """The summary line by line.

    access: studio (empty where the browser part is not built), api, router, email, password, home.
    """
    counts = findings.counts
    yield f"documents   {counts['documents']} with {counts['sections']} sections{_dropped(findings, 'documents')}"
    yield f"samples     {counts['generated']} of {counts['asked']} asked for{_dropped(findings, 'generation')}"
    yield f"curation    {counts['kept']} of {counts['generated']} kept by {findings.ids['rule']}"
    yield from _reasons(findings, "curation")
    yield f"dataset     {counts['train']} to train on, {counts['heldout']} held out{_dropped(findings, 'dataset')}"
    yield f"            Merkle root {findings.ids['merkle_root']}"
    yield f"training    {counts['steps']} steps in {findings.seconds['training']:.0f} s"
    yield from _learning(findings.learning)
    if findings.trial is not None:
        trial = findings.trial
        yield f"deployment  verdict: {trial.decision}, known here after {trial.asked} held-out questions to the router"
        for role, arm in trial.arms.items():
            yield f"            {role}: {_reward(arm.right)} of {arm.calls} answers right"
        yield f"            {trial.reason}"
    chat = findings.chat
    yield f"chat        {chat['question']}"
    yield f"            {chat['answer']!r} by {chat['version']} (the text says {chat['expected']!r})"
    yield f"lineage     {' <- '.join(findings.lineage)}{_origin(findings)}"
    yield f"time        {sum(findings.seconds.values()):.0f} s"
    yield ""
    if access["studio"]:
        yield f"studio      {access['studio']}  (open it in a browser)"
    else:
        yield "studio      the browser part is not built; it needs Node 20.19 or newer: make web"
    yield f"API         {access['api']}  (documentation: {access['api']}/docs)"
    yield f"chat        {access['router']}/v1  (OpenAI-compatible)"
    yield f"login       {access['email']} / {access['password']}"
    yield f"stop        studio down  (everything is kept in {access['home']})"


def _learning(learning: Learning | None) -> Iterator[str]:
    if learning is None:
        yield "            nothing was held out: no claim about learning"
        return
    yield (
        f"held out    reward {_reward(learning.before)} before, {_reward(learning.after)} after, on "
        f"{learning.items} questions of {learning.sections} sections that training never saw"
    )
    yield f"gain        {_reward(learning.gain, '+.3f')} after minus before, by section"
    if learning.shown:
        yield "            the model learned to find and copy answers; that is not understanding"
    else:
        yield (
            f"            NOT SHOWN: the lower end of the interval is not above {WORTH}. "
            "More documents, more samples or more steps may help"
        )


def _reward(reward: Reward, form: str = ".3f") -> str:
    return f"{reward.mean:{form}} [{reward.low:{form}}, {reward.high:{form}}]"


def _dropped(findings: Findings, stage: str) -> str:
    reasons = findings.dropped.get(stage, {})
    return "; dropped: " + ", ".join(f"{count} {reason}" for reason, count in reasons.items()) if reasons else ""


def _reasons(findings: Findings, stage: str) -> Iterator[str]:
    for reason, count in sorted(findings.dropped.get(stage, {}).items(), key=lambda pair: -pair[1]):
        yield f"            {count:>4} dropped: {reason}"


def _origin(findings: Findings) -> str:
    origin = findings.origin
    if origin is None:
        return ""
    told = {"bytes": "checked in the file", "text": "", "differs": "the file says something else there"}
    note = f" ({told[origin.checked]})" if told[origin.checked] else ""
    return f" <- {origin.document} {origin.place} {origin.quote!r}{note}"
