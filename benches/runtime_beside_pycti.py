"""Compare the runtime with pycti, in one run against the same broker and platform.

    python3 benches/runtime_beside_pycti.py

The script creates a virtual environment with pycti from PyPI, and builds the embedded platform and
the connector `runtime_connector.rs` in release mode. It needs RabbitMQ where the platform looks for
it. Each connector is a separate process. The script measures

* enrichments per second: MESSAGES messages wait in the queue at the start, the connector answers each
  unchanged, and the time counts from the first completed work to the last;
* the median time of IMPORTS imports: for one message at a time the connector sends a bundle of OBJECTS
  objects, and the time counts until all parts are in the bundle queue;
* the resident memory before and after the first import.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
import venv

PYCTI = "7.261026.0"
MESSAGES = 1_000
OBJECTS = 10_000
IMPORTS = 5
LIMIT = 180
ROOT = pathlib.Path(__file__).resolve().parent.parent

CONNECTOR = """
import os, sys
from pycti import OpenCTIConnectorHelper

helper = OpenCTIConnectorHelper({
    "opencti": {"url": os.environ["OPENCTI_URL"], "token": os.environ["OPENCTI_TOKEN"]},
    "connector": {"id": os.environ["CONNECTOR_ID"], "type": "INTERNAL_ENRICHMENT",
                  "name": "Beside pycti", "scope": "Domain-Name", "log_level": "error"},
})

# pycti reads each entity from the platform again, which the embedded platform does not support. Skip
# it, in pycti's favour.
helper.api.stix_cyber_observable.read = lambda **_: {"id": "1", "standard_id": "1", "objectMarking": []}

def enrich(data):
    if data["stix_entity"]["value"] == "import":
        with open(os.environ["BUNDLE"]) as file:
            sent = helper.send_stix2_bundle(file.read())
        return f"Sent {len(sent)} objects"
    return "nothing to do"

