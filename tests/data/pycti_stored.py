#!/usr/bin/env python3
"""Record the files that pycti's helper writes of bundles into a directory.

It writes pycti_stored.jsonl next to itself, a file a line: the bundle of an
external import, then that of an enrichment whose entity is shared. Members
keep their order; only the spaces between them and the escapes of letters are
gone.

The helper is given the values that it would read and be told; the method that
writes is its own.

Usage: pip install pycti==7.261026.0; python3 tests/data/pycti_stored.py
"""

import json
import tempfile
from pathlib import Path
from unittest.mock import MagicMock

from pycti import OpenCTIConnectorHelper

OUTPUT = Path(__file__).with_suffix(".jsonl")
OPENCTI = "extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba"
BUNDLE = {
    "type": "bundle",
    "id": "bundle--5d0092c5-5f74-4287-9642-33f4c354e56d",
    "spec_version": "2.1",
    "objects": [
        {"type": "domain-name", "id": "domain-name--1", "value": "é.example"},
        {"type": "note", "id": "note--1", "object_refs": ["domain-name--away"]},
        {"type": "url", "id": "url--1", "extensions": {OPENCTI: {"score": 1}}},
        {"type": "domain-name", "id": "domain-name--1", "value": "é.example"},
    ],
}


def written(connector_type, scope, shared, **options):
    helper = OpenCTIConnectorHelper.__new__(OpenCTIConnectorHelper)
    helper.connect_id = "550e8400-e29b-41d4-a716-446655440000"
    helper.connect_name = "Shodan InternetDB"
    helper.connect_type = connector_type
    helper.connect_scope = scope
    helper.connect_auto = True
    helper.connect_validate_before_import = False
    helper.applicant_id = "88ec0c6a-13ce-5e39-b486-354fe4a7084f"
    helper.enrichment_shared_organizations = shared
    helper.playbook = helper.work_id = helper.draft_id = None
    helper.validation_mode = "draft"
    helper.force_validation = False
    helper.bundle_send_to_queue = helper.bundle_send_to_s3 = False
    helper.bundle_send_to_directory = True
    helper.bundle_send_to_directory_retention = 7
    helper.connector_logger = MagicMock()
    with tempfile.TemporaryDirectory() as directory:
        helper.bundle_send_to_directory_path = directory
        helper.send_stix2_bundle(json.dumps(BUNDLE), **options)
        (file,) = Path(directory).iterdir()
        message = json.loads(file.read_text())
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


lines = [
    written("EXTERNAL_IMPORT", "not-applicable", None, update=True),
    written(
        "INTERNAL_ENRICHMENT",
        "IPv4-Addr,Domain-Name",
        ["identity--org"],
        cleanup_inconsistent_bundle=True,
    ),
]
OUTPUT.write_text("".join(line + "\n" for line in lines))
