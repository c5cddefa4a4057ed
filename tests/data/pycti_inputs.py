#!/usr/bin/env python3
"""Record what pycti's OpenCTIConnector sends when a connector registers.

For each version in VERSIONS the script fetches the pycti artifact from PyPI
with pip, loads pycti/connector/opencti_connector.py alone (it imports only the
standard library, so pycti's dependencies are not needed), and runs
OpenCTIConnector(**args).to_input() for every case.

It writes pycti_inputs.json next to itself. Each sample has the members
version, type, case and args, then either input and json (the exact text of
json.dumps, which escapes non-ASCII characters) or error ("TypeName: message").

A case is left out for a version whose constructor does not know one of its
arguments, and a case whose arguments would repeat an earlier sample of the
same version is left out as well.

Usage: python3 tests/data/pycti_inputs.py
Needs Python 3.8 or later with pip, and access to PyPI.
"""

import importlib.util
import inspect
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

VERSIONS = [
    "3.0.0",
    "4.0.0",
    "5.11.0",
    "6.5.7",
    "6.8.9",
    "7.260224.0",
    "7.260527.0",
    "7.261008.0",
    "7.261026.0",
]
MODULE = "pycti/connector/opencti_connector.py"
OUTPUT = Path(__file__).with_name("pycti_inputs.json")
NOTE = (
    "Each entry is produced by executing OpenCTIConnector(**args).to_input() of that "
    'pycti version from PyPI. "json" is the exact json.dumps text (key order as emitted).'
)

# A usual scope for each connector type.
SCOPES = {
    "EXTERNAL_IMPORT": "Report,Indicator,Malware",
    "INTERNAL_IMPORT_FILE": "application/json,text/plain,application/pdf",
    "INTERNAL_ENRICHMENT": "IPv4-Addr,Domain-Name,Url",
    "INTERNAL_ANALYSIS": "application/pdf,text/plain,text/html",
    "INTERNAL_EXPORT_FILE": "application/json,application/pdf,text/csv",
    "STREAM": "Indicator,Report,Malware",
}

# Values of the arguments that every call gets if the constructor knows them.
DEFAULTS = {
    "auto": False,
    "only_contextual": False,
    "playbook_compatible": False,
    "auto_update": False,
    "enrichment_resolution": "none",
}

# Every argument set; a version gets those that its constructor knows.
ALL_ARGUMENTS = {
    "auto": True,
    "only_contextual": True,
    "playbook_compatible": True,
    "auto_update": True,
    "enrichment_resolution": "stix_bundle",
    "listen_callback_uri": "http://127.0.0.1:7070/api/callback",
    "xtm_one_intent": "some-intent",
    "version": "1.2.3",
    "slug": "sample-connector",
}

# Forms of the scope, for a type that lists entity types and one that lists MIME types.
SCOPE_FORMS = {
    "INTERNAL_ENRICHMENT": {
        "spaced_scope": "IPv4-Addr, Domain-Name ,Url",
        "list_scope": ["IPv4-Addr", "Domain-Name", "Url"],
        "trailing_comma_scope": "IPv4-Addr,Domain-Name,",
        "repeated_scope": "IPv4-Addr,Domain-Name,IPv4-Addr,Url,Url",
        "other_case_scope": "ipv4-addr,DOMAIN-NAME",
    },
    "INTERNAL_IMPORT_FILE": {
        "spaced_scope": "application/json, text/plain ,application/pdf",
        "list_scope": ["application/json", "text/plain", "application/pdf"],
        "trailing_comma_scope": "application/json,text/plain,",
        "repeated_scope": "application/json,text/plain,application/json,text/plain,text/plain",
        "other_case_scope": "Application/JSON,TEXT/plain",
    },
}


