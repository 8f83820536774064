"""What is wrong with a rule, and where."""


class RuleError(ValueError):
    """A rule that cannot be read. ``position`` counts characters of the expression from 1."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(f"{message} (at character {position})")
        self.position = position
