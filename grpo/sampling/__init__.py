"""Where completions come from: prompts, tokens that are chosen, episodes, and other engines."""
