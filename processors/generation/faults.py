"""The ways in which an endpoint fails, and what a person can do about each."""

from __future__ import annotations

import re

from processors.generation.budget import MONEY_SPENT, TOKENS_SPENT
from processors.generation.reply import EMPTY

RATE_LIMITED = "endpoint_rate_limited"
SERVER_ERROR = "endpoint_server_error"
REFUSED = "endpoint_refused_request"
UNREACHABLE = "endpoint_unreachable"
NOT_ALLOWED = "endpoint_address_not_allowed"
LOST = "endpoint_connection_lost"
TOO_LONG = "endpoint_reply_too_long"
OVERFLOW = "endpoint_context_too_small"
OVERFLOW_WORDS = re.compile(r"context.{0,40}(?:length|window|size)|maximum.{0,40}(?:length|tokens)|too long", re.I)

REMEDIES = {
    RATE_LIMITED: "Ask for fewer samples at a time, or wait until the quota of the endpoint is free again.",
    SERVER_ERROR: "The endpoint answers with errors: look at its log, then request the batch again.",
    REFUSED: "The endpoint refuses the request: check the model name, the address (it ends in /v1) and the access.",
    UNREACHABLE: "Check that the endpoint runs and that its address can be reached from the platform.",
    NOT_ALLOWED: "Use a public address, or start the platform with STUDIO_ALLOW_PRIVATE_ENDPOINTS=true.",
    LOST: "The endpoint breaks its connections: look at its log and at what stands between it and the platform.",
    TOO_LONG: "Lower max_tokens.",
    OVERFLOW: "The model cannot read so much: lower max_tokens, shorten the template, or take a larger one.",
    TOKENS_SPENT: "Raise budget_tokens, or lower max_tokens: the most that one request may take has to fit.",
    MONEY_SPENT: "Raise budget_money, or lower max_tokens: the most that one request may cost has to fit.",
    EMPTY: "The endpoint answers without content: check that the model is a chat model.",
}
"""What a person can do about each way in which an endpoint fails."""
