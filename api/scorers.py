"""The scorers that a curation may choose."""

from __future__ import annotations

from fastapi import APIRouter

from api.access import requires
from api.envelope import Attributes, Page, page
from api.errors import documented
from processors.curation.scorers import DEFAULTS, REMOTE, SCORERS

router = APIRouter(prefix="/curations", tags=["curation"])


class ScorerKindAttributes(Attributes):
    """A scorer. scope: what its value depends on. default: taken where a curation names none. needs_endpoint: its
    settings name an OpenAI-compatible server and a model.
    """

    version: str
    scope: str
    default: bool
    needs_endpoint: bool
    about: str


@router.get("/scorers", dependencies=requires("studio:read"), responses=documented(401, 403))
async def choices() -> Page[ScorerKindAttributes]:
    """All scorers, in the order in which they are listed in the room."""
    shown = [
        (
            one.name,
            ScorerKindAttributes(
                version=one.version,
                scope=one.scope,
                default=one.name in DEFAULTS,
                needs_endpoint=one.name in REMOTE,
                about=ABOUT[one.name],
            ),
        )
        for one in SCORERS
    ]
    return page("scorer", shown, None, len(shown))


ABOUT = {
    "duplicate": "1 for a repeat of an earlier question and answer",
    "near_duplicate": "similarity to the nearest earlier sample, 0 to 1",
    "earlier_duplicate": "similarity to the nearest row of a frozen dataset, 0 to 1",
    "contamination": "share of 13-word runs that stand in a held-out set, 0 to 1",
    "grounding": "how far the source says it: place, numbers, words, polarity; 0 to 1",
    "round_trip": "whether the question leads back to its passage and sentence, 0 to 1",
    "answerability": "whether one sentence answers the question best: 0, 0.5 or 1",
    "format": "share of the checks of length and form that are passed, 0 to 1",
    "language": "1 where question and answer are in the expected language",
    "pii": "places with personal data",
    "toxicity": "patterns of insults and threats that are met",
    "injection": "patterns of instructions to a model that are met",
    "judge": "a language model's 1 to 5, one score for each criterion",
    "perplexity": "of the answer's tokens after the question, under a model",
    "reward_model": "the number that a reward model gives",
    "diversity": "1 - cosine similarity to the nearest other sample, by embeddings of a server or of minilm",
}
