"""Generated from schemas/avro by `python -m studio.contract.generate`; do not edit."""

from __future__ import annotations

from dataclasses import dataclass

# fmt: off
# ruff: noqa: E501


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """Why something asked for is missing."""

    reason: str = ''
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One model version behind a deployment."""

    model: str = ''
    version: str = ''
    manifest_blob: str = ''
    weight: float = 0.0
    role: str = 'stable'


@dataclass(frozen=True, slots=True, kw_only=True)
class CurationFailed:
    """Topic studio.curation."""

    code: str = ''
    reason: str = ''
    remedy: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class CurationFinished:
    """All scores exist and the rule was applied. Topic studio.curation.

    result_blob: Parquet: samples, scores, decision, reason.
    """

    samples: int = 0
    kept: int = 0
    dropped: int = 0
    reasons: tuple[Shortfall, ...] = ()
    result_blob: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class CurationRequested:
    """Score the samples of batches and apply a rule. Topic studio.curation.

    rule: Expression over score names.
    scorers: Names of scorers; empty takes the default ones.
    settings: JSON: scorer to its settings.
    """

    batches: tuple[str, ...] = ()
    rule: str = ''
    rule_version: str = ''
    requested_by: str = ''
    scorers: tuple[str, ...] = ()
    settings: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDecided:
    """A person decided about one sample, alone or with others that a filter chose. Topic studio.curation.

    decision: keep, drop, edit, flag or undo.
    question: The new question; of the decision that stands, where that is an edit.
    answer: The new answer; of the decision that stands, where that is an edit.
    standing: What stands after this event: keep, drop, edit, flag or none. Empty before version 2: the decision.
    standing_author: Whose decision stands; empty before version 2: the author.
    opinion: What this author holds after this event; as standing.
    undoes: Revision of the decision that an undo takes back.
    curation_id: Whose queue or filter the sample came from.
    queue: random, near_threshold, disagree or filter.
    selection: JSON: id and filter of a decision about many samples.
    grounding: Of an edit, measured again against the source; -1 where nothing was edited.
    """

    sample_id: str = ''
    decision: str = ''
    author: str = ''
    reason: str = ''
    question: str = ''
    answer: str = ''
    standing: str = ''
    standing_author: str = ''
    opinion: str = ''
    undoes: int = 0
    curation_id: str = ''
    queue: str = ''
    selection: str = ''
    grounding: float = -1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleScored:
    """One score of one sample. Scores are kept for ever; thresholds are queries. Topic studio.curation.scores.

    detail: JSON.
    """

    sample_id: str = ''
    batch_id: str = ''
    curation_id: str = ''
    scorer: str = ''
    scorer_version: str = ''
    value: float = 0.0
    detail: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetFrozen:
    """An immutable version exists. Topic studio.datasets.

    version: Semantic version.
    merkle_root: Hex.
    train_blob: Parquet.
    heldout_blob: Parquet.
    corpus_blob: Canonical text of all documents, UTF-8.
    reward: JSON.
    coverage_blob: JSON: of every document and chunk, how many rows it gave and what dropped the others.
    row_form: Of the rows: 2 has fields that 1 did not know (see the datasets room).
    edited_rows: Rows whose question or answer a reviewer wrote.
    """

    name: str = ''
    version: str = ''
    merkle_root: str = ''
    train_blob: str = ''
    heldout_blob: str = ''
    corpus_blob: str = ''
    train_rows: int = 0
    heldout_rows: int = 0
    train_sections: int = 0
    heldout_sections: int = 0
    reward: str = ''
    dropped: tuple[Shortfall, ...] = ()
    coverage_blob: str = ''
    row_form: int = 1
    edited_rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetRefused:
    """Nothing could be frozen. Topic studio.datasets."""

    code: str = ''
    reason: str = ''
    field: str = ''
    remedy: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetRequested:
    """Topic studio.datasets.

    rule: Empty: the rule of the curation.
    heldout_fraction: Of the sections of each document.
    reward: Reward specification, JSON.
    source_blob: A file of rows to freeze instead of what a curation kept.
    source_name: Name of that file.
    columns: JSON: prompt, answer and context to the columns of that file; what is left out is found.
    without: Documents that are left out, withdrawn or not.
    rebuild_of: The dataset that this one replaces.
    prompt_limit: Characters of passage and question together; 0: the usual limit.
    """

    name: str = ''
    curation_id: str = ''
    rule: str = ''
    heldout_fraction: float = 0.0
    reward: str = ''
    seed: int = 0
    requested_by: str = ''
    source_blob: str = ''
    source_name: str = ''
    columns: str = '{}'
    without: tuple[str, ...] = ()
    rebuild_of: str = ''
    prompt_limit: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLettered:
    """An event a consumer could not take; its key is parked for that consumer. Topic studio.dead.

    headers: JSON.
    body: At most 64 KiB.
    """

    dead_id: str = ''
    consumer: str = ''
    topic: str = ''
    partition: int = 0
    offset: int = 0
    key: str = ''
    code: str = ''
    message: str = ''
    headers: str = ''
    body: bytes = b''


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadReleased:
    """Topic studio.dead."""

    dead_id: str = ''
    consumer: str = ''
    author: str = ''
    reason: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadSkipped:
    """Topic studio.dead."""

    dead_id: str = ''
    consumer: str = ''
    author: str = ''
    reason: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentPaused:
    """Topic studio.deployments."""

    version: str = ''
    reason: str = ''
    author: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentResumed:
    """Topic studio.deployments."""

    version: str = ''
    weight: float = 0.0
    reason: str = ''
    author: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentStarted:
    """Topic studio.deployments.

    strategy: canary or blue_green.
    baseline_version: Empty for the first version.
    weight: Share of the new version, 0 to 1.
    margin: Success rate that may be lost.
    """

    name: str = ''
    model: str = ''
    version: str = ''
    manifest_blob: str = ''
    strategy: str = 'canary'
    baseline_version: str = ''
    baseline_manifest_blob: str = ''
    weight: float = 0.0
    margin: float = 0.0
    confidence: float = 0.0
    minimum_calls: int = 0
    maximum_calls: int = 0
    author: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class Promoted:
    """Topic studio.deployments."""

    version: str = ''
    previous: str = ''
    author: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledBack:
    """Topic studio.deployments."""

    version: str = ''
    to: str = ''
    reason: str = ''
    author: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictReached:
    """Topic studio.deployments.

    decision: promote, rollback or stop.
    """

    version: str = ''
    decision: str = ''
    reason: str = ''
    canary_rate: float = 0.0
    canary_low: float = 0.0
    canary_high: float = 0.0
    baseline_rate: float = 0.0
    baseline_low: float = 0.0
    baseline_high: float = 0.0
    canary_calls: int = 0
    baseline_calls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightSet:
    """Topic studio.deployments."""

    version: str = ''
    weight: float = 0.0
    author: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentExtracted:
    """One immutable canonical text exists for the document. Topic studio.documents.

    media_type: As found in the content.
    text_blob: Canonical text, UTF-8.
    map_blob: Offset map, JSON.
    chunks_blob: Sections and chunks, JSON.
    text_sha256: Hex.
    pages: 0 where the format has none.
    replaced_characters: Bytes that were not text and became U+FFFD.
    encoding: Of the original, where it is text.
    bad_pages: Pages, slides, sheets or chapters that could not be read.
    structure_blob: Regions of the text (headings, lists, tables, code, definitions), JSON.
    codes: Blocks of code.
    definitions: Terms with their definition.
    reader: What recognised the words of a scan; empty where the document held them.
    """

    extractor: str = ''
    extractor_version: str = ''
    media_type: str = ''
    text_blob: str = ''
    map_blob: str = ''
    chunks_blob: str = ''
    text_sha256: str = ''
    characters: int = 0
    pages: int = 0
    sections: int = 0
    chunks: int = 0
    replaced_characters: int = 0
    encoding: str = ''
    bad_pages: int = 0
    structure_blob: str = ''
    headings: int = 0
    lists: int = 0
    tables: int = 0
    codes: int = 0
    definitions: int = 0
    reader: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRegistered:
    """A document was uploaded and is stored; extraction starts from here. Topic studio.documents.

    name: File name as given, display only.
    media_type: As declared by the sender; content is sniffed later.
    size: Bytes.
    sha256: Of the original bytes, hex.
    blob: Key of the original bytes.
    uploaded_by: Subject of the token.
    collection: Free label to group documents.
    licence: Under which its text may be used: an SPDX identifier or words of the owner.
    source: Where it is from: an address or words.
    """

    name: str = ''
    media_type: str = ''
    size: int = 0
    sha256: str = ''
    blob: str = ''
    uploaded_by: str = ''
    collection: str = ''
    licence: str = ''
    source: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentWithdrawn:
    """The document must not be used from here on. Topic studio.documents."""

    reason: str = ''
    author: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractionFailed:
    """The document gave no text; what to do is in remedy. Topic studio.documents."""

    code: str = ''
    reason: str = ''
    field: str = ''
    remedy: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCancelled:
    """A person stopped the batch; what exists is kept. Topic studio.generation."""

    reason: str = ''
    author: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFailed:
    """The batch ended without finishing. Topic studio.generation."""

    code: str = ''
    reason: str = ''
    remedy: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFinished:
    """Every work item is done. Topic studio.generation.

    shortfall: A reason for each missing sample.
    cost: In millionths of the currency.
    repaired: Delivered samples that were mended.
    """

    asked: int = 0
    delivered: int = 0
    shortfall: tuple[Shortfall, ...] = ()
    tokens_in: int = 0
    tokens_out: int = 0
    cost: int = 0
    repaired: int = 0
    currency: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRequested:
    """Samples were asked for. Topic studio.generation.

    documents: Document ids.
    method: extractive or endpoint.
    template: Jinja template, endpoint only.
    count: Samples asked for.
    quality_threshold: 0 to 1.
    endpoint: Base URL of an OpenAI-compatible server.
    recipe: JSON of the resolved recipe; empty without one.
    budget_tokens: Tokens in and out together; 0: no limit.
    budget_money: In millionths of the currency. 0: no limit.
    currency: Of the price table, ISO 4217.
    prices: JSON of the price that applies: {"input", "output"} in the currency per million tokens.
    replies_of: The batch whose kept replies are read again; no endpoint is asked then.
    """

    documents: tuple[str, ...] = ()
    method: str = 'extractive'
    template: str = ''
    count: int = 0
    quality_threshold: float = 0.0
    endpoint: str = ''
    model: str = ''
    temperature: float = 0.0
    max_tokens: int = 0
    seed: int = 0
    requested_by: str = ''
    recipe: str = ''
    recipe_name: str = ''
    recipe_version: str = ''
    budget_tokens: int = 0
    budget_money: int = 0
    currency: str = ''
    prices: str = ''
    replies_of: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeSaved:
    """A version of a recipe. Versions never change; the aggregate is the name. Topic studio.generation.

    recipe_version: 1, 2, ...
    source: The YAML as it was written.
    recipe: JSON of the resolved recipe.
    sha256: Of the resolved recipe.
    """

    name: str = ''
    recipe_version: str = ''
    source: str = ''
    recipe: str = ''
    sha256: str = ''
    author: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFinished:
    """One work item of a batch is done. Topic studio.generation.samples.

    cost: In millionths of the currency.
    repaired: Delivered samples that were mended.
    """

    batch_id: str = ''
    item: str = ''
    asked: int = 0
    delivered: int = 0
    shortfall: tuple[Shortfall, ...] = ()
    tokens_in: int = 0
    tokens_out: int = 0
    cost: int = 0
    repaired: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyReceived:
    """A raw reply of an endpoint, paid for once and kept: any later parser reads it again. Topic studio.generation.samples.

    reply_blob: The body as it came.
    cost: In millionths of the currency.
    attempt: Which question to these passages this was, from 0.
    asked: Samples asked for.
    request_blob: The request's body.
    passages: JSON array of {"document_id", "chunk_id", "start", "end"}.
    """

    batch_id: str = ''
    item: str = ''
    request_sha256: str = ''
    reply_blob: str = ''
    model: str = ''
    tokens_in: int = 0
    tokens_out: int = 0
    cost: int = 0
    finish_reason: str = ''
    attempt: int = 0
    kind: str = ''
    asked: int = 0
    request_blob: str = ''
    passages: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleGenerated:
    """A question with its answer, grounded in spans of canonical texts. Offsets are characters of those texts. Kinds whose answer is not a span (true_false, multiple_choice, reasoning, preference, multi_hop, conversation) have the evidence at answer_start..answer_end. Topic studio.generation.samples.

    item: Work item.
    kind: definition, is_a, cloze, number, normative, llm.
    quote: The passage words that carry the answer.
    reply_blob: Raw reply of the model.
    quality: The generator's own estimate, 0 to 1.
    language: Of question and answer, ISO 639-1; empty where nobody chose one.
    persona: Who asks, as the recipe describes them.
    recipe: name@version; empty without one.
    messages: JSON array of {"role": "system|user|assistant", "content"}; kind conversation. question is the last user turn, answer the last assistant turn.
    reasoning: Steps from the quotes to the answer; kind reasoning.
    rejected: A worse answer to the question; kind preference.
    choices: JSON array of strings, the answer among them; kind multiple_choice.
    spans: JSON array of {"document_id", "start", "end", "quote"}: all quoted places. The first one equals document_id, answer_start, answer_end and quote.
    repaired: The item was read from a reply only after mending its form.
    """

    sample_id: str = ''
    batch_id: str = ''
    item: str = ''
    kind: str = ''
    question: str = ''
    answer: str = ''
    quote: str = ''
    document_id: str = ''
    section_id: str = ''
    section_title: str = ''
    chunk_id: str = ''
    passage_start: int = 0
    passage_end: int = 0
    answer_start: int = 0
    answer_end: int = 0
    generator: str = ''
    generator_version: str = ''
    template_sha256: str = ''
    request_sha256: str = ''
    reply_blob: str = ''
    model: str = ''
    seed: int = 0
    quality: float = 0.0
    language: str = ''
    persona: str = ''
    recipe: str = ''
    recipe_sha256: str = ''
    messages: str = ''
    reasoning: str = ''
    rejected: str = ''
    choices: str = ''
    spans: str = ''
    repaired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Topic studio.metrics.windows."""

    name: str = ''
    severity: str = ''
    message: str = ''
    value: float = 0.0
    limit: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeWindow:
    """Topic studio.metrics.windows.

    start: Unix seconds.
    """

    deployment: str = ''
    version: str = ''
    role: str = ''
    start: float = 0.0
    seconds: float = 0.0
    calls: int = 0
    errors: int = 0
    latency_ms_sum: float = 0.0
    outcomes: int = 0
    successes: int = 0
    score_sum: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StageWindow:
    """Topic studio.metrics.windows.

    start: Unix seconds.
    rate: Events per second.
    """

    stage: str = ''
    start: float = 0.0
    seconds: float = 0.0
    events: int = 0
    rate: float = 0.0
    lag_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasMoved:
    """Topic studio.models."""

    name: str = ''
    alias: str = ''
    version: str = ''
    previous: str = ''
    author: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRegistered:
    """Topic studio.models.

    version: Semantic version.
    metadata: JSON.
    metrics: JSON.
    """

    name: str = ''
    version: str = ''
    run_id: str = ''
    manifest_blob: str = ''
    dataset_id: str = ''
    metadata: str = ''
    metrics: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingTable:
    """Where the calls of a deployment go. Compacted by key. Topic studio.routing.

    revision: Grows with each change.
    """

    deployment: str = ''
    targets: tuple[Target, ...] = ()
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallServed:
    """Topic studio.serving.calls.

    role: stable, canary or baseline.
    propensity: Probability with which the arm was chosen.
    status: HTTP status.
    session: Hash of the session.
    """

    call_id: str = ''
    deployment: str = ''
    model: str = ''
    version: str = ''
    role: str = ''
    propensity: float = 0.0
    status: int = 0
    latency_ms: float = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    session: str = ''
    worker: str = ''
    error: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeReported:
    """Topic studio.serving.calls.

    score: 0 to 1.
    """

    call_id: str = ''
    deployment: str = ''
    version: str = ''
    role: str = ''
    score: float = 0.0
    source: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseLost:
    """The holder stopped sending heartbeats. Topic studio.training."""

    epoch: int = 0
    trainer: str = ''
    reason: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAdjusted:
    """Settings of a run change while it trains; AdjustmentApplied says from which step. Topic studio.training.

    revision: Grows with each change of this run.
    changes: JSON: learning_rate, kl_target, kl_coefficient; what is absent stays.
    """

    revision: int = 0
    changes: str = '{}'
    reason: str = ''
    author: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCancelled:
    """Topic studio.training."""

    reason: str = ''
    author: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class RunClaimed:
    """One trainer holds the run. Topic studio.training.

    epoch: Grows with each claim.
    """

    trainer: str = ''
    epoch: int = 0
    lease_seconds: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCompleted:
    """Topic studio.training.

    manifest_blob: Trained weights.
    base_manifest_blob: Weights before reinforcement.
    metrics: JSON.
    """

    epoch: int = 0
    step: int = 0
    manifest_blob: str = ''
    base_manifest_blob: str = ''
    metrics: str = ''
    dataset_id: str = ''
    model_name: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFailed:
    """Topic studio.training."""

    epoch: int = 0
    code: str = ''
    reason: str = ''
    field: str = ''
    remedy: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPaused:
    """The holder stores a checkpoint and lets go; nobody claims the run until it is resumed. Topic studio.training."""

    reason: str = ''
    author: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequested:
    """Topic studio.training.

    base_model: small, a hub id, or a local path.
    config: JSON.
    model_name: Name in the registry.
    parent_run: Fork: the run whose weights and optimizer this one goes on from.
    parent_step: Fork: the last step that both share.
    needs: JSON: device (cpu, cuda or any) and memory, in bytes.
    labels: JSON, name to text: search and trial, for example.
    """

    dataset_id: str = ''
    base_model: str = ''
    config: str = '{}'
    model_name: str = ''
    requested_by: str = ''
    parent_run: str = ''
    parent_step: int = 0
    needs: str = '{}'
    labels: str = '{}'


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResumed:
    """Any trainer may claim the run again. Topic studio.training."""

    author: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentApplied:
    """Topic studio.training.steps.

    revision: That of RunAdjusted.
    step: The first step under the new settings.
    changes: JSON, as in RunAdjusted.
    """

    run_id: str = ''
    revision: int = 0
    phase: str = ''
    step: int = 0
    changes: str = '{}'


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointSaved:
    """Topic studio.training.steps."""

    run_id: str = ''
    step: int = 0
    phase: str = ''
    manifest_blob: str = ''
    bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationRecorded:
    """Topic studio.training.steps.

    phase: before, during or after.
    low: 95 % interval by section.
    gain: Against before, paired.
    detail_blob: Parquet, one row per item.
    """

    run_id: str = ''
    phase: str = ''
    step: int = 0
    split: str = ''
    items: int = 0
    sections: int = 0
    reward: float = 0.0
    low: float = 0.0
    high: float = 0.0
    gain: float = 0.0
    gain_low: float = 0.0
    gain_high: float = 0.0
    detail_blob: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHeartbeat:
    """Topic studio.training.steps."""

    run_id: str = ''
    trainer: str = ''
    phase: str = ''
    step: int = 0
    steps_total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecorded:
    """One optimiser step. Topic studio.training.steps.

    phase: warm_start or grpo.
    reward: Mean over completions.
    reward_parts: JSON, part to mean.
    kl: k3 estimate, nats per token.
    entropy: Nats per token.
    grad_norm: Before clipping.
    length: Mean completion tokens.
    tokens: Tokens trained on in this step.
    dead_groups: Groups without spread.
    groups_blob: Parquet: completions, reward parts, advantages.
    metrics: JSON, name to number: figures without a field of their own.
    alarms: JSON: what the stability monitor said: rule, action, value, limit, message.
    definitions_blob: JSON, name to definition, of all figures of the step.
    """

    run_id: str = ''
    phase: str = ''
    step: int = 0
    steps_total: int = 0
    loss: float = 0.0
    reward: float = 0.0
    reward_parts: str = '{}'
    kl: float = 0.0
    entropy: float = 0.0
    clip_fraction: float = 0.0
    grad_norm: float = 0.0
    learning_rate: float = 0.0
    length: float = 0.0
    tokens: int = 0
    completions: int = 0
    dead_groups: int = 0
    groups_blob: str = ''
    seconds: float = 0.0
    metrics: str = '{}'
    alarms: str = '[]'
    definitions_blob: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainerAnnounced:
    """A trainer and what it could train on. Topic studio.training.steps.

    devices: JSON: a list of name, kind (cpu or cuda), memory and free, both in bytes.
    run_id: What it works on; empty while it is free.
    """

    trainer: str = ''
    devices: str = '[]'
    run_id: str = ''


