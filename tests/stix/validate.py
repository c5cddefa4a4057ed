#!/usr/bin/env python3
"""Read STIX objects with python-stix2 and the OASIS validator, and compare what they refuse.

Usage: pip install stix2==3.0.2 stix2-validator==3.3.2; validate.py OBJECTS REFUSED

OBJECTS is a JSON file: objects by name. REFUSED is a JSON file: what may be refused. Each entry has
`by` (`stix2` or `validator`), `message` (a part of the refusal), `objects` (the names, all of which
have to be refused so), and `why`. Prints each difference; exits with 1 if there is one, and with 77
if a package is missing.
"""

import json
import sys
from collections import defaultdict

try:
    import stix2
    from stix2validator import ValidationOptions, validate_instance
except ImportError as error:
    print(error)
    sys.exit(77)


def refusals(stix_object):
    """Who refuses an object, with the message."""
    try:
        stix2.parse(stix_object, allow_custom=True)
    except Exception as error:  # Any is a refusal.
        yield "stix2", str(error)
    result = validate_instance(stix_object, ValidationOptions(version="2.1"))
    for error in result.errors:
        yield "validator", str(error)


def main(objects, refused):
    with open(objects, encoding="utf-8") as file:
        objects = json.load(file)
    with open(refused, encoding="utf-8") as file:
        refused = json.load(file)
    differences = []
    found = defaultdict(set)
    for name, stix_object in objects.items():
        for by, message in refusals(stix_object):
            known = [
                position
                for position, entry in enumerate(refused)
                if entry["by"] == by and entry["message"] in message
            ]
            for position in known:
                found[position].add(name)
            if not known or not any(name in refused[at]["objects"] for at in known):
                differences.append(f"{name} is refused by {by}: {message}")
    for position, entry in enumerate(refused):
        for name in sorted(set(entry["objects"]) - found[position]):
            differences.append(f"{name} is no longer refused by {entry['by']}: {entry['message']}")
    print("\n".join(differences))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
