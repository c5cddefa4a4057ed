#!/usr/bin/env python3
"""Record which metrics pycti exposes.

It writes pycti_metrics.txt next to itself: what a scraper is answered with the
namespace ns and the subsystem sub, in the state running, without the metrics of
Python and of the process. The times of creation are 0 there.

Usage: pip install pycti==7.261026.0; python3 tests/data/pycti_metrics.py
"""

import logging
import re
import socket
import urllib.request
from pathlib import Path

from pycti.connector.opencti_metric_handler import OpenCTIMetricHandler

OUTPUT = Path(__file__).with_name("pycti_metrics.txt")

with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]

handler = OpenCTIMetricHandler(
    logging.getLogger(), activated=True, namespace="ns", subsystem="sub", port=port
)
handler.state("running")
with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
    text = answer.read().decode()

text = re.sub(r"^(\w+_created) .*", r"\1 0.0", text, flags=re.MULTILINE)
lines = [line for line in text.splitlines(keepends=True) if "ns_sub_" in line]
OUTPUT.write_text("".join(lines))