Record = CurationFailed | CurationFinished | CurationRequested | ReviewDecided | SampleScored | DatasetFrozen | DatasetRefused | DatasetRequested | DeadLettered | DeadReleased | DeadSkipped | DeploymentPaused | DeploymentResumed | DeploymentStarted | Promoted | RolledBack | VerdictReached | WeightSet | DocumentExtracted | DocumentRegistered | DocumentWithdrawn | ExtractionFailed | BatchCancelled | BatchFailed | BatchFinished | BatchRequested | RecipeSaved | ItemFinished | ReplyReceived | SampleGenerated | Alert | OutcomeWindow | StageWindow | AliasMoved | ModelRegistered | RoutingTable | CallServed | OutcomeReported | LeaseLost | RunAdjusted | RunCancelled | RunClaimed | RunCompleted | RunFailed | RunPaused | RunRequested | RunResumed | AdjustmentApplied | CheckpointSaved | EvaluationRecorded | RunHeartbeat | StepRecorded | TrainerAnnounced

RECORDS: tuple[type[Record], ...] = (CurationFailed, CurationFinished, CurationRequested, ReviewDecided, SampleScored, DatasetFrozen, DatasetRefused, DatasetRequested, DeadLettered, DeadReleased, DeadSkipped, DeploymentPaused, DeploymentResumed, DeploymentStarted, Promoted, RolledBack, VerdictReached, WeightSet, DocumentExtracted, DocumentRegistered, DocumentWithdrawn, ExtractionFailed, BatchCancelled, BatchFailed, BatchFinished, BatchRequested, RecipeSaved, ItemFinished, ReplyReceived, SampleGenerated, Alert, OutcomeWindow, StageWindow, AliasMoved, ModelRegistered, RoutingTable, CallServed, OutcomeReported, LeaseLost, RunAdjusted, RunCancelled, RunClaimed, RunCompleted, RunFailed, RunPaused, RunRequested, RunResumed, AdjustmentApplied, CheckpointSaved, EvaluationRecorded, RunHeartbeat, StepRecorded, TrainerAnnounced)

