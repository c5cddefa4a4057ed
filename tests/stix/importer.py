#!/usr/bin/env python3
"""Import STIX objects with pycti, without a platform, and name the members that it never looks at.

Usage: pip install pycti==7.261026.0; importer.py OBJECTS UNREAD

OBJECTS is a JSON file: objects by name. UNREAD is a JSON file: by name the members that need not be
read, or under `*` those of every object. Prints each difference; exits with 1 if there is one, and
with 77 if pycti is missing.
"""

import json
import sys

try:
    from pycti import OpenCTIApiClient
except ImportError as error:
    print(error)
    sys.exit(77)


class Answer(dict):
    """What a platform answers: any member is there, and lists are empty."""

    def __getitem__(self, key):
        if key in ("vocabularyCategories", "edges"):
            return []
        if key in ("id", "standard_id", "entity_type", "name", "value"):
            return "x"
        return Answer()

    def get(self, key, default=None):
        return self[key]

    def __contains__(self, key):
        return True


class Read(dict):
    """An object that notes which of its members are read."""

    def __init__(self, members):
        super().__init__(members)
        self.read = set()

    def __getitem__(self, key):
        self.read.add(key)
        return super().__getitem__(key)

    def get(self, key, default=None):
        self.read.add(key)
        return super().get(key, default)


def client():
    """pycti's client, with which every request succeeds."""
    api = OpenCTIApiClient(
        "http://localhost:1", "token", log_level="critical", perform_health_check=False
    )
    # A dict that holds anything is empty, and counts as false.
    api.query = lambda *_, **__: Answer({"data": True})
    api.process_multiple_fields = lambda _: Answer({"id": True})
    api.process_multiple = lambda *_: []
    return api


def main(objects, unread):
    with open(objects, encoding="utf-8") as file:
        objects = json.load(file)
    with open(unread, encoding="utf-8") as file:
        unread = json.load(file)
    api = client()
    differences = []
    for name, members in objects.items():
        stix_object = Read(members)
        names = set(members)
        api.stix2.import_item(stix_object, True)
        missed = names - stix_object.read - set(unread["*"])
        known = set(unread.get(name, []))
        differences += [f"{name}: `{member}` is not read" for member in sorted(missed - known)]
        differences += [f"{name}: `{member}` is read" for member in sorted(known - missed)]
    print("\n".join(differences))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
