#!/usr/bin/env python3
"""Record what pycti's splitter makes of bundles.

It writes pycti_splits.json next to itself: a list of samples with the members
shape (what the bundle has of interest), cleanup (the flag
cleanup_inconsistent_bundle), bundle, and then either parts and left_out, or
error ("TypeName: message"). A part has the members id, seq, and object where
that differs from the one in the bundle by more than nb_deps.

The bundles are random by a fixed seed, but for the shapes' own structure.

Usage: pip install pycti==7.261026.0; python3 tests/data/pycti_splits.py
"""

import copy
import json
import random
from pathlib import Path

from pycti.utils.opencti_stix2_splitter import OpenCTIStix2Splitter, supported_types

OUTPUT = Path(__file__).with_name("pycti_splits.json")
random.seed(20261124)
OPENCTI = "extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba"


def node(number, kind="grouping", **members):
    return {"type": kind, "id": f"{kind}--{number}", **members}


def name(number, kind="grouping"):
    return f"{kind}--{number}"


def mixed(items):
    items = list(items)
    random.shuffle(items)
    return items


# Bundles that pycti splits well.


def acyclic():
    """Each object refers to some before it, by lists and by single members."""
    size = random.randrange(2, 40)
    objects = []
    for number in range(size):
        members = {}
        before = [name(other) for other in range(number)]
        if before:
            members["object_refs"] = random.choices(before, k=random.randrange(4))
            members["created_by_ref"] = random.choice([None, random.choice(before)])
            if random.random() < 0.3:
                members["other_refs"] = random.choices(before, k=2)
        if random.random() < 0.2:
            members["object_marking_refs"] = ["marking-definition--away"]
        objects.append(node(number, **dict(mixed(members.items()))))
    return mixed(objects)


def relationships():
    """Relationships and sightings, some of which lack an end."""
    objects = [node(number, random.choice(["malware", "tool", "x-ours"])) for number in range(8)]
    ids = [item["id"] for item in objects] + ["identity--away", "x-ours--away"]
    for number in range(8):
        ends = {"source_ref": random.choice(ids), "target_ref": random.choice([*ids, None])}
        objects.append(node(number, "relationship", **ends))
    for number in range(4):
        where = random.choices(ids, k=random.randrange(3))
        objects.append(node(number, "sighting", sighting_of_ref=random.choice(ids), where_sighted_refs=where))
    return mixed(objects)


def embedded():
    """External references and phases that repeat, all of them with what tells them apart."""
    reference = lambda: random.choice(
        [{"source_name": "a", "external_id": "1"}, {"source_name": "a", "url": "b"}, {"url": "b"}]
    )
    phase = lambda: {"kill_chain_name": random.choice("ab"), "phase_name": random.choice("cd")}
    return [
        node(
            number,
            "malware",
            external_references=[reference() for _ in range(random.randrange(4))],
            kill_chain_phases=random.choice([None, [phase() for _ in range(4)]]),
        )
        for number in range(3)
    ]


def duplicates():
    """Objects with the id of another."""
    objects = acyclic()
    again = [dict(item, name=random.choice("ab")) for item in random.sample(objects, 2)]
    return mixed(objects + again)


def unsupported():
    """Custom types, and references to them."""
    objects = [node(number, random.choice(["x-ours", "tool", "user", "pir", "simple-observable"])) for number in range(6)]
    ids = [item["id"] for item in objects] + ["internal-id"]
    for number in range(6):
        refs = {"object_refs": random.choices(ids, k=3), "created_by_ref": random.choice(ids)}
        objects.append(node(number, **refs))
    return mixed(objects)


def every_type():
    """An object of each type that the splitter takes."""
    ends = {"source_ref": "a", "target_ref": "b", "sighting_of_ref": "a", "where_sighted_refs": ["b"]}
    return [node(0, kind, **ends) for kind in supported_types]


def self_references():
    objects = acyclic()
    for item in objects:
        item["self_refs"] = [item["id"]]
        item["self_ref"] = item["id"]
    return objects


def pairs():
    """Circles of two, apart from each other."""
    objects = []
    for number in range(0, 8, 2):
        member = random.choice(["object_refs", "created_by_ref"])
        for one, other in ((number, number + 1), (number + 1, number)):
            ref = [name(other)] if member.endswith("s") else name(other)
            objects.append(node(one, **{member: ref}))
    return objects


