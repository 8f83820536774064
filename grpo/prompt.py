"""How a passage and a question become the prompt of a model; one place for training and for serving.

The text of the user message is made here; the markers around it are the tokenizer's own chat template, which is saved
with the model. So a server that applies ``apply_chat_template`` to ``[{"role": "user", "content": content(p, q)}]``
feeds the model exactly what it was trained on.
"""

from __future__ import annotations

from transformers import PreTrainedTokenizerBase

QUESTION = "question: "

# Answers start with a space, because that is how words look inside a passage to a byte-level tokenizer.
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{% if message['role'] == 'assistant' %}{{ '<|assistant|> ' + message['content'] | trim + '<|end|>' }}"
    "{% else %}{{ '<|user|>' + message['content'] | trim }}{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)

# For a base model that brings no template of its own; saved with the trained model, so that servers use the same.
PLAIN_TEMPLATE = (
    "{% for message in messages %}"
    "{% if message['role'] == 'assistant' %}{{ 'answer: ' + message['content'] | trim + '\n' }}"
    "{% else %}{{ message['content'] | trim + '\n' }}{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ 'answer:' }}{% endif %}"
)


def content(passage: str, question: str) -> str:
    """Text of the user message: the passage, an empty line, the question; without a passage the question is all."""
    if not passage.strip():
        return question.strip()
    return f"{passage.strip()}\n\n{QUESTION}{question.strip()}"


def encode(tokenizer: PreTrainedTokenizerBase, passage: str, question: str) -> list[int]:
    """Token ids of the prompt, up to and including the marker after which the answer starts."""
    messages = [{"role": "user", "content": content(passage, question)}]
    text = str(tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False))
    return list(tokenizer.encode(text, add_special_tokens=False))


def end_tokens(tokenizer: PreTrainedTokenizerBase) -> tuple[int, ...]:
    """Tokens that end a completion."""
    if tokenizer.eos_token_id is None:
        return ()
    eos = tokenizer.eos_token_id
    return tuple(eos) if isinstance(eos, list) else (int(eos),)
