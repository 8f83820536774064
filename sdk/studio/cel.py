"""The part of CEL that rules are written in, read into the syntax tree that rules are judged by.

    rule       = choice
    choice     = or [ "?" or ":" choice ]
    or         = and { "||" and }
    and        = not { "&&" not }
    not        = { "!" } truth
    truth      = "has" "(" name ")" | "true" | "false" | "(" choice ")" | number relation
    relation   = ( "<" | "<=" | ">" | ">=" | "==" | "!=" ) number | "in" "[" number { "," number } "]"
    number     = name | [ "-" ] digits

Meaning as in CEL, except for a score that a sample does not have: CEL calls that an error, here it is unknown (see
`studio.rule`); as in CEL `false && error` is false and `true || error` is true. `has(name)` is never unknown.
`c ? a : b` is `(c && a) || (!c && b)`, and `x in [a, b]` is `x == a || x == b`.

Source: Common Expression Language, language definition (github.com/google/cel-spec, doc/langdef.md).
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from studio.rule_error import RuleError

TOKEN = re.compile(
    r"\s+|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>&&|\|\||[<>=!]=|[<>!?:()\[\],-])",
    re.ASCII,
)
RELATIONS = {"<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE, "==": ast.Eq, "!=": ast.NotEq}
RESERVED = {"and": "&&", "or": "||", "not": "!", "True": "true", "False": "false", "None": "has(...)"}
HAS = "has"
DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Token:
    """kind: number, name, sign or end. at: position of its first character, from 1."""

    kind: str
    text: str
    at: int


def read(text: str) -> ast.expr:
    """The syntax tree of a rule: comparisons, `and`, `or`, `not`, constants and calls of `has`.

    Raises:
        RuleError: anything outside the grammar.
    """
    reader = _Reader(_tokens(text))
    tree = reader.choice(0)
    reader.expect("end", "")
    return tree


def _tokens(text: str) -> list[Token]:
    found, place = [], 0
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None:
            raise RuleError(f"unexpected character {text[place]!r}", place + 1)
        if match.lastgroup:
            found.append(Token(match.lastgroup, match.group(), place + 1))
        place = match.end()
    return [*found, Token("end", "", len(text) or 1)]


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens, self._place = tokens, 0

    @property
    def now(self) -> Token:
        return self._tokens[self._place]

    def take(self) -> Token:
        token = self.now
        self._place += token.kind != "end"
        return token

    def met(self, sign: str) -> bool:
        if self.now.kind in ("sign", "name") and self.now.text == sign:
            self._place += 1
            return True
        return False

    def expect(self, kind: str, text: str) -> None:
        if self.now.kind != kind or (text and self.now.text != text):
            told = RESERVED.get(self.now.text)
            hint = f"; write {told}" if told else ""
            wanted = f"{text!r}" if text else "&&, || or the end"
            raise RuleError(f"expected {wanted}, found {self.now.text or 'the end'!r}{hint}", self.now.at)
        self.take()

    def choice(self, depth: int) -> ast.expr:
        if depth > DEEPEST:
            raise RuleError("nested too deeply", self.now.at)
        condition = self.either(depth)
        if not self.met("?"):
            return condition
        yes = self.either(depth)
        self.expect("sign", ":")
        no = self.choice(depth + 1)
        return ast.BoolOp(
            ast.Or(),
            [ast.BoolOp(ast.And(), [condition, yes]), ast.BoolOp(ast.And(), [ast.UnaryOp(ast.Not(), condition), no])],
        )

    def either(self, depth: int) -> ast.expr:
        values = [self.both(depth)]
        while self.met("||"):
            values.append(self.both(depth))
        return values[0] if len(values) == 1 else ast.BoolOp(ast.Or(), values)

    def both(self, depth: int) -> ast.expr:
        values = [self.denied(depth)]
        while self.met("&&"):
            values.append(self.denied(depth))
        return values[0] if len(values) == 1 else ast.BoolOp(ast.And(), values)

    def denied(self, depth: int) -> ast.expr:
        if depth > DEEPEST:
            raise RuleError("nested too deeply", self.now.at)
        if self.met("!"):
            return ast.UnaryOp(ast.Not(), self.denied(depth + 1))
        return self.truth(depth)

    def truth(self, depth: int) -> ast.expr:
        if self.met("("):
            inner = self.choice(depth + 1)
            self.expect("sign", ")")
            return inner
        if self.met(HAS):
            self.expect("sign", "(")
            name = self.name()
            self.expect("sign", ")")
            return ast.Call(ast.Name(HAS, ast.Load()), [name], [])
        for word, value in (("true", True), ("false", False)):
            if self.met(word):
                return ast.Constant(value)
        return self.relation()

    def relation(self) -> ast.expr:
        left = self.number()
        if self.met("in"):
            self.expect("sign", "[")
            values = [self.number()]
            while self.met(","):
                values.append(self.number())
            self.expect("sign", "]")
            equal: list[ast.expr] = [ast.Compare(left, [ast.Eq()], [value]) for value in values]
            return equal[0] if len(equal) == 1 else ast.BoolOp(ast.Or(), equal)
        token = self.take()
        if token.kind != "sign" or token.text not in RELATIONS:
            raise RuleError(f"expected a comparison such as >= 0.8, found {token.text or 'the end'!r}", token.at)
        return ast.Compare(left, [RELATIONS[token.text]()], [self.number()])

    def number(self) -> ast.expr:
        if self.met("-"):
            token = self.take()
            if token.kind == "number":
                return ast.UnaryOp(ast.USub(), ast.Constant(_value(token)))
            raise RuleError("expected a number", token.at)
        if self.now.kind == "number":
            return ast.Constant(_value(self.take()))
        return self.name()

    def name(self) -> ast.expr:
        token = self.take()
        if token.kind != "name" or token.text in (HAS, "in", "true", "false", *RESERVED):
            told = RESERVED.get(token.text)
            hint = f"; write {told}" if told else ""
            raise RuleError(
                f"expected the name of a score or a number, found {token.text or 'the end'!r}{hint}", token.at
            )
        return ast.Name(token.text, ast.Load())


def _value(token: Token) -> float:
    value = float(token.text)
    if value > 1e15:
        raise RuleError("numbers go up to 1e+15", token.at)
    return int(token.text) if token.text.isdigit() else value