def aliases_first():
    """References by an internal id to an object that comes before."""
    target = node(0)
    if random.random() < 0.5:
        target["x_opencti_id"] = "internal"
    else:
        target["extensions"] = {OPENCTI: {"id": "internal"}}
    return [target, node(1, object_refs=["internal", name(2)]), node(2)]


def diamond():
    return mixed(
        [
            node(0, object_refs=[name(1), name(2)]),
            node(1, object_refs=[name(3)]),
            node(2, object_refs=[name(3)]),
            node(3),
        ]
    )


def wide():
    return [node(0, "report", object_refs=[name(n) for n in range(300)]), *map(node, range(300))]


def chain():
    return [node(n, object_refs=[name(n + 1)]) for n in range(300)]


# Bundles that meet a defect.


def circles():
    """Circles of three and more."""
    size = random.randrange(3, 7)
    member = random.choice(["object_refs", "created_by_ref"])
    objects = []
    for number in range(size):
        next = name((number + 1) % size)
        objects.append(node(number, **{member: [next] if member.endswith("s") else next}))
    return objects


def tangled():
    """Any references."""
    size = random.randrange(3, 12)
    ids = [name(number) for number in range(size)]
    return [
        node(number, object_refs=random.choices(ids, k=2), created_by_ref=random.choice([None, *ids]))
        for number in range(size)
    ]


def report_of_its_relationship():
    """A report that lists a relationship of which it is an end."""
    report = node(0, "report", object_refs=[name(0, "relationship"), name(0, "tool")])
    ends = {"source_ref": name(0, "report"), "target_ref": name(0, "tool")}
    return mixed([report, node(0, "relationship", **ends), node(0, "tool")])


def aliases_last():
    """References by an internal id to an object that comes after."""
    target, *others = aliases_first()
    return [*others, target]


def bare_references():
    """An external reference that has neither a URL nor an id at its source."""
    references = [{"source_name": "a"}, {"source_name": "a"}, {"url": random.choice("bc")}]
    return [node(0, "malware", external_references=mixed(references))]


def towers():
    """Diamonds on diamonds, whose numbers no machine holds."""
    objects = [node(0)]
    for number in range(1, 211, 3):
        base = name(number - 1)
        objects += [node(number, object_refs=[base]), node(number + 1, object_refs=[base])]
        objects.append(node(number + 2, object_refs=[name(number), name(number + 1)]))
    return objects


def not_references():
    """Members that are named like references, but are none."""
    odd = random.choice([{"x_refs": [7]}, {"x_ref": 7}, {"x_ref": {"a": 1}}, {"x_refs": 7}, {"x_refs": "abc"}])
    return [node(0, **odd), node(1)]


def long_chain():
    return [node(n, object_refs=[name(n + 1)]) for n in range(1200)]


SHAPES = {
    acyclic: 39,
    every_type: 1,
    relationships: 20,
    embedded: 10,
    duplicates: 10,
    unsupported: 10,
    self_references: 6,
    pairs: 8,
    aliases_first: 6,
    diamond: 6,
    wide: 1,
    chain: 1,
    circles: 20,
    tangled: 30,
    report_of_its_relationship: 10,
    aliases_last: 6,
    bare_references: 6,
    towers: 1,
    not_references: 8,
    long_chain: 1,
}


def split(bundle, cleanup):
    before = {item["id"]: item for item in bundle["objects"]}
    try:
        _, left_out, parts = OpenCTIStix2Splitter().split_bundle_with_expectations(
            copy.deepcopy(bundle), use_json=False, cleanup_inconsistent_bundle=cleanup
        )
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        return {"error": f"{type(error).__name__}: {error}"}
    recorded = []
    for part in parts:
        (item,) = part["objects"]
        seq = part["x_opencti_seq"]
        entry = {"id": item["id"], "seq": seq}
        if item != {**before[item["id"]], "nb_deps": item["nb_deps"]}:
            entry["object"] = item
        recorded.append(entry)
    return {"parts": recorded, "left_out": [item["id"] for item in left_out]}


def main():
    samples = []
    for make, times in SHAPES.items():
        for turn in range(times):
            bundle = {"type": "bundle", "id": f"bundle--{turn}", "objects": make()}
            cleanup = turn % 3 == 2
            result = split(bundle, cleanup)
            samples.append({"shape": make.__name__, "cleanup": cleanup, "bundle": bundle, **result})
    OUTPUT.write_text("[\n" + ",\n".join(map(json.dumps, samples)) + "\n]\n")


if __name__ == "__main__":
    main()
