"""What expressions of a Python file are worth, as far as that can be told without running it.

Known are literals, arithmetic, ``range``, ``math.log`` and the like, names bound to what is known,
and calls of the Azure ML SDK, which become ``Call`` values. Everything else is ``Unread``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from trimtab.migration import arithmetic
from trimtab.migration.calls import Call, Symbol, check_size
from trimtab.migration.hyperdrive import Unread
from trimtab.migration.scopes import Binding, Scope, imports

_MAX_STEPS = 50_000
_MAX_DEPTH = 60
_FAULTS = (ArithmeticError, ValueError, TypeError, LookupError)
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Reader:
    """One parsed file; ``place`` writes a line of it as people look for it."""

    def __init__(self, tree: ast.Module, place: Callable[[int], str]) -> None:
        self._tree = tree
        self._place = place
        self._imports = imports(tree)
        self._module = Scope.of(tree)
        self._steps = 0
        self._bound_values: dict[int, object] = {}

    def calls(self, *names: str) -> Iterator[Call]:
        """Every call of an SDK function with one of ``names``, in the order of the file."""
        found: list[tuple[ast.Call, tuple[Scope, ...]]] = []
        self._find(self._tree, (self._module,), frozenset(names), found)
        for node, scopes in sorted(found, key=lambda one: (one[0].lineno, one[0].col_offset)):
            value = self._value(node, scopes, 0)
            if isinstance(value, Call):
                yield value

    def _find(
        self,
        owner: ast.AST,
        scopes: tuple[Scope, ...],
        names: frozenset[str],
        found: list[tuple[ast.Call, tuple[Scope, ...]]],
    ) -> None:
        for node in ast.iter_child_nodes(owner):
            inner = (Scope.of(node), *scopes) if isinstance(node, Function) else scopes
            if isinstance(node, ast.Call) and self._sdk_name(node.func, scopes) in names:
                found.append((node, scopes))
            self._find(node, inner, names, found)

    def _value(self, node: ast.expr, scopes: tuple[Scope, ...], depth: int) -> object:
        self._steps += 1
        if self._steps > _MAX_STEPS or depth > _MAX_DEPTH:
            return self._unread(node)
        try:
            value = self._known(node, scopes, depth + 1)
            check_size(value)
        except _FAULTS:
            return self._unread(node)
        return value

    def _known(self, node: ast.expr, scopes: tuple[Scope, ...], depth: int) -> object:
        def value(inner: ast.expr) -> object:
            return self._value(inner, scopes, depth)

        match node:
            case ast.Constant(bool() | int() | float() | str() | None as constant):
                return constant
            case ast.Name():
                return self._name(node, scopes, depth)
            case ast.List(items):
                return self._items(items, scopes, depth)
            case ast.Tuple(items):
                return tuple(self._items(items, scopes, depth))
            case ast.Dict():
                return self._dict(node, scopes, depth)
            case ast.UnaryOp(ast.USub() | ast.UAdd() as sign, operand):
                number = arithmetic.number(value(operand))
                return -number if isinstance(sign, ast.USub) else number
            case ast.BinOp(left, kind, right):
                return arithmetic.combined(kind, value(left), value(right))
            case ast.JoinedStr(parts):
                text = "".join(_part(part, value) for part in parts)
                arithmetic.check_length(text)
                return text
            case ast.Attribute(inner, name):
                known = self._sdk_name(node, scopes)
                if known:
                    return Symbol(known)
                return self._stamped(Call(name, on=value(inner)), node)
            case ast.Subscript(ast.expr() as holder, key):
                return self._subscript(node, value(holder), value(key))
            case ast.Call():
                return self._call(node, scopes, depth)
        return self._unread(node)

    def _name(self, node: ast.Name, scopes: tuple[Scope, ...], depth: int) -> object:
        for index, scope in enumerate(scopes):
            bindings = scope.bindings.get(node.id)
            if not bindings:
                continue
            here = (node.lineno, node.col_offset)
            if index == 0:
                bindings = [one for one in bindings if (one.line, one.column) < here]
            return self._bound(node, scope, _last(bindings), scopes[index:], depth)
        known = self._sdk_name(node, scopes)
        return Symbol(known) if known else self._unread(node)

    def _bound(
        self,
        node: ast.Name,
        scope: Scope,
        bindings: Sequence[Binding],
        scopes: tuple[Scope, ...],
        depth: int,
    ) -> object:
        values = [
            self._once(one.value, scopes, depth) if one.value else self._unread(node)
            for one in bindings
        ]
        if not values:
            return self._unread(node)
        if any(value != values[0] for value in values):
            lines = " and ".join(str(one.line) for one in bindings)
            unread = self._unread(node, f"is set in the lines {lines}")
            return replace(unread, options=tuple(values))
        value, changed = values[0], scope.changes.get(node.id, 0)
        if isinstance(value, Call):
            return replace(value, settings=tuple(self._settings(node.id, scope, scopes, depth)))
        if changed and not isinstance(value, Unread):
            return self._unread(node, f"is changed in line {changed}")
        return value

    def _once(self, node: ast.expr, scopes: tuple[Scope, ...], depth: int) -> object:
        """The value of a binding, which many uses may share."""
        if id(node) not in self._bound_values:
            self._bound_values[id(node)] = self._value(node, scopes, depth)
        return self._bound_values[id(node)]

    def _settings(
        self, name: str, scope: Scope, scopes: tuple[Scope, ...], depth: int
    ) -> Iterator[tuple[str, object, str]]:
        for one in scope.settings.get(name, ()):
            value = self._value(one.value, scopes, depth)
            yield ".".join(one.attributes), value, self._place(one.line)

    def _items(
        self, nodes: Sequence[ast.expr], scopes: tuple[Scope, ...], depth: int
    ) -> list[object]:
        items: list[object] = []
        for node in nodes:
            inner = node.value if isinstance(node, ast.Starred) else node
            value = self._value(inner, scopes, depth)
            if not isinstance(node, ast.Starred):
                items.append(value)
            elif isinstance(value, list | tuple):
                items += value
            else:
                raise TypeError
            arithmetic.check_length(items)
        return items

    def _dict(self, node: ast.Dict, scopes: tuple[Scope, ...], depth: int) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, inner in zip(node.keys, node.values, strict=True):
            value = self._value(inner, scopes, depth)
            if key is None:
                found |= arithmetic.mapping(value)
                continue
            name = self._value(key, scopes, depth)
            if not isinstance(name, str):
                raise TypeError
            found[name] = value
        return found

    def _subscript(self, node: ast.Subscript, holder: object, key: object) -> object:
        match holder, key:
            case dict(), str():
                return holder[key]
            case ((list() | tuple()), int()):
                return holder[key]
            case Call(), _:
                return self._stamped(Call(holder.name, (key,), on=holder.on), node)
            case Symbol(name), str():
                return Symbol(f"{name}.{key}")
        return self._unread(node)

    def _call(self, node: ast.Call, scopes: tuple[Scope, ...], depth: int) -> object:
        dotted = self._dotted(node.func, scopes)
        keywords: dict[str, object] = {}
        spread: Unread | None = None
        arguments: list[object] = []
        for argument in node.args:
            try:
                arguments += self._items([argument], scopes, depth)
            except TypeError:
                spread = self._unread(argument)
        for keyword in node.keywords:
            value = self._value(keyword.value, scopes, depth)
            if keyword.arg is not None:
                keywords[keyword.arg] = value
            elif isinstance(value, dict):
                keywords |= value
            else:
                spread = self._unread(keyword.value)
        if known := self._sdk_name(node.func, scopes):
            call = Call(known, tuple(arguments), keywords, spread=spread, dotted=dotted)
            return self._stamped(call, node)
        if isinstance(node.func, ast.Attribute) and not dotted:
            on = self._value(node.func.value, scopes, depth)
            return self._stamped(Call(node.func.attr, tuple(arguments), keywords, on), node)
        if keywords or spread is not None:
            return self._unread(node)
        return arithmetic.called(dotted, arguments)

    def _dotted(self, node: ast.expr, scopes: tuple[Scope, ...]) -> str:
        """The full name behind ``node``; empty when its first part is a variable."""
        match node:
            case ast.Name(name):
                if any(name in scope.bindings for scope in scopes):
                    return ""
                return self._imports.get(name, name)
            case ast.Attribute(inner, name):
                holder = self._dotted(inner, scopes)
                return f"{holder}.{name}" if holder else ""
        return ""

    def _sdk_name(self, node: ast.expr, scopes: tuple[Scope, ...]) -> str:
        """``choice`` or ``Environment.get`` for a name of the SDK, imported or, as in a snippet,
        taken for granted; empty for any other.
        """
        parts = self._dotted(node, scopes).split(".")
        if not parts[0] or (parts[0] != "azureml" and not _snippet(parts, self._imports)):
            return ""
        return ".".join(parts[-2:] if len(parts) > 1 and parts[-2][:1].isupper() else parts[-1:])

    def _unread(self, node: ast.expr, why: str = "") -> Unread:
        unread = Unread(_code(node), self._place(node.lineno))
        return replace(unread, why=why) if why else unread

    def _stamped(self, call: Call, node: ast.expr) -> Call:
        return replace(call, code=_code(node), place=self._place(node.lineno))


def _code(node: ast.expr) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def _snippet(parts: Sequence[str], imported: Mapping[str, str]) -> bool:
    from trimtab.migration.hyperdrive import DISTRIBUTIONS

    module = parts[0] in imported.values() or ".".join(parts) in imported.values()
    return not module and (parts[0][:1].isupper() or (parts[0] in DISTRIBUTIONS and not parts[1:]))


def _last(bindings: Sequence[Binding]) -> Sequence[Binding]:
    """The bindings that can be the one in force: the last sure one and what follows it."""
    sure = [index for index, one in enumerate(bindings) if one.sure]
    return bindings[sure[-1] :] if sure else bindings


def _part(part: ast.expr, value: Callable[[ast.expr], object]) -> str:
    match part:
        case ast.Constant(str(text)):
            return text
        case ast.FormattedValue(inner, -1, None):
            found = value(inner)
            if isinstance(found, str | int | float):
                return str(found)
    raise TypeError
