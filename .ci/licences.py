"""Names the crates that cannot be had under a licence of the list, from `cargo metadata`."""

import json
import re
import sys

ALLOWED = {
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Zlib",
}


def is_fine(expression):
    """Whether an SPDX expression holds with the list. A `/` is how `OR` was once written."""
    tokens = re.findall(r"[()]|[^\s()]+", expression.replace("/", " OR "))
    # An exception gives more rights, never fewer.
    while "WITH" in tokens:
        at = tokens.index("WITH")
        del tokens[at : at + 2]
    words = {"OR": "or", "AND": "and", "(": "(", ")": ")"}
    return eval(" ".join(words.get(token, str(token in ALLOWED)) for token in tokens))


with open(sys.argv[1], encoding="utf-8") as file:
    packages = json.load(file)["packages"]
faults = [
    f"{package['name']} {package['version']}: {package['license'] or 'no licence'}"
    for package in packages
    if package["publish"] != []
    and not (package["license"] and is_fine(package["license"]))
]
if faults:
    sys.exit("not under an allowed licence:\n" + "\n".join(faults))
