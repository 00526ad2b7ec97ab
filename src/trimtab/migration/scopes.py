"""Which names a piece of Python binds, and where; nothing is executed."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_CHANGING = frozenset(
    {"append", "clear", "extend", "insert", "pop", "popitem", "remove", "reverse"}
    | {"setdefault", "sort", "update"}
)


@dataclass(frozen=True, slots=True)
class Binding:
    """A name is given a value: the expression, or None for what no expression stands for.

    ``sure`` unless a branch, a loop or an exception decides whether it happens.
    """

    value: ast.expr | None
    line: int
    column: int
    sure: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """``name.attributes = value``."""

    attributes: tuple[str, ...]
    value: ast.expr
    line: int


@dataclass(slots=True)
class Scope:
    """The bindings of one module or function, without those of functions inside it."""

    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    changes: dict[str, int] = field(default_factory=dict)
    settings: dict[str, list[Setting]] = field(default_factory=dict)

    @classmethod
    def of(cls, owner: ast.Module | ast.FunctionDef | ast.AsyncFunctionDef) -> Scope:
        scope = cls()
        if not isinstance(owner, ast.Module):
            arguments = owner.args
            for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
                scope._bind(one.arg, None, one, sure=True)
            for other in filter(None, (arguments.vararg, arguments.kwarg)):
                scope._bind(other.arg, None, other, sure=True)
        scope._walk(owner.body, sure=True)
        return scope

    def _walk(self, body: Iterable[ast.stmt], sure: bool) -> None:
        for statement in body:
            self._statement(statement, sure)

    def _statement(self, statement: ast.stmt, sure: bool) -> None:
        match statement:
            case ast.Assign(targets, value):
                for target in targets:
                    self._assign(target, value, sure)
            case ast.AnnAssign(target, _, ast.expr() as value):
                self._assign(target, value, sure)
            case ast.AugAssign(target):
                self._change(target, statement)
            case ast.Delete(targets):
                for target in targets:
                    self._change(target, statement)
            case ast.Expr(ast.Call(ast.Attribute(ast.Name() as name, method))):
                if method in _CHANGING:
                    self._change(name, statement)
            case ast.FunctionDef(name=bound) | ast.AsyncFunctionDef(name=bound):
                self._bind(bound, None, statement, sure)
            case ast.ClassDef(name=bound):
                self._bind(bound, None, statement, sure)
            case ast.If(test, body, orelse):
                certain = sure and _is_main(test)
                self._walk(body, certain)
                self._walk(orelse, sure=False)
            case ast.For(target=target) | ast.AsyncFor(target=target):
                self._assign(target, None, sure)
                self._walk([*statement.body, *statement.orelse], sure=False)
            case ast.With(items) | ast.AsyncWith(items):
                for item in items:
                    if item.optional_vars is not None:
                        self._assign(item.optional_vars, None, sure)
                self._walk(statement.body, sure)
            case ast.While() | ast.Try() | ast.TryStar() | ast.Match():
                self._walk(_inner(statement), sure=False)

    def _assign(self, target: ast.expr, value: ast.expr | None, sure: bool) -> None:
        match target, value:
            case ast.Name(name), _:
                self._bind(name, value, target, sure)
            case ((ast.Tuple(names) | ast.List(names)), (ast.Tuple(values) | ast.List(values))) if (
                len(names) == len(values)
            ):
                for one, other in zip(names, values, strict=True):
                    self._assign(one, other, sure)
            case ((ast.Tuple(names) | ast.List(names)), _):
                for one in names:
                    self._assign(one, None, sure)
            case ast.Starred(inner), _:
                self._assign(inner, None, sure)
            case ast.Attribute(), ast.expr():
                name, attributes = _chain(target)
                if name:
                    setting = Setting(attributes, value, target.lineno)
                    self.settings.setdefault(name, []).append(setting)
            case ast.Subscript(ast.Name() as name), _:
                self._change(name, target)

    def _bind(
        self, name: str, value: ast.expr | None, at: ast.stmt | ast.expr | ast.arg, sure: bool
    ) -> None:
        binding = Binding(value, at.lineno, at.col_offset, sure)
        self.bindings.setdefault(name, []).append(binding)

    def _change(self, target: ast.expr, at: ast.stmt | ast.expr) -> None:
        while isinstance(target, ast.Subscript):
            target = target.value
        if isinstance(target, ast.Name):
            self.changes.setdefault(target.id, at.lineno)


def _chain(target: ast.expr) -> tuple[str, tuple[str, ...]]:
    attributes: list[str] = []
    while isinstance(target, ast.Attribute):
        attributes.insert(0, target.attr)
        target = target.value
    return (target.id if isinstance(target, ast.Name) else ""), tuple(attributes)


def _is_main(test: ast.expr) -> bool:
    match test:
        case ast.Compare(ast.Name("__name__"), [ast.Eq()], [ast.Constant("__main__")]):
            return True
    return False


def _inner(statement: ast.stmt) -> Iterator[ast.stmt]:
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.stmt):
            yield child
        elif isinstance(child, ast.ExceptHandler | ast.match_case):
            yield from child.body


def imports(tree: ast.Module) -> dict[str, str]:
    """Name in the file -> full dotted name, for everything that the file imports."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names):
                for alias in names:
                    top = alias.name.partition(".")[0]
                    found[alias.asname or top] = alias.name if alias.asname else top
            case ast.ImportFrom(str(module), names):
                for alias in names:
                    found[alias.asname or alias.name] = f"{module}.{alias.name}"
    return found
