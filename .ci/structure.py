"""Measures the structure of the sources: sizes, import circles, and imports against the order of rooms.

A room is a folder of `src`, or a page: the file beside a folder that lists what is in it. ORDER
lists the rooms from the most basic on: a file imports from its own room and from those before it.
What is only compiled for tests does not count.

    python3 .ci/structure.py            # the figures, and each fault
    python3 .ci/structure.py --strict   # fails for circles, for imports against the order, for size
"""

import re
import sys
from pathlib import Path

SOURCES = Path(__file__).resolve().parent.parent / "src"
ORDER = """
    value connector config graphql message stix client
    runtime/error runtime/send_error runtime/backoff
    runtime/monitoring runtime/platform runtime/broker runtime/storage runtime/publishing
    runtime/handler runtime/run runtime/delivery runtime/scheduling runtime/stream
    runtime program testing upstream lib
""".split()
LONGEST_FILE, LONGEST_FUNCTION, MOST_FILES = 400, 60, 10


def code_of(path):
    """The lines of a file without its unit tests."""
    text = path.read_text(encoding="utf-8")
    text = re.split(r"^#\[cfg\((?:test|all\(test\b.*)\)\]\nmod \w+ \{$", text, flags=re.M)[0]
    return text.splitlines()


def is_code(line):
    return line.strip() != "" and not line.strip().startswith("//")


def functions(lines):
    """The functions with their lengths, by the layout of rustfmt."""
    for number, line in enumerate(lines):
        found = re.match(r"^(\s*)(?:pub(?:\([^)]*\))? |const |async |unsafe |default )*fn (\w+)", line)
        if not found:
            continue
        indent, name = found.groups()
        for end in range(number, len(lines)):
            if lines[end].startswith(indent + "}") or re.search(r"[;}]$", line) and end == number:
                yield name, sum(map(is_code, lines[number : end + 1]))
                break


def imports(lines):
    """The paths of the `use` items, one for each name."""
    text = "\n".join(line for line in lines if is_code(line))
    # What stands in the body of a macro is another file's import.
    text = re.sub(r"^macro_rules! .*?^\}", "", text, flags=re.M | re.S)
    text = re.sub(r"\(in [\w:]+\)", "", text)
    text = re.sub(r'"(?:[^"\\]|\\.)*"', '""', text, flags=re.S)
    # What is indented stands in a module of the file, whose `super` is the file.
    for tree in re.findall(r"^(?:pub(?:\([^)]*\))? )?use ([^;]+);", text, flags=re.M):
        yield from paths_of(re.sub(r"\s+", " ", tree).strip())
    yield from re.findall(r"(?<![\w:])crate(?:::\w+)+", re.sub(r"(?<!\w)use [^;]+;", "", text))


def paths_of(tree):
    found = re.match(r"^(.*?)\{(.*)\}$", tree)
    if not found:
        yield tree.split(" as ")[0].strip()
        return
    prefix, rest = found.groups()
    depth, part = 0, ""
    for character in rest + ",":
        depth += (character == "{") - (character == "}")
        if character == "," and depth == 0:
            if part.strip():
                yield from paths_of(prefix + part.strip())
            part = ""
        else:
            part += character


class House:
    def __init__(self):
        files = [path for path in SOURCES.rglob("*.rs") if not is_test(path)]
        self.files = {module(path): path for path in files}
        self.lines = {name: code_of(path) for name, path in self.files.items()}
        self.arrows = {name: self.imported_by(name) for name in self.files}

    def imported_by(self, name):
        targets = set()
        for path in imports(self.lines[name]):
            target = self.resolve(name, path.split("::"))
            # A page lists what is below it; that is no import.
            if target not in (None, name) and not target.startswith(name + "/") and name != "lib":
                targets.add(target)
        return targets

    def resolve(self, name, path):
        """The file in which a path ends."""
        base = [] if name == "lib" else name.split("/")
        if path[0] == "crate":
            base, path = [], path[1:]
        elif path[0] == "self":
            path = path[1:]
        elif path[0] == "super":
            while path and path[0] == "super":
                base, path = base[:-1], path[1:]
        else:
            return None
        names = base + path
        for end in range(len(names), 0, -1):
            if "/".join(names[:end]) in self.files:
                return "/".join(names[:end])
        return "lib"

    def circles(self):
        """The strongly connected components of more than one file."""
        index, low, stack, found = {}, {}, [], []

        def visit(name):
            index[name] = low[name] = len(index)
            stack.append(name)
            for target in sorted(self.arrows[name]):
                if target not in index:
                    visit(target)
                    low[name] = min(low[name], low[target])
                elif target in stack:
                    low[name] = min(low[name], index[target])
            if low[name] == index[name]:
                circle = stack[stack.index(name) :]
                del stack[stack.index(name) :]
                if len(circle) > 1:
                    found.append(sorted(circle))

        for name in sorted(self.files):
            if name not in index:
                visit(name)
        return found

    def up(self):
        """The imports from a room that comes later."""
        for name, targets in sorted(self.arrows.items()):
            for target in sorted(targets):
                if rank(target) > rank(name) and not name.startswith(target + "/"):
                    yield f"{name} imports {target}"

    def own_page(self):
        """The imports of the page that lists the file."""
        for name, targets in sorted(self.arrows.items()):
            for target in sorted(targets):
                if name.startswith(target + "/"):
                    yield f"{name} imports {target}"


def is_test(path):
    return "tests" in path.relative_to(SOURCES).parts or path.name == "tests.rs"


def module(path):
    return path.relative_to(SOURCES).with_suffix("").as_posix()


def rank(name):
    rooms = [place for place, room in enumerate(ORDER) if name == room or name.startswith(room + "/")]
    return max(rooms, key=lambda place: len(ORDER[place]), default=len(ORDER))


def main():
    house = House()
    code = {name: sum(map(is_code, lines)) for name, lines in house.lines.items()}
    circles, up = house.circles(), list(house.up())
    long_files = [f"{name}: {count} lines" for name, count in sorted(code.items()) if count > LONGEST_FILE]
    long_functions = [
        f"{name}: {function}, {length} lines"
        for name, lines in sorted(house.lines.items())
        for function, length in functions(lines)
        if length > LONGEST_FUNCTION
    ]
    folders = {}
    for path in house.files.values():
        # A page is the door of its own room.
        if not path.with_suffix("").is_dir():
            folders.setdefault(path.parent, []).append(path)
    crowded = [
        f"{folder.relative_to(SOURCES.parent)}: {len(files)} files"
        for folder, files in sorted(folders.items())
        if len(files) > MOST_FILES
    ]
    in_runtime = [name for name in code if name == "runtime" or name.startswith("runtime/")]
    print(f"files: {len(code)}, {len(in_runtime)} of them in runtime")
    print(f"code lines: {sum(code.values())}, {sum(code[name] for name in in_runtime)} in runtime")
    faults = 0
    for title, found, is_fault in [
        ("import circles", [", ".join(circle) for circle in circles], True),
        ("imports against the order", up, True),
        ("imports of a file's own page", list(house.own_page()), False),
        (f"files over {LONGEST_FILE} lines", long_files, True),
        (f"functions over {LONGEST_FUNCTION} lines", long_functions, True),
        (f"folders of more than {MOST_FILES} files", crowded, False),
    ]:
        print(f"{title}: {len(found)}")
        for fault in found:
            print(f"  {fault}")
        faults += len(found) * is_fault
    if "--strict" in sys.argv and faults:
        sys.exit(1)


if __name__ == "__main__":
    main()