helper.listen(enrich)
"""


def in_environment():
    """Runs this script again in the environment with pycti."""
    folder = ROOT / "target" / "pycti"
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", f"pycti=={PYCTI}"], check=True)
    os.execv(python, [python, __file__, "there"])


def main():
    import pika
    import requests

    cargo = ["cargo", "build", "--release", "--quiet", "-p", "platform"]
    subprocess.run([*cargo, "--bin", "platform", "--example", "runtime_connector"], cwd=ROOT, check=True)
    release = ROOT / "target" / "release"
    platform = subprocess.Popen([release / "platform"], stdout=subprocess.PIPE, text=True)
    variables = dict(platform.stdout.readline().strip().split("=", 1) for _ in range(2))
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {variables['OPENCTI_TOKEN']}"

    def ask(query, **values):
        body = {"query": query, "variables": values}
        answer = session.post(f"{variables['OPENCTI_URL']}/graphql", json=body).json()
        assert not answer.get("errors"), answer
        return answer["data"]

    def register(connector):
        values = {"id": connector, "name": "Beside pycti", "type": "INTERNAL_ENRICHMENT",
                  "scope": ["Domain-Name"]}
        return ask("""mutation R($input: RegisterConnectorInput) { registerConnector(input: $input) {
            config { connection { host vhost port user pass } listen_routing listen_exchange push } } }""",
            input=values)["registerConnector"]["config"]

    def send(channel, config, connector, number, value):
        work = ask("mutation W($id: String!) { workAdd(connectorId: $id) { id } }", id=connector)
        work = work["workAdd"]["id"]
        entity = {"type": "domain-name", "id": f"domain-name--{uuid.uuid4()}", "value": value}
        message = {
            "internal": {"work_id": work, "applicant_id": None, "draft_id": None,
                         "trigger": "create", "mode": "auto"},
            "event": {"event_type": "INTERNAL_ENRICHMENT", "entity_id": entity["id"],
                      "entity_type": "Domain-Name", "stix_entity": json.dumps(entity),
                      "stix_objects": json.dumps([entity])},
        }
        channel.basic_publish(config["listen_exchange"], config["listen_routing"],
                              json.dumps(message), pika.BasicProperties(delivery_mode=2))
        return work

    def measure(command, environment):
        connector = str(uuid.uuid4())
        config = register(connector)
        at = config["connection"]
        credentials = pika.PlainCredentials(at["user"], at["pass"])
        connection = pika.BlockingConnection(
            pika.ConnectionParameters(at["host"], at["port"], at["vhost"], credentials))
        channel = connection.channel()
        works = [send(channel, config, connector, n, f"{n}.example") for n in range(MESSAGES)]
        process = subprocess.Popen(command, env={**os.environ, **variables, **environment,
                                                 "CONNECTOR_ID": connector})
        try:
            left, begun, limit = works, None, time.monotonic() + LIMIT
            while left:
                assert time.monotonic() < limit, f"{len(left)} works are still incomplete"
                left_before = len(left)
                aliases = " ".join(f'w{n}: work(id: "{work}") {{ status }}'
                                   for n, work in enumerate(left[:200]))
                states = ask(f"query {{ {aliases} }}")
                done = {n for n in range(min(200, left_before))
                        if states[f"w{n}"]["status"] == "complete"}
                left = [work for n, work in enumerate(left) if n not in done]
                if done and begun is None:
                    begun, counted = time.perf_counter(), len(left)
                if not done:
                    assert process.poll() is None, "the connector has exited"
                    time.sleep(0.02)
            limit = time.monotonic() + LIMIT
            rate = counted / (time.perf_counter() - begun)
            time.sleep(2)
            idle = resident(process.pid)
            taken, after = [], None
            for _ in range(IMPORTS):
                begun = time.perf_counter()
                send(channel, config, connector, 0, "import")
                while True:
                    assert time.monotonic() < limit, "the connector did not send the objects in time"
                    queue = channel.queue_declare(config["push"], passive=True)
                    if queue.method.message_count >= OBJECTS:
                        break
                    assert process.poll() is None, "the connector has exited"
                    time.sleep(0.02)
                taken.append(time.perf_counter() - begun)
                time.sleep(2)
                after = after or resident(process.pid)
                channel.queue_purge(config["push"])
            return rate, statistics.median(taken), idle, after
        finally:
            process.terminate()
            process.wait(60)
            for queue in (f"listen_{connector}", config["push"]):
                channel.queue_delete(queue)
            connection.close()

    try:
        with tempfile.TemporaryDirectory() as folder:
            bundle = pathlib.Path(folder) / "bundle.json"
            objects = [{"type": "domain-name", "id": f"domain-name--{uuid.uuid4()}",
                        "spec_version": "2.1", "value": f"{n}.example"} for n in range(OBJECTS)]
            bundle.write_text(json.dumps({"type": "bundle", "id": f"bundle--{uuid.uuid4()}",
                                          "objects": objects}))
            script = pathlib.Path(folder) / "connector.py"
            script.write_text(CONNECTOR)
            environment = {"BUNDLE": str(bundle)}
            connector = release / "examples" / "runtime_connector"
            theirs = measure([sys.executable, script], environment)
            print(f"{'':24} {'messages/s':>12} {'import, s':>12} {'idle, MB':>12} {'after, MB':>12}")
            print(f"{'pycti ' + PYCTI:24} {theirs[0]:12.1f} {theirs[1]:12.2f} "
                  f"{theirs[2]:12.1f} {theirs[3]:12.1f}")
            for concurrency in ("1", "8"):
                ours = measure([connector], {**environment, "CONCURRENCY": concurrency})
                print(f"{'Rust, concurrency ' + concurrency:24} {ours[0]:12.1f} {ours[1]:12.2f} "
                      f"{ours[2]:12.1f} {ours[3]:12.1f}")
                print(f"{'  ratio':24} {ours[0] / theirs[0]:12.1f} {theirs[1] / ours[1]:12.1f} "
                      f"{theirs[2] / ours[2]:12.1f} {theirs[3] / ours[3]:12.1f}")
    finally:
        platform.terminate()
        platform.wait(60)


def resident(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1000


if __name__ == "__main__":
    main() if sys.argv[1:] == ["there"] else in_environment()
