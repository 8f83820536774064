"""A small tokenizer built from the uploaded text, saved as an ordinary ``tokenizer.json``.

Byte-level BPE (Radford et al., 2019) on lower-cased text. It sees all corpus text, held-out sections too, but never a
question or an answer. Built on the training sections only, unseen words fall into many pieces and most of what the
model learns does not carry over; documents added after training suffer from the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerBase, PreTrainedTokenizerFast

from grpo.errors import DatasetUnusable
from grpo.prompt import CHAT_TEMPLATE, QUESTION

PAD, USER, ASSISTANT, END = "<|pad|>", "<|user|>", "<|assistant|>", "<|end|>"
BLANKS = ("___", "____")  # how generated questions mark the place of the answer

# Words that questions are made of; the corpus may lack them, and in pieces they would fill the prompt.
QUESTION_WORDS = (
    "what who whom whose which when where why how how many how much is are was were be been does do did can must may "
    "should shall will has have had not the a an of in on at by for to from with and or as it this that these those "
    "complete the rule fill in the blank sentence word words missing answer passage text according following mean "
    "means called known stands refers"
)


def build(texts: Iterable[str], entries: int = 4000) -> PreTrainedTokenizerFast:
    """Build a tokenizer with at most ``entries`` entries (at least 262: bytes, markers, blanks).

    Raises:
        DatasetUnusable: there is no text.
    """
    corpus = [text for text in texts if text.strip()]
    if not corpus:
        raise DatasetUnusable("corpus", "there is no text to build a tokenizer from")
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=entries - len(BLANKS),
        min_frequency=1,
        special_tokens=[PAD, USER, ASSISTANT, END],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator([*corpus, *[f"{QUESTION} {QUESTION_WORDS} {QUESTION_WORDS}"] * 2], trainer)
    # The blank of a cloze question is one token wherever it stands, the space before it included.
    tokenizer.add_tokens([AddedToken(blank, lstrip=True, normalized=False) for blank in BLANKS])
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        pad_token=PAD,
        eos_token=END,
        chat_template=CHAT_TEMPLATE,
        clean_up_tokenization_spaces=False,
    )


def words(tokenizer: PreTrainedTokenizerBase, text: str) -> list[list[int]]:
    """Token ids of ``text``, one list per word between spaces; punctuation at its edges is a word of its own."""
    encoding = tokenizer.backend_tokenizer.encode(text, add_special_tokens=False)
    result: list[list[int]] = []
    outside, glued = True, False
    for token, (start, end) in zip(encoding.ids, encoding.offsets, strict=True):
        piece = text[start:end]
        if not piece.strip():
            result.append([token])  # a space that is a token of its own belongs to what follows
            outside = glued = True
            continue
        last = end >= len(text) or text[end].isspace()
        # Inside a word punctuation stays: 2,900 and boat's are one word each.
        edge = not any(letter.isalnum() for letter in piece) and (outside or last)
        if not glued and (outside or edge or piece[0].isspace()):
            result.append([])
        result[-1].append(token)
        outside, glued = edge or last, False
    return result


def sorts(tokenizer: PreTrainedTokenizerBase) -> list[int]:
    """What each entry looks like: 0 begins a word, 1 continues one, 2 is punctuation or a marker."""
    result = [2] * len(tokenizer)
    for token, identity in tokenizer.get_vocab().items():
        if token in (PAD, USER, ASSISTANT, END, *BLANKS):
            continue
        begun = token.startswith("\u0120")
        if any(letter.isalnum() for letter in token.removeprefix("\u0120")):
            result[identity] = 0 if begun else 1
    return result
