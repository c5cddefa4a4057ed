#!/usr/bin/env python3
"""Record what a connector on pycti can name.

It writes pycti_members.txt next to itself, a line for each name:

    CLASS NAME          a method, property, attribute or value of a class
    CLASS.METHOD NAME   a parameter; of CLASS itself, those of its constructor
    FUNCTION NAME       the same of a function of a module
    MODULE NAME         a class, function or constant of a module
    data NAME           a member of the message that the helper reads, or adds for the callback
    batch_data NAME     a member of what a callback of batches is given
    msg NAME            what the helper reads of an event of a stream
    metric NAME         a metric that a connector can move
    variable NAME       a variable of the environment, read anywhere in pycti

All but the variables are those of pycti's modules for connectors. Names that begin with an
underscore are left out.

Usage: pip install pycti==7.261026.0; python3 tests/data/pycti_members.py
"""

import ast
import importlib.util
from pathlib import Path

OUTPUT = Path(__file__).with_name("pycti_members.txt")
# Found and not imported: what it depends on is not needed.
ROOT = Path(importlib.util.find_spec("pycti").origin).parent
READERS = {"get_config_variable", "os.getenv", "os.environ.get", "_env_bool", "_env_float"}
INTERNAL = "json_data['internal']"
MESSAGE = ["json_data", "json_data['event']", "event_data", "internal_data", INTERNAL, f"{INTERNAL}['playbook']"]


def is_public(name):
    return not name.startswith("_")


def is_a(node, kind):
    """Whether a decorator of a function is of this kind: `property`, `setter`."""
    return any(ast.unparse(decorator).split(".")[-1] == kind for decorator in node.decorator_list)


def is_function(node):
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))


def assigned(node):
    """The names that a statement assigns."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def text(node):
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def members_of(tree, objects):
    """The members that are read from, or put into, objects given as expressions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript):
            of, member = node.value, text(node.slice)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            of, member = node.func.value, text(node.args[0])
            if node.func.attr != "get":
                continue
        else:
            continue
        if member and ast.unparse(of) in objects:
            yield member


def parameters(function):
    arguments = function.args
    for argument in arguments.posonlyargs + arguments.args + arguments.kwonlyargs:
        if argument.arg not in ("self", "cls"):
            yield argument.arg
    if arguments.kwarg:
        yield from members_of(function, [arguments.kwarg.arg])


def of_class(node):
    for member in node.body:
        if isinstance(member, (ast.Assign, ast.AnnAssign)):
            yield from ((node.name, name) for name in assigned(member) if is_public(name))
        elif isinstance(member, ast.ClassDef):
            yield node.name, member.name
            yield from of_class(member)
        elif is_function(member) and not is_a(member, "setter"):
            owner = node.name if member.name == "__init__" else f"{node.name}.{member.name}"
            if is_public(member.name):
                yield node.name, member.name
            if is_public(member.name) or member.name == "__init__":
                yield from ((owner, name) for name in parameters(member))
    for member in ast.walk(node):
        if isinstance(member, ast.Attribute) and isinstance(member.ctx, ast.Store):
            if ast.unparse(member.value) == "self" and is_public(member.attr):
                yield node.name, member.attr


def of_module(name, tree):
    for node in tree.body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            yield from ((name, it) for it in assigned(node) if is_public(it))
        elif isinstance(node, ast.ClassDef) and is_public(node.name):
            yield name, node.name
            yield from of_class(node)
        elif is_function(node) and is_public(node.name):
            yield name, node.name
            yield from ((node.name, it) for it in parameters(node))


def of_data(tree):
    """What the helper and a callback hand each other."""
    for node in ast.walk(tree):
        if is_function(node) and node.name == "_data_handler":
            yield from (("data", name) for name in members_of(node, MESSAGE))
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "batch_data":
            parts = (part for part in ast.walk(node) if isinstance(part, ast.Dict))
            yield from (("batch_data", text(key)) for part in parts for key in part.keys)
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "msg":
            yield "msg", node.attr
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "self._metrics":
            yield from (("metric", text(key)) for key in node.value.keys)


def variables(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in READERS:
            named = [word.value for word in node.keywords if word.arg == "env_var"]
            name = text((node.args + named)[0])
            if name:
                yield "variable", name


def main():
    recorded = set()
    for path in ROOT.rglob("*.py"):
        tree = ast.parse(path.read_text())
        recorded.update(variables(tree))
        if path.parent.name == "connector":
            recorded.update(of_module(path.stem, tree))
            recorded.update(of_data(tree))
    OUTPUT.write_text("".join(f"{owner} {name}\n" for owner, name in sorted(recorded)))
    print(f"{OUTPUT.name}: {len(recorded)} names")


if __name__ == "__main__":
    main()