SCHEMAS: tuple[tuple[int, str], ...] = (
    (1, "{\"type\":\"record\",\"name\":\"CurationFailed\",\"namespace\":\"studio.curation\",\"fields\":[{\"name\":\"code\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"remedy\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"CurationFinished\",\"namespace\":\"studio.curation\",\"doc\":\"All scores exist and the rule was applied.\",\"fields\":[{\"name\":\"samples\",\"type\":\"int\",\"default\":0},{\"name\":\"kept\",\"type\":\"int\",\"default\":0},{\"name\":\"dropped\",\"type\":\"int\",\"default\":0},{\"name\":\"reasons\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Shortfall\",\"doc\":\"Why something asked for is missing.\",\"fields\":[{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"count\",\"type\":\"int\",\"default\":0}]}},\"default\":[]},{\"name\":\"result_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Parquet: samples, scores, decision, reason.\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"CurationRequested\",\"namespace\":\"studio.curation\",\"doc\":\"Score the samples of batches and apply a rule.\",\"fields\":[{\"name\":\"batches\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"default\":[]},{\"name\":\"rule\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Expression over score names.\"},{\"name\":\"rule_version\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"requested_by\",\"type\":\"string\",\"default\":\"\"}]}"),
    (2, "{\"type\":\"record\",\"name\":\"CurationRequested\",\"namespace\":\"studio.curation\",\"doc\":\"Score the samples of batches and apply a rule.\",\"fields\":[{\"name\":\"batches\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"default\":[]},{\"name\":\"rule\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Expression over score names.\"},{\"name\":\"rule_version\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"requested_by\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"scorers\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"default\":[],\"doc\":\"Names of scorers; empty takes the default ones.\"},{\"name\":\"settings\",\"type\":\"string\",\"default\":\"\",\"doc\":\"JSON: scorer to its settings.\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"ReviewDecided\",\"namespace\":\"studio.curation\",\"doc\":\"A person decided about one sample.\",\"fields\":[{\"name\":\"sample_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"decision\",\"type\":\"string\",\"default\":\"\",\"doc\":\"keep or drop.\"},{\"name\":\"author\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"}]}"),
    (2, "{\"type\":\"record\",\"name\":\"ReviewDecided\",\"namespace\":\"studio.curation\",\"doc\":\"A person decided about one sample, alone or with others that a filter chose.\",\"fields\":[{\"name\":\"sample_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"decision\",\"type\":\"string\",\"default\":\"\",\"doc\":\"keep, drop, edit, flag or undo.\"},{\"name\":\"author\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"question\",\"type\":\"string\",\"default\":\"\",\"doc\":\"The new question; of the decision that stands, where that is an edit.\"},{\"name\":\"answer\",\"type\":\"string\",\"default\":\"\",\"doc\":\"The new answer; of the decision that stands, where that is an edit.\"},{\"name\":\"standing\",\"type\":\"string\",\"default\":\"\",\"doc\":\"What stands after this event: keep, drop, edit, flag or none. Empty before version 2: the decision.\"},{\"name\":\"standing_author\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Whose decision stands; empty before version 2: the author.\"},{\"name\":\"opinion\",\"type\":\"string\",\"default\":\"\",\"doc\":\"What this author holds after this event; as standing.\"},{\"name\":\"undoes\",\"type\":\"long\",\"default\":0,\"doc\":\"Revision of the decision that an undo takes back.\"},{\"name\":\"curation_id\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Whose queue or filter the sample came from.\"},{\"name\":\"queue\",\"type\":\"string\",\"default\":\"\",\"doc\":\"random, near_threshold, disagree or filter.\"},{\"name\":\"selection\",\"type\":\"string\",\"default\":\"\",\"doc\":\"JSON: id and filter of a decision about many samples.\"},{\"name\":\"grounding\",\"type\":\"double\",\"default\":-1.0,\"doc\":\"Of an edit, measured again against the source; -1 where nothing was edited.\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"SampleScored\",\"namespace\":\"studio.curation.scores\",\"doc\":\"One score of one sample. Scores are kept for ever; thresholds are queries.\",\"fields\":[{\"name\":\"sample_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"batch_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"curation_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"scorer\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"scorer_version\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"value\",\"type\":\"double\",\"default\":0.0},{\"name\":\"detail\",\"type\":\"string\",\"default\":\"\",\"doc\":\"JSON.\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"DatasetFrozen\",\"namespace\":\"studio.datasets\",\"doc\":\"An immutable version exists.\",\"fields\":[{\"name\":\"name\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"version\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Semantic version.\"},{\"name\":\"merkle_root\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Hex.\"},{\"name\":\"train_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Parquet.\"},{\"name\":\"heldout_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Parquet.\"},{\"name\":\"corpus_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Canonical text of all documents, UTF-8.\"},{\"name\":\"train_rows\",\"type\":\"int\",\"default\":0},{\"name\":\"heldout_rows\",\"type\":\"int\",\"default\":0},{\"name\":\"train_sections\",\"type\":\"int\",\"default\":0},{\"name\":\"heldout_sections\",\"type\":\"int\",\"default\":0},{\"name\":\"reward\",\"type\":\"string\",\"default\":\"\",\"doc\":\"JSON.\"},{\"name\":\"dropped\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Shortfall\",\"doc\":\"Why something asked for is missing.\",\"fields\":[{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"count\",\"type\":\"int\",\"default\":0}]}},\"default\":[]}]}"),
    (2, "{\"type\":\"record\",\"name\":\"DatasetFrozen\",\"namespace\":\"studio.datasets\",\"doc\":\"An immutable version exists.\",\"fields\":[{\"name\":\"name\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"version\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Semantic version.\"},{\"name\":\"merkle_root\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Hex.\"},{\"name\":\"train_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Parquet.\"},{\"name\":\"heldout_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Parquet.\"},{\"name\":\"corpus_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Canonical text of all documents, UTF-8.\"},{\"name\":\"train_rows\",\"type\":\"int\",\"default\":0},{\"name\":\"heldout_rows\",\"type\":\"int\",\"default\":0},{\"name\":\"train_sections\",\"type\":\"int\",\"default\":0},{\"name\":\"heldout_sections\",\"type\":\"int\",\"default\":0},{\"name\":\"reward\",\"type\":\"string\",\"default\":\"\",\"doc\":\"JSON.\"},{\"name\":\"dropped\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Shortfall\",\"doc\":\"Why something asked for is missing.\",\"fields\":[{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"count\",\"type\":\"int\",\"default\":0}]}},\"default\":[]},{\"name\":\"coverage_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"JSON: of every document and chunk, how many rows it gave and what dropped the others.\"},{\"name\":\"row_form\",\"type\":\"int\",\"default\":1,\"doc\":\"Of the rows: 2 has fields that 1 did not know (see the datasets room).\"},{\"name\":\"edited_rows\",\"type\":\"int\",\"default\":0,\"doc\":\"Rows whose question or answer a reviewer wrote.\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"DatasetRefused\",\"namespace\":\"studio.datasets\",\"doc\":\"Nothing could be frozen.\",\"fields\":[{\"name\":\"code\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"field\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"remedy\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"DatasetRequested\",\"namespace\":\"studio.datasets\",\"fields\":[{\"name\":\"name\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"curation_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"rule\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Empty: the rule of the curation.\"},{\"name\":\"heldout_fraction\",\"type\":\"double\",\"default\":0.0,\"doc\":\"Of the sections of each document.\"},{\"name\":\"reward\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Reward specification, JSON.\"},{\"name\":\"seed\",\"type\":\"long\",\"default\":0},{\"name\":\"requested_by\",\"type\":\"string\",\"default\":\"\"}]}"),
    (2, "{\"type\":\"record\",\"name\":\"DatasetRequested\",\"namespace\":\"studio.datasets\",\"fields\":[{\"name\":\"name\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"curation_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"rule\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Empty: the rule of the curation.\"},{\"name\":\"heldout_fraction\",\"type\":\"double\",\"default\":0.0,\"doc\":\"Of the sections of each document.\"},{\"name\":\"reward\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Reward specification, JSON.\"},{\"name\":\"seed\",\"type\":\"long\",\"default\":0},{\"name\":\"requested_by\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"source_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"A file of rows to freeze instead of what a curation kept.\"},{\"name\":\"source_name\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Name of that file.\"},{\"name\":\"columns\",\"type\":\"string\",\"default\":\"{}\",\"doc\":\"JSON: prompt, answer and context to the columns of that file; what is left out is found.\"}]}"),
    (3, "{\"type\":\"record\",\"name\":\"DatasetRequested\",\"namespace\":\"studio.datasets\",\"fields\":[{\"name\":\"name\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"curation_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"rule\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Empty: the rule of the curation.\"},{\"name\":\"heldout_fraction\",\"type\":\"double\",\"default\":0.0,\"doc\":\"Of the sections of each document.\"},{\"name\":\"reward\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Reward specification, JSON.\"},{\"name\":\"seed\",\"type\":\"long\",\"default\":0},{\"name\":\"requested_by\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"source_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"A file of rows to freeze instead of what a curation kept.\"},{\"name\":\"source_name\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Name of that file.\"},{\"name\":\"columns\",\"type\":\"string\",\"default\":\"{}\",\"doc\":\"JSON: prompt, answer and context to the columns of that file; what is left out is found.\"},{\"name\":\"without\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"default\":[],\"doc\":\"Documents that are left out, withdrawn or not.\"},{\"name\":\"rebuild_of\",\"type\":\"string\",\"default\":\"\",\"doc\":\"The dataset that this one replaces.\"},{\"name\":\"prompt_limit\",\"type\":\"int\",\"default\":0,\"doc\":\"Characters of passage and question together; 0: the usual limit.\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"DeadLettered\",\"namespace\":\"studio.dead\",\"doc\":\"An event a consumer could not take; its key is parked for that consumer.\",\"fields\":[{\"name\":\"dead_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"consumer\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"topic\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"partition\",\"type\":\"int\",\"default\":0},{\"name\":\"offset\",\"type\":\"long\",\"default\":0},{\"name\":\"key\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"code\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"message\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"headers\",\"type\":\"string\",\"default\":\"\",\"doc\":\"JSON.\"},{\"name\":\"body\",\"type\":\"bytes\",\"default\":\"\",\"doc\":\"At most 64 KiB.\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"DeadReleased\",\"namespace\":\"studio.dead\",\"fields\":[{\"name\":\"dead_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"consumer\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"author\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"DeadSkipped\",\"namespace\":\"studio.dead\",\"fields\":[{\"name\":\"dead_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"consumer\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"author\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"DeploymentPaused\",\"namespace\":\"studio.deployments\",\"fields\":[{\"name\":\"version\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"author\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"DeploymentResumed\",\"namespace\":\"studio.deployments\",\"fields\":[{\"name\":\"version\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"weight\",\"type\":\"double\",\"default\":0.0},{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"author\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"DeploymentStarted\",\"namespace\":\"studio.deployments\",\"fields\":[{\"name\":\"name\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"model\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"version\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"manifest_blob\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"strategy\",\"type\":\"string\",\"default\":\"canary\",\"doc\":\"canary or blue_green.\"},{\"name\":\"baseline_version\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Empty for the first version.\"},{\"name\":\"baseline_manifest_blob\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"weight\",\"type\":\"double\",\"default\":0.0,\"doc\":\"Share of the new version, 0 to 1.\"},{\"name\":\"margin\",\"type\":\"double\",\"default\":0.0,\"doc\":\"Success rate that may be lost.\"},{\"name\":\"confidence\",\"type\":\"double\",\"default\":0.0},{\"name\":\"minimum_calls\",\"type\":\"int\",\"default\":0},{\"name\":\"maximum_calls\",\"type\":\"int\",\"default\":0},{\"name\":\"author\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"Promoted\",\"namespace\":\"studio.deployments\",\"fields\":[{\"name\":\"version\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"previous\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"author\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"RolledBack\",\"namespace\":\"studio.deployments\",\"fields\":[{\"name\":\"version\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"to\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"author\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"VerdictReached\",\"namespace\":\"studio.deployments\",\"fields\":[{\"name\":\"version\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"decision\",\"type\":\"string\",\"default\":\"\",\"doc\":\"promote, rollback or stop.\"},{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"canary_rate\",\"type\":\"double\",\"default\":0.0},{\"name\":\"canary_low\",\"type\":\"double\",\"default\":0.0},{\"name\":\"canary_high\",\"type\":\"double\",\"default\":0.0},{\"name\":\"baseline_rate\",\"type\":\"double\",\"default\":0.0},{\"name\":\"baseline_low\",\"type\":\"double\",\"default\":0.0},{\"name\":\"baseline_high\",\"type\":\"double\",\"default\":0.0},{\"name\":\"canary_calls\",\"type\":\"long\",\"default\":0},{\"name\":\"baseline_calls\",\"type\":\"long\",\"default\":0}]}"),
    (1, "{\"type\":\"record\",\"name\":\"WeightSet\",\"namespace\":\"studio.deployments\",\"fields\":[{\"name\":\"version\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"weight\",\"type\":\"double\",\"default\":0.0},{\"name\":\"author\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"DocumentExtracted\",\"namespace\":\"studio.documents\",\"doc\":\"One immutable canonical text exists for the document.\",\"fields\":[{\"name\":\"extractor\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"extractor_version\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"media_type\",\"type\":\"string\",\"default\":\"\",\"doc\":\"As found in the content.\"},{\"name\":\"text_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Canonical text, UTF-8.\"},{\"name\":\"map_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Offset map, JSON.\"},{\"name\":\"chunks_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Sections and chunks, JSON.\"},{\"name\":\"text_sha256\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Hex.\"},{\"name\":\"characters\",\"type\":\"long\",\"default\":0},{\"name\":\"pages\",\"type\":\"int\",\"default\":0,\"doc\":\"0 where the format has none.\"},{\"name\":\"sections\",\"type\":\"int\",\"default\":0},{\"name\":\"chunks\",\"type\":\"int\",\"default\":0},{\"name\":\"replaced_characters\",\"type\":\"long\",\"default\":0,\"doc\":\"Bytes that were not text and became U+FFFD.\"}]}"),
    (2, "{\"type\":\"record\",\"name\":\"DocumentExtracted\",\"namespace\":\"studio.documents\",\"doc\":\"One immutable canonical text exists for the document.\",\"fields\":[{\"name\":\"extractor\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"extractor_version\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"media_type\",\"type\":\"string\",\"default\":\"\",\"doc\":\"As found in the content.\"},{\"name\":\"text_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Canonical text, UTF-8.\"},{\"name\":\"map_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Offset map, JSON.\"},{\"name\":\"chunks_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Sections and chunks, JSON.\"},{\"name\":\"text_sha256\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Hex.\"},{\"name\":\"characters\",\"type\":\"long\",\"default\":0},{\"name\":\"pages\",\"type\":\"int\",\"default\":0,\"doc\":\"0 where the format has none.\"},{\"name\":\"sections\",\"type\":\"int\",\"default\":0},{\"name\":\"chunks\",\"type\":\"int\",\"default\":0},{\"name\":\"replaced_characters\",\"type\":\"long\",\"default\":0,\"doc\":\"Bytes that were not text and became U+FFFD.\"},{\"name\":\"encoding\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Of the original, where it is text.\"},{\"name\":\"bad_pages\",\"type\":\"int\",\"default\":0,\"doc\":\"Pages, slides, sheets or chapters that could not be read.\"},{\"name\":\"structure_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Regions of the text (headings, lists, tables, code, definitions), JSON.\"},{\"name\":\"headings\",\"type\":\"int\",\"default\":0},{\"name\":\"lists\",\"type\":\"int\",\"default\":0},{\"name\":\"tables\",\"type\":\"int\",\"default\":0},{\"name\":\"codes\",\"type\":\"int\",\"default\":0,\"doc\":\"Blocks of code.\"},{\"name\":\"definitions\",\"type\":\"int\",\"default\":0,\"doc\":\"Terms with their definition.\"},{\"name\":\"reader\",\"type\":\"string\",\"default\":\"\",\"doc\":\"What recognised the words of a scan; empty where the document held them.\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"DocumentRegistered\",\"namespace\":\"studio.documents\",\"doc\":\"A document was uploaded and is stored; extraction starts from here.\",\"fields\":[{\"name\":\"name\",\"type\":\"string\",\"default\":\"\",\"doc\":\"File name as given, display only.\"},{\"name\":\"media_type\",\"type\":\"string\",\"default\":\"\",\"doc\":\"As declared by the sender; content is sniffed later.\"},{\"name\":\"size\",\"type\":\"long\",\"default\":0,\"doc\":\"Bytes.\"},{\"name\":\"sha256\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Of the original bytes, hex.\"},{\"name\":\"blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Key of the original bytes.\"},{\"name\":\"uploaded_by\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Subject of the token.\"},{\"name\":\"collection\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Free label to group documents.\"}]}"),
    (2, "{\"type\":\"record\",\"name\":\"DocumentRegistered\",\"namespace\":\"studio.documents\",\"doc\":\"A document was uploaded and is stored; extraction starts from here.\",\"fields\":[{\"name\":\"name\",\"type\":\"string\",\"default\":\"\",\"doc\":\"File name as given, display only.\"},{\"name\":\"media_type\",\"type\":\"string\",\"default\":\"\",\"doc\":\"As declared by the sender; content is sniffed later.\"},{\"name\":\"size\",\"type\":\"long\",\"default\":0,\"doc\":\"Bytes.\"},{\"name\":\"sha256\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Of the original bytes, hex.\"},{\"name\":\"blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Key of the original bytes.\"},{\"name\":\"uploaded_by\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Subject of the token.\"},{\"name\":\"collection\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Free label to group documents.\"},{\"name\":\"licence\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Under which its text may be used: an SPDX identifier or words of the owner.\"},{\"name\":\"source\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Where it is from: an address or words.\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"DocumentWithdrawn\",\"namespace\":\"studio.documents\",\"doc\":\"The document must not be used from here on.\",\"fields\":[{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"author\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"ExtractionFailed\",\"namespace\":\"studio.documents\",\"doc\":\"The document gave no text; what to do is in remedy.\",\"fields\":[{\"name\":\"code\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"field\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"remedy\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"BatchCancelled\",\"namespace\":\"studio.generation\",\"doc\":\"A person stopped the batch; what exists is kept.\",\"fields\":[{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"author\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"BatchFailed\",\"namespace\":\"studio.generation\",\"doc\":\"The batch ended without finishing.\",\"fields\":[{\"name\":\"code\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"remedy\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"BatchFinished\",\"namespace\":\"studio.generation\",\"doc\":\"Every work item is done.\",\"fields\":[{\"name\":\"asked\",\"type\":\"int\",\"default\":0},{\"name\":\"delivered\",\"type\":\"int\",\"default\":0},{\"name\":\"shortfall\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Shortfall\",\"doc\":\"Why something asked for is missing.\",\"fields\":[{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"count\",\"type\":\"int\",\"default\":0}]}},\"default\":[],\"doc\":\"A reason for each missing sample.\"},{\"name\":\"tokens_in\",\"type\":\"long\",\"default\":0},{\"name\":\"tokens_out\",\"type\":\"long\",\"default\":0}]}"),
    (2, "{\"type\":\"record\",\"name\":\"BatchFinished\",\"namespace\":\"studio.generation\",\"doc\":\"Every work item is done.\",\"fields\":[{\"name\":\"asked\",\"type\":\"int\",\"default\":0},{\"name\":\"delivered\",\"type\":\"int\",\"default\":0},{\"name\":\"shortfall\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Shortfall\",\"doc\":\"Why something asked for is missing.\",\"fields\":[{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"count\",\"type\":\"int\",\"default\":0}]}},\"default\":[],\"doc\":\"A reason for each missing sample.\"},{\"name\":\"tokens_in\",\"type\":\"long\",\"default\":0},{\"name\":\"tokens_out\",\"type\":\"long\",\"default\":0},{\"name\":\"cost\",\"type\":\"long\",\"default\":0,\"doc\":\"In millionths of the currency.\"},{\"name\":\"repaired\",\"type\":\"int\",\"default\":0,\"doc\":\"Delivered samples that were mended.\"},{\"name\":\"currency\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"BatchRequested\",\"namespace\":\"studio.generation\",\"doc\":\"Samples were asked for.\",\"fields\":[{\"name\":\"documents\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"default\":[],\"doc\":\"Document ids.\"},{\"name\":\"method\",\"type\":\"string\",\"default\":\"extractive\",\"doc\":\"extractive or endpoint.\"},{\"name\":\"template\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Jinja template, endpoint only.\"},{\"name\":\"count\",\"type\":\"int\",\"default\":0,\"doc\":\"Samples asked for.\"},{\"name\":\"quality_threshold\",\"type\":\"double\",\"default\":0.0,\"doc\":\"0 to 1.\"},{\"name\":\"endpoint\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Base URL of an OpenAI-compatible server.\"},{\"name\":\"model\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"temperature\",\"type\":\"double\",\"default\":0.0},{\"name\":\"max_tokens\",\"type\":\"int\",\"default\":0},{\"name\":\"seed\",\"type\":\"long\",\"default\":0},{\"name\":\"requested_by\",\"type\":\"string\",\"default\":\"\"}]}"),
    (2, "{\"type\":\"record\",\"name\":\"BatchRequested\",\"namespace\":\"studio.generation\",\"doc\":\"Samples were asked for.\",\"fields\":[{\"name\":\"documents\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"default\":[],\"doc\":\"Document ids.\"},{\"name\":\"method\",\"type\":\"string\",\"default\":\"extractive\",\"doc\":\"extractive or endpoint.\"},{\"name\":\"template\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Jinja template, endpoint only.\"},{\"name\":\"count\",\"type\":\"int\",\"default\":0,\"doc\":\"Samples asked for.\"},{\"name\":\"quality_threshold\",\"type\":\"double\",\"default\":0.0,\"doc\":\"0 to 1.\"},{\"name\":\"endpoint\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Base URL of an OpenAI-compatible server.\"},{\"name\":\"model\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"temperature\",\"type\":\"double\",\"default\":0.0},{\"name\":\"max_tokens\",\"type\":\"int\",\"default\":0},{\"name\":\"seed\",\"type\":\"long\",\"default\":0},{\"name\":\"requested_by\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"recipe\",\"type\":\"string\",\"default\":\"\",\"doc\":\"JSON of the resolved recipe; empty without one.\"},{\"name\":\"recipe_name\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"recipe_version\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"budget_tokens\",\"type\":\"long\",\"default\":0,\"doc\":\"Tokens in and out together; 0: no limit.\"},{\"name\":\"budget_money\",\"type\":\"long\",\"default\":0,\"doc\":\"In millionths of the currency. 0: no limit.\"},{\"name\":\"currency\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Of the price table, ISO 4217.\"},{\"name\":\"prices\",\"type\":\"string\",\"default\":\"\",\"doc\":\"JSON of the price that applies: {\\\"input\\\", \\\"output\\\"} in the currency per million tokens.\"},{\"name\":\"replies_of\",\"type\":\"string\",\"default\":\"\",\"doc\":\"The batch whose kept replies are read again; no endpoint is asked then.\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"RecipeSaved\",\"namespace\":\"studio.generation\",\"doc\":\"A version of a recipe. Versions never change; the aggregate is the name.\",\"fields\":[{\"name\":\"name\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"recipe_version\",\"type\":\"string\",\"default\":\"\",\"doc\":\"1, 2, ...\"},{\"name\":\"source\",\"type\":\"string\",\"default\":\"\",\"doc\":\"The YAML as it was written.\"},{\"name\":\"recipe\",\"type\":\"string\",\"default\":\"\",\"doc\":\"JSON of the resolved recipe.\"},{\"name\":\"sha256\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Of the resolved recipe.\"},{\"name\":\"author\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"ItemFinished\",\"namespace\":\"studio.generation.samples\",\"doc\":\"One work item of a batch is done.\",\"fields\":[{\"name\":\"batch_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"item\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"asked\",\"type\":\"int\",\"default\":0},{\"name\":\"delivered\",\"type\":\"int\",\"default\":0},{\"name\":\"shortfall\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Shortfall\",\"doc\":\"Why something asked for is missing.\",\"fields\":[{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"count\",\"type\":\"int\",\"default\":0}]}},\"default\":[]},{\"name\":\"tokens_in\",\"type\":\"long\",\"default\":0},{\"name\":\"tokens_out\",\"type\":\"long\",\"default\":0}]}"),
    (2, "{\"type\":\"record\",\"name\":\"ItemFinished\",\"namespace\":\"studio.generation.samples\",\"doc\":\"One work item of a batch is done.\",\"fields\":[{\"name\":\"batch_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"item\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"asked\",\"type\":\"int\",\"default\":0},{\"name\":\"delivered\",\"type\":\"int\",\"default\":0},{\"name\":\"shortfall\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Shortfall\",\"doc\":\"Why something asked for is missing.\",\"fields\":[{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"count\",\"type\":\"int\",\"default\":0}]}},\"default\":[]},{\"name\":\"tokens_in\",\"type\":\"long\",\"default\":0},{\"name\":\"tokens_out\",\"type\":\"long\",\"default\":0},{\"name\":\"cost\",\"type\":\"long\",\"default\":0,\"doc\":\"In millionths of the currency.\"},{\"name\":\"repaired\",\"type\":\"int\",\"default\":0,\"doc\":\"Delivered samples that were mended.\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"ReplyReceived\",\"namespace\":\"studio.generation.samples\",\"doc\":\"A raw reply of an endpoint, paid for once and kept: any later parser reads it again.\",\"fields\":[{\"name\":\"batch_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"item\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"request_sha256\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"reply_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"The body as it came.\"},{\"name\":\"model\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"tokens_in\",\"type\":\"long\",\"default\":0},{\"name\":\"tokens_out\",\"type\":\"long\",\"default\":0},{\"name\":\"cost\",\"type\":\"long\",\"default\":0,\"doc\":\"In millionths of the currency.\"},{\"name\":\"finish_reason\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"attempt\",\"type\":\"int\",\"default\":0,\"doc\":\"Which question to these passages this was, from 0.\"},{\"name\":\"kind\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"asked\",\"type\":\"int\",\"default\":0,\"doc\":\"Samples asked for.\"},{\"name\":\"request_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"The request's body.\"},{\"name\":\"passages\",\"type\":\"string\",\"default\":\"\",\"doc\":\"JSON array of {\\\"document_id\\\", \\\"chunk_id\\\", \\\"start\\\", \\\"end\\\"}.\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"SampleGenerated\",\"namespace\":\"studio.generation.samples\",\"doc\":\"A question with its answer, grounded in a span of a canonical text. Offsets are characters of that text.\",\"fields\":[{\"name\":\"sample_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"batch_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"item\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Work item.\"},{\"name\":\"kind\",\"type\":\"string\",\"default\":\"\",\"doc\":\"definition, is_a, cloze, number, normative, llm.\"},{\"name\":\"question\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"answer\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"quote\",\"type\":\"string\",\"default\":\"\",\"doc\":\"The passage words that carry the answer.\"},{\"name\":\"document_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"section_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"section_title\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"chunk_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"passage_start\",\"type\":\"long\",\"default\":0},{\"name\":\"passage_end\",\"type\":\"long\",\"default\":0},{\"name\":\"answer_start\",\"type\":\"long\",\"default\":0},{\"name\":\"answer_end\",\"type\":\"long\",\"default\":0},{\"name\":\"generator\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"generator_version\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"template_sha256\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"request_sha256\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"reply_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Raw reply of the model.\"},{\"name\":\"model\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"seed\",\"type\":\"long\",\"default\":0},{\"name\":\"quality\",\"type\":\"double\",\"default\":0.0,\"doc\":\"The generator's own estimate, 0 to 1.\"}]}"),
    (2, "{\"type\":\"record\",\"name\":\"SampleGenerated\",\"namespace\":\"studio.generation.samples\",\"doc\":\"A question with its answer, grounded in spans of canonical texts. Offsets are characters of those texts. Kinds whose answer is not a span (true_false, multiple_choice, reasoning, preference, multi_hop, conversation) have the evidence at answer_start..answer_end.\",\"fields\":[{\"name\":\"sample_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"batch_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"item\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Work item.\"},{\"name\":\"kind\",\"type\":\"string\",\"default\":\"\",\"doc\":\"definition, is_a, cloze, number, normative, llm.\"},{\"name\":\"question\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"answer\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"quote\",\"type\":\"string\",\"default\":\"\",\"doc\":\"The passage words that carry the answer.\"},{\"name\":\"document_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"section_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"section_title\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"chunk_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"passage_start\",\"type\":\"long\",\"default\":0},{\"name\":\"passage_end\",\"type\":\"long\",\"default\":0},{\"name\":\"answer_start\",\"type\":\"long\",\"default\":0},{\"name\":\"answer_end\",\"type\":\"long\",\"default\":0},{\"name\":\"generator\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"generator_version\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"template_sha256\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"request_sha256\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"reply_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Raw reply of the model.\"},{\"name\":\"model\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"seed\",\"type\":\"long\",\"default\":0},{\"name\":\"quality\",\"type\":\"double\",\"default\":0.0,\"doc\":\"The generator's own estimate, 0 to 1.\"},{\"name\":\"language\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Of question and answer, ISO 639-1; empty where nobody chose one.\"},{\"name\":\"persona\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Who asks, as the recipe describes them.\"},{\"name\":\"recipe\",\"type\":\"string\",\"default\":\"\",\"doc\":\"name@version; empty without one.\"},{\"name\":\"recipe_sha256\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"messages\",\"type\":\"string\",\"default\":\"\",\"doc\":\"JSON array of {\\\"role\\\": \\\"system|user|assistant\\\", \\\"content\\\"}; kind conversation. question is the last user turn, answer the last assistant turn.\"},{\"name\":\"reasoning\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Steps from the quotes to the answer; kind reasoning.\"},{\"name\":\"rejected\",\"type\":\"string\",\"default\":\"\",\"doc\":\"A worse answer to the question; kind preference.\"},{\"name\":\"choices\",\"type\":\"string\",\"default\":\"\",\"doc\":\"JSON array of strings, the answer among them; kind multiple_choice.\"},{\"name\":\"spans\",\"type\":\"string\",\"default\":\"\",\"doc\":\"JSON array of {\\\"document_id\\\", \\\"start\\\", \\\"end\\\", \\\"quote\\\"}: all quoted places. The first one equals document_id, answer_start, answer_end and quote.\"},{\"name\":\"repaired\",\"type\":\"boolean\",\"default\":false,\"doc\":\"The item was read from a reply only after mending its form.\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"Alert\",\"namespace\":\"studio.metrics.windows\",\"fields\":[{\"name\":\"name\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"severity\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"message\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"value\",\"type\":\"double\",\"default\":0.0},{\"name\":\"limit\",\"type\":\"double\",\"default\":0.0}]}"),
    (1, "{\"type\":\"record\",\"name\":\"OutcomeWindow\",\"namespace\":\"studio.metrics.windows\",\"fields\":[{\"name\":\"deployment\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"version\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"role\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"start\",\"type\":\"double\",\"default\":0.0,\"doc\":\"Unix seconds.\"},{\"name\":\"seconds\",\"type\":\"double\",\"default\":0.0},{\"name\":\"calls\",\"type\":\"long\",\"default\":0},{\"name\":\"errors\",\"type\":\"long\",\"default\":0},{\"name\":\"latency_ms_sum\",\"type\":\"double\",\"default\":0.0},{\"name\":\"outcomes\",\"type\":\"long\",\"default\":0},{\"name\":\"successes\",\"type\":\"long\",\"default\":0},{\"name\":\"score_sum\",\"type\":\"double\",\"default\":0.0}]}"),
    (1, "{\"type\":\"record\",\"name\":\"StageWindow\",\"namespace\":\"studio.metrics.windows\",\"fields\":[{\"name\":\"stage\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"start\",\"type\":\"double\",\"default\":0.0,\"doc\":\"Unix seconds.\"},{\"name\":\"seconds\",\"type\":\"double\",\"default\":0.0},{\"name\":\"events\",\"type\":\"long\",\"default\":0},{\"name\":\"rate\",\"type\":\"double\",\"default\":0.0,\"doc\":\"Events per second.\"},{\"name\":\"lag_seconds\",\"type\":\"double\",\"default\":0.0}]}"),
    (1, "{\"type\":\"record\",\"name\":\"AliasMoved\",\"namespace\":\"studio.models\",\"fields\":[{\"name\":\"name\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"alias\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"version\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"previous\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"author\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"ModelRegistered\",\"namespace\":\"studio.models\",\"fields\":[{\"name\":\"name\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"version\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Semantic version.\"},{\"name\":\"run_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"manifest_blob\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"dataset_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"metadata\",\"type\":\"string\",\"default\":\"\",\"doc\":\"JSON.\"},{\"name\":\"metrics\",\"type\":\"string\",\"default\":\"\",\"doc\":\"JSON.\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"RoutingTable\",\"namespace\":\"studio.routing\",\"doc\":\"Where the calls of a deployment go. Compacted by key.\",\"fields\":[{\"name\":\"deployment\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"targets\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Target\",\"doc\":\"One model version behind a deployment.\",\"fields\":[{\"name\":\"model\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"version\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"manifest_blob\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"weight\",\"type\":\"double\",\"default\":0.0},{\"name\":\"role\",\"type\":\"string\",\"default\":\"stable\"}]}},\"default\":[]},{\"name\":\"revision\",\"type\":\"long\",\"default\":0,\"doc\":\"Grows with each change.\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"CallServed\",\"namespace\":\"studio.serving.calls\",\"fields\":[{\"name\":\"call_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"deployment\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"model\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"version\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"role\",\"type\":\"string\",\"default\":\"\",\"doc\":\"stable, canary or baseline.\"},{\"name\":\"propensity\",\"type\":\"double\",\"default\":0.0,\"doc\":\"Probability with which the arm was chosen.\"},{\"name\":\"status\",\"type\":\"int\",\"default\":0,\"doc\":\"HTTP status.\"},{\"name\":\"latency_ms\",\"type\":\"double\",\"default\":0.0},{\"name\":\"prompt_tokens\",\"type\":\"int\",\"default\":0},{\"name\":\"completion_tokens\",\"type\":\"int\",\"default\":0},{\"name\":\"session\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Hash of the session.\"},{\"name\":\"worker\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"error\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"OutcomeReported\",\"namespace\":\"studio.serving.calls\",\"fields\":[{\"name\":\"call_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"deployment\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"version\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"role\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"score\",\"type\":\"double\",\"default\":0.0,\"doc\":\"0 to 1.\"},{\"name\":\"source\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"LeaseLost\",\"namespace\":\"studio.training\",\"doc\":\"The holder stopped sending heartbeats.\",\"fields\":[{\"name\":\"epoch\",\"type\":\"int\",\"default\":0},{\"name\":\"trainer\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"RunAdjusted\",\"namespace\":\"studio.training\",\"doc\":\"Settings of a run change while it trains; AdjustmentApplied says from which step.\",\"fields\":[{\"name\":\"revision\",\"type\":\"int\",\"default\":0,\"doc\":\"Grows with each change of this run.\"},{\"name\":\"changes\",\"type\":\"string\",\"default\":\"{}\",\"doc\":\"JSON: learning_rate, kl_target, kl_coefficient; what is absent stays.\"},{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"author\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"RunCancelled\",\"namespace\":\"studio.training\",\"fields\":[{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"author\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"RunClaimed\",\"namespace\":\"studio.training\",\"doc\":\"One trainer holds the run.\",\"fields\":[{\"name\":\"trainer\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"epoch\",\"type\":\"int\",\"default\":0,\"doc\":\"Grows with each claim.\"},{\"name\":\"lease_seconds\",\"type\":\"double\",\"default\":10.0}]}"),
    (1, "{\"type\":\"record\",\"name\":\"RunCompleted\",\"namespace\":\"studio.training\",\"fields\":[{\"name\":\"epoch\",\"type\":\"int\",\"default\":0},{\"name\":\"step\",\"type\":\"int\",\"default\":0},{\"name\":\"manifest_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Trained weights.\"},{\"name\":\"base_manifest_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Weights before reinforcement.\"},{\"name\":\"metrics\",\"type\":\"string\",\"default\":\"\",\"doc\":\"JSON.\"},{\"name\":\"dataset_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"model_name\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"RunFailed\",\"namespace\":\"studio.training\",\"fields\":[{\"name\":\"epoch\",\"type\":\"int\",\"default\":0},{\"name\":\"code\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"field\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"remedy\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"RunPaused\",\"namespace\":\"studio.training\",\"doc\":\"The holder stores a checkpoint and lets go; nobody claims the run until it is resumed.\",\"fields\":[{\"name\":\"reason\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"author\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"RunRequested\",\"namespace\":\"studio.training\",\"fields\":[{\"name\":\"dataset_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"base_model\",\"type\":\"string\",\"default\":\"\",\"doc\":\"small, a hub id, or a local path.\"},{\"name\":\"config\",\"type\":\"string\",\"default\":\"{}\",\"doc\":\"JSON.\"},{\"name\":\"model_name\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Name in the registry.\"},{\"name\":\"requested_by\",\"type\":\"string\",\"default\":\"\"}]}"),
    (2, "{\"type\":\"record\",\"name\":\"RunRequested\",\"namespace\":\"studio.training\",\"fields\":[{\"name\":\"dataset_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"base_model\",\"type\":\"string\",\"default\":\"\",\"doc\":\"small, a hub id, or a local path.\"},{\"name\":\"config\",\"type\":\"string\",\"default\":\"{}\",\"doc\":\"JSON.\"},{\"name\":\"model_name\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Name in the registry.\"},{\"name\":\"requested_by\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"parent_run\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Fork: the run whose weights and optimizer this one goes on from.\"},{\"name\":\"parent_step\",\"type\":\"int\",\"default\":0,\"doc\":\"Fork: the last step that both share.\"},{\"name\":\"needs\",\"type\":\"string\",\"default\":\"{}\",\"doc\":\"JSON: device (cpu, cuda or any) and memory, in bytes.\"},{\"name\":\"labels\",\"type\":\"string\",\"default\":\"{}\",\"doc\":\"JSON, name to text: search and trial, for example.\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"RunResumed\",\"namespace\":\"studio.training\",\"doc\":\"Any trainer may claim the run again.\",\"fields\":[{\"name\":\"author\",\"type\":\"string\",\"default\":\"\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"AdjustmentApplied\",\"namespace\":\"studio.training.steps\",\"fields\":[{\"name\":\"run_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"revision\",\"type\":\"int\",\"default\":0,\"doc\":\"That of RunAdjusted.\"},{\"name\":\"phase\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"step\",\"type\":\"int\",\"default\":0,\"doc\":\"The first step under the new settings.\"},{\"name\":\"changes\",\"type\":\"string\",\"default\":\"{}\",\"doc\":\"JSON, as in RunAdjusted.\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"CheckpointSaved\",\"namespace\":\"studio.training.steps\",\"fields\":[{\"name\":\"run_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"step\",\"type\":\"int\",\"default\":0},{\"name\":\"phase\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"manifest_blob\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"bytes\",\"type\":\"long\",\"default\":0}]}"),
    (1, "{\"type\":\"record\",\"name\":\"EvaluationRecorded\",\"namespace\":\"studio.training.steps\",\"fields\":[{\"name\":\"run_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"phase\",\"type\":\"string\",\"default\":\"\",\"doc\":\"before, during or after.\"},{\"name\":\"step\",\"type\":\"int\",\"default\":0},{\"name\":\"split\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"items\",\"type\":\"int\",\"default\":0},{\"name\":\"sections\",\"type\":\"int\",\"default\":0},{\"name\":\"reward\",\"type\":\"double\",\"default\":0.0},{\"name\":\"low\",\"type\":\"double\",\"default\":0.0,\"doc\":\"95 % interval by section.\"},{\"name\":\"high\",\"type\":\"double\",\"default\":0.0},{\"name\":\"gain\",\"type\":\"double\",\"default\":0.0,\"doc\":\"Against before, paired.\"},{\"name\":\"gain_low\",\"type\":\"double\",\"default\":0.0},{\"name\":\"gain_high\",\"type\":\"double\",\"default\":0.0},{\"name\":\"detail_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Parquet, one row per item.\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"RunHeartbeat\",\"namespace\":\"studio.training.steps\",\"fields\":[{\"name\":\"run_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"trainer\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"phase\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"step\",\"type\":\"int\",\"default\":0},{\"name\":\"steps_total\",\"type\":\"int\",\"default\":0}]}"),
    (1, "{\"type\":\"record\",\"name\":\"StepRecorded\",\"namespace\":\"studio.training.steps\",\"doc\":\"One optimiser step.\",\"fields\":[{\"name\":\"run_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"phase\",\"type\":\"string\",\"default\":\"\",\"doc\":\"warm_start or grpo.\"},{\"name\":\"step\",\"type\":\"int\",\"default\":0},{\"name\":\"steps_total\",\"type\":\"int\",\"default\":0},{\"name\":\"loss\",\"type\":\"double\",\"default\":0.0},{\"name\":\"reward\",\"type\":\"double\",\"default\":0.0,\"doc\":\"Mean over completions.\"},{\"name\":\"reward_parts\",\"type\":\"string\",\"default\":\"{}\",\"doc\":\"JSON, part to mean.\"},{\"name\":\"kl\",\"type\":\"double\",\"default\":0.0,\"doc\":\"k3 estimate, nats per token.\"},{\"name\":\"entropy\",\"type\":\"double\",\"default\":0.0,\"doc\":\"Nats per token.\"},{\"name\":\"clip_fraction\",\"type\":\"double\",\"default\":0.0},{\"name\":\"grad_norm\",\"type\":\"double\",\"default\":0.0,\"doc\":\"Before clipping.\"},{\"name\":\"learning_rate\",\"type\":\"double\",\"default\":0.0},{\"name\":\"length\",\"type\":\"double\",\"default\":0.0,\"doc\":\"Mean completion tokens.\"},{\"name\":\"tokens\",\"type\":\"long\",\"default\":0,\"doc\":\"Tokens trained on in this step.\"},{\"name\":\"completions\",\"type\":\"int\",\"default\":0},{\"name\":\"dead_groups\",\"type\":\"int\",\"default\":0,\"doc\":\"Groups without spread.\"},{\"name\":\"groups_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Parquet: completions, reward parts, advantages.\"},{\"name\":\"seconds\",\"type\":\"double\",\"default\":0.0}]}"),
    (2, "{\"type\":\"record\",\"name\":\"StepRecorded\",\"namespace\":\"studio.training.steps\",\"doc\":\"One optimiser step.\",\"fields\":[{\"name\":\"run_id\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"phase\",\"type\":\"string\",\"default\":\"\",\"doc\":\"warm_start or grpo.\"},{\"name\":\"step\",\"type\":\"int\",\"default\":0},{\"name\":\"steps_total\",\"type\":\"int\",\"default\":0},{\"name\":\"loss\",\"type\":\"double\",\"default\":0.0},{\"name\":\"reward\",\"type\":\"double\",\"default\":0.0,\"doc\":\"Mean over completions.\"},{\"name\":\"reward_parts\",\"type\":\"string\",\"default\":\"{}\",\"doc\":\"JSON, part to mean.\"},{\"name\":\"kl\",\"type\":\"double\",\"default\":0.0,\"doc\":\"k3 estimate, nats per token.\"},{\"name\":\"entropy\",\"type\":\"double\",\"default\":0.0,\"doc\":\"Nats per token.\"},{\"name\":\"clip_fraction\",\"type\":\"double\",\"default\":0.0},{\"name\":\"grad_norm\",\"type\":\"double\",\"default\":0.0,\"doc\":\"Before clipping.\"},{\"name\":\"learning_rate\",\"type\":\"double\",\"default\":0.0},{\"name\":\"length\",\"type\":\"double\",\"default\":0.0,\"doc\":\"Mean completion tokens.\"},{\"name\":\"tokens\",\"type\":\"long\",\"default\":0,\"doc\":\"Tokens trained on in this step.\"},{\"name\":\"completions\",\"type\":\"int\",\"default\":0},{\"name\":\"dead_groups\",\"type\":\"int\",\"default\":0,\"doc\":\"Groups without spread.\"},{\"name\":\"groups_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Parquet: completions, reward parts, advantages.\"},{\"name\":\"seconds\",\"type\":\"double\",\"default\":0.0},{\"name\":\"metrics\",\"type\":\"string\",\"default\":\"{}\",\"doc\":\"JSON, name to number: figures without a field of their own.\"},{\"name\":\"alarms\",\"type\":\"string\",\"default\":\"[]\",\"doc\":\"JSON: what the stability monitor said: rule, action, value, limit, message.\"},{\"name\":\"definitions_blob\",\"type\":\"string\",\"default\":\"\",\"doc\":\"JSON, name to definition, of all figures of the step.\"}]}"),
    (1, "{\"type\":\"record\",\"name\":\"TrainerAnnounced\",\"namespace\":\"studio.training.steps\",\"doc\":\"A trainer and what it could train on.\",\"fields\":[{\"name\":\"trainer\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"devices\",\"type\":\"string\",\"default\":\"[]\",\"doc\":\"JSON: a list of name, kind (cpu or cuda), memory and free, both in bytes.\"},{\"name\":\"run_id\",\"type\":\"string\",\"default\":\"\",\"doc\":\"What it works on; empty while it is free.\"}]}"),
)
