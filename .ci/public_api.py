"""Names the items of the public API in which a crate's type or trait stands that users cannot name.

Reads rustdoc's JSON. What is hidden from the docs is not in it, and impls that the compiler or a
blanket impl of another crate gives to every type are not this crate's doing.
"""

import json
import sys

ALLOWED = {"std", "core", "alloc", "serde", "serde_core"}
# The crate exports these again, so that a user's version is the crate's.
ALLOWED |= {"jiff", "mime", "serde_json", "url", "uuid"}
# Its traits are what files are read and written by.
ALLOWED |= {"tokio"}
# The only ones by typed-builder, whose own trait stands in the bounds of their `build`.
BUILDERS = {"RawConnectorBuilder", "SettingsBuilder"}


def main(path):
    with open(path, encoding="utf-8") as file:
        docs = json.load(file)
    items, paths = docs["index"].values(), docs["paths"]
    impls = [item for item in items if "impl" in item["inner"]]
    skipped = set()
    for item in impls:
        inner = item["inner"]["impl"]
        if inner["is_synthetic"] or inner["blanket_impl"]:
            skipped |= {item["id"], *inner["items"]}
    of_builders = {item["id"] for item in impls if type_of(item) in BUILDERS}

    crates, faults = set(), set()
    for item in items:
        if item["crate_id"] != 0 or item["id"] in skipped:
            continue
        allowed = ALLOWED | {"typed_builder"} if item["id"] in of_builders else ALLOWED
        for named in named_in(item["inner"]):
            named = paths.get(str(named))
            if not named or named["crate_id"] == 0:
                continue
            crate = docs["external_crates"][str(named["crate_id"])]["name"]
            crates.add(crate)
            if crate not in allowed:
                place = f"{item['span']['filename']}:{item['span']['begin'][0]}"
                what = f"`{item['name']}`" if item["name"] else next(iter(item["inner"]))
                faults.add(f"{place}: {what} names `{'::'.join(named['path'])}`")
    if not {"core", "serde_json", "mime"} <= crates:
        sys.exit(f"of the public API only these crates were found: {sorted(crates)}")
    if faults:
        sys.exit("\n".join(sorted(faults)))


def type_of(item):
    """The name of the type that an impl is for."""
    return item["inner"]["impl"]["for"].get("resolved_path", {}).get("path")


def named_in(value):
    """The ids of all types, traits and exports: each has an id beside a path or a source."""
    if isinstance(value, dict):
        if "id" in value and ("path" in value or "source" in value):
            yield value["id"]
        for member in value.values():
            yield from named_in(member)
    elif isinstance(value, list):
        for member in value:
            yield from named_in(member)


main(*sys.argv[1:])