def cases():
    """Yield (case, type, scope, other arguments)."""
    for kind, scope in SCOPES.items():
        yield "plain", kind, scope, {}
    yield "bad_type", "NOT_A_TYPE", "a,b,c", {}

    kind, scope = "INTERNAL_ENRICHMENT", SCOPES["INTERNAL_ENRICHMENT"]
    all_true = {"auto": True, "only_contextual": True, "playbook_compatible": True}
    yield "all_true", kind, scope, all_true
    yield "auto_true", kind, scope, {"auto": True}
    auto_update = {"auto_update": True, "enrichment_resolution": "ifdirty"}
    yield "auto_update", kind, scope, auto_update

    kind = "EXTERNAL_IMPORT"
    yield "scope_empty", kind, "", {}
    yield "scope_none", kind, None, {}
    yield "scope_spaces", kind, "a, b ,c", {}
    yield "scope_trailing_comma", kind, "a,b,", {}
    yield "scope_list", kind, ["a", " b ", "c"], {}
    yield "scope_default", kind, "not-applicable", {}

    kind, scope = "INTERNAL_IMPORT_FILE", SCOPES["INTERNAL_IMPORT_FILE"]
    callback = {"listen_callback_uri": "http://127.0.0.1:7070/api/callback"}
    yield "callback_uri", kind, scope, callback
    kind, scope = "INTERNAL_ENRICHMENT", SCOPES["INTERNAL_ENRICHMENT"]
    yield "xtm_one_intent", kind, scope, {"xtm_one_intent": "some-intent"}
    yield "xtm_one_intent_empty", kind, scope, {"xtm_one_intent": ""}
    kind, scope = "EXTERNAL_IMPORT", SCOPES["EXTERNAL_IMPORT"]
    version, slug = {"version": "1.2.3"}, {"slug": "sample-connector"}
    yield "version_slug", kind, scope, {**version, **slug}
    yield "version_empty", kind, scope, {"version": "", "slug": ""}
    everything = {
        **all_true,
        "auto_update": True,
        "listen_callback_uri": "https://h/api/callback",
        "xtm_one_intent": "i",
        "version": "1.2.3",
        "slug": "s",
    }
    yield "everything", "STREAM", SCOPES["STREAM"], everything

    for kind in SCOPES:
        yield "no_scope", kind, None, {}
    for kind, forms in SCOPE_FORMS.items():
        for case, scope in forms.items():
            yield case, kind, scope, {}
    for kind in SCOPE_FORMS:
        yield "version_and_slug", kind, SCOPES[kind], {**version, **slug}
        yield "version_only", kind, SCOPES[kind], version
        yield "slug_only", kind, SCOPES[kind], slug
        yield "all_arguments", kind, SCOPES[kind], ALL_ARGUMENTS
    kind = "INTERNAL_ENRICHMENT"
    yield "non_ascii_name", kind, SCOPES[kind], {"connector_name": "Анализ 分析 é"}


def module_source(archive):
    """Return the text of MODULE in a wheel or an sdist."""
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(MODULE)
    with tarfile.open(archive) as sdist:
        name = next(n for n in sdist.getnames() if n.endswith("/" + MODULE))
        return sdist.extractfile(name).read()


def load_connector_class(version):
    """Fetch one pycti version and return its OpenCTIConnector class."""
    with tempfile.TemporaryDirectory() as directory:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
        download = ["download", "--no-deps", "--ignore-requires-python"]
        target = ["--dest", directory, f"pycti=={version}"]
        subprocess.run(pip + download + target, check=True)
        (archive,) = Path(directory).iterdir()
        path = Path(directory, "opencti_connector.py")
        path.write_bytes(module_source(archive))
        spec = importlib.util.spec_from_file_location("opencti_connector", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.OpenCTIConnector


def samples(version):
    """Yield the samples of one pycti version."""
    connector_class = load_connector_class(version)
    known = inspect.signature(connector_class).parameters
    seen = set()
    for case, kind, scope, others in cases():
        if others is ALL_ARGUMENTS:
            others = {name: value for name, value in others.items() if name in known}
        if any(name not in known for name in others):
            continue
        args = {
            "connector_id": "550e8400-e29b-41d4-a716-446655440000",
            "connector_name": "Sample Connector",
            **{name: value for name, value in DEFAULTS.items() if name in known},
            "connector_type": kind,
            "scope": scope,
        }
        args.update(others)
        text = json.dumps(args)
        if text in seen:
            continue
        seen.add(text)
        sample = {"version": version, "type": kind, "case": case, "args": args}
        # Only what the class raises on bad values: a TypeError would mean
        # that the constructor needs an argument which is missing above.
        try:
            output = connector_class(**args).to_input()
            sample.update(input=output["input"], json=json.dumps(output))
        except (AttributeError, ValueError) as error:
            sample["error"] = f"{type(error).__name__}: {error}"
        yield sample


def main():
    """Write the samples of all versions."""
    recorded = [sample for version in VERSIONS for sample in samples(version)]
    document = {"note": NOTE, "versions": VERSIONS, "samples": recorded}
    OUTPUT.write_text(json.dumps(document, indent=1), encoding="ascii")
    print(f"{OUTPUT.name}: {len(recorded)} samples")


if __name__ == "__main__":
    main()
