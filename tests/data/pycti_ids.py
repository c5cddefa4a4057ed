#!/usr/bin/env python3
"""Record the ids that pycti gives objects.

Entities get theirs from generate_id_from_data of their class (a label, which
has none, from generate_id; a note from generate_id, since its
generate_id_from_data looks for the abstract under the platform's name alone),
observables from the stix2 library's classes and those that pycti adds.

It writes pycti_ids.json next to itself: a list of samples with the members
object and id. The samples are random, by a fixed seed, from names that differ
in case, white space and script, and from numbers of all sizes.

Usage: pip install pycti==7.261026.0; python3 tests/data/pycti_ids.py
"""

import json
import random
import uuid
from pathlib import Path

import pycti
import stix2

OUTPUT = Path(__file__).with_name("pycti_ids.json")
EACH = 20
random.seed(20261124)

TEXTS = [
    "Emotet",
    "emotet",
    "  Emotet\t",
    "APT 29",
    "\u00c9quipe \u00dcbel",
    "\u0130stanbul",
    "\u039f\u0394\u03a5\u03a3\u03a3\u0395\u03a5\u03a3",
    "\u9f99\u864e \U0001f409",
    "e\u0301cole",
    'say "hi"',
    "C:\\Temp\\a.exe",
    "line\nbreak",
    "\u001cfile separator\u001f",
    "\u00a0no-break\u2003",
    "\ufeffmark",
    "bell \u0007 and delete \u007f",
    "</script>",
    "\u2028line separator",
    "",
    "0",
    "TRUE",
    "stra\u00dfe \u1e9e",
]
TIMES = [
    "2026-11-24T00:00:00Z",
    "2026-11-24T00:00:00.000Z",
    "2026-11-24T10:20:30.120Z",
    "2026-11-24T10:20:30.123456Z",
    "1970-01-01T00:00:00Z",
]
NUMBERS = [0, 1, -1, 48, 48.0, 48.8566, -122.4194, 1e-7, 0.1, 1.5e-5, 180.0, 90, -0.0, 33.333333333333336]


def text():
    return random.choice(TEXTS) + random.choice(["", "", " " + str(random.randrange(100))])


def time():
    return random.choice(TIMES)


def ref(kind):
    return f"{kind}--{uuid.UUID(int=random.getrandbits(128), version=4)}"


def maybe(**members):
    """The members, each there or not."""
    return {name: value for name, value in members.items() if random.random() < 0.6}


def entity(cls, kind, make, *aliases):
    """Samples of an entity, under each name of its type."""
    for name in (kind, *aliases):
        for _ in range(EACH):
            data = make()
            sample = {"type": name, **data}
            yield sample, cls.generate_id_from_data(sample)


def threat_actor():
    class Api:
        get_attribute_in_extension = staticmethod(
            pycti.OpenCTIApiClient.get_attribute_in_extension
        )

    cls = pycti.ThreatActor.__new__(pycti.ThreatActor)
    cls.opencti = Api()
    kinds = ["Threat-Actor-Group", "Threat-Actor-Individual"]
    extension = "extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba"
    for _ in range(EACH):
        sample = {"type": "threat-actor", "name": text()}
        sample |= maybe(x_opencti_type=random.choice(kinds))
        sample |= maybe(extensions={extension: {"type": random.choice(kinds)}})
        yield sample, cls.generate_id_from_data(sample)


def labels():
    for _ in range(EACH):
        value = text()
        yield {"type": "label", "value": value}, pycti.Label.generate_id(value)


def notes():
    for _ in range(EACH):
        data = {"content": text(), **maybe(created=time(), abstract=text())}
        id = pycti.Note.generate_id(data.get("created"), data["content"], data.get("abstract"))
        yield {"type": "note", **data}, id


def observable(cls, kind, make):
    done = 0
    while done < EACH:
        data = make()
        if not data:
            continue
        try:
            id = cls(**data, allow_custom=True).id
        except (stix2.exceptions.STIXError, ValueError):
            continue
        done += 1
        yield {"type": kind, **data}, id


def named():
    return {"name": text()}


def named_created():
    return {"name": text(), "created": time()}


def value():
    return {"value": text()}


def mitre():
    return {"name": text(), **maybe(x_mitre_id=random.choice(["T1059", " t1059.001 ", "", "T1"]))}


def attack_pattern():
    return mitre() | maybe(x_opencti_external_id=random.choice(["T1", "t2 "]))


def location():
    kinds = ["Position", "Position", "City", "Country", "Region", "Administrative-Area"]
    return {
        "name": text(),
        "x_opencti_location_type": random.choice(kinds),
        **maybe(latitude=random.choice(NUMBERS), longitude=random.choice(NUMBERS)),
    }


def marking():
    if random.random() < 0.6:
        levels = ["WHITE", "CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED", "BLUE"]
        return {"definition_type": "TLP", "definition": "TLP:" + random.choice(levels)}
    return {"definition_type": random.choice(["statement", "PAP"]), "definition": text()}


def reference():
    both = {"source_name": text(), "external_id": text()}
    return both | maybe(url=random.choice(["https://example.org/", "HTTPS://EXAMPLE.org", text()]))


def relationship():
    return {
        "relationship_type": random.choice(["uses", "related-to", "based-on"]),
        "source_ref": ref("malware"),
        "target_ref": ref("tool"),
        **maybe(start_time=time(), stop_time=time()),
    }


def sighting():
    return {
        "sighting_of_ref": ref("indicator"),
        "where_sighted_refs": [ref("identity") for _ in range(random.randrange(1, 4))],
        **maybe(first_seen=time(), last_seen=time()),
    }


def hashes():
    digits = {"MD5": 32, "SHA-1": 40, "SHA-256": 64, "SHA-512": 128, "SHA3-256": 64}
    # Of those past the first four the library takes the first that is written.
    some = random.sample(list(digits)[:4], random.randrange(1, 5)) or ["MD5"]
    if random.random() < 0.15:
        some = ["SHA3-256"]
    spell = random.choice([str, str, lambda name: name.lower(), lambda name: name.replace("-", "")])
    return {spell(name): "%0*x" % (digits[name], random.getrandbits(120)) for name in some}


def file():
    extensions = {"pdf-ext": {"version": "1.7", "is_optimized": True}}
    return maybe(
        hashes=hashes(),
        name=text(),
        parent_directory_ref=ref("directory"),
        extensions=extensions,
        size=3,
    )


def traffic():
    return {
        "protocols": random.sample(["ipv4", "tcp", "http"], random.randrange(1, 4)),
        "src_ref": ref("ipv4-addr"),
        **maybe(
            start=time(),
            dst_ref=ref("domain-name"),
            src_port=random.randrange(65536),
            dst_port=random.randrange(65536),
            extensions={"tcp-ext": {"src_flags_hex": "00000002"}},
        ),
    }


ENTITIES = [
    (pycti.AttackPattern, "attack-pattern", attack_pattern),
    (pycti.Campaign, "campaign", named),
    (pycti.CaseIncident, "case-incident", named_created, "x-opencti-case-incident"),
    (pycti.CaseRfi, "case-rfi", named_created, "x-opencti-case-rfi"),
    (pycti.CaseRft, "case-rft", named_created, "x-opencti-case-rft"),
    (pycti.Channel, "channel", named),
    (pycti.CourseOfAction, "course-of-action", mitre),
    (pycti.DataComponent, "data-component", named, "x-mitre-data-component"),
    (pycti.DataSource, "data-source", named, "x-mitre-data-source"),
    (pycti.Event, "event", named),
    (pycti.ExternalReference, "external-reference", reference),
    (pycti.Feedback, "feedback", named, "x-opencti-feedback"),
    (
        pycti.Grouping,
        "grouping",
        lambda: {"name": text(), "context": text(), "created": time()},
    ),
    (
        pycti.Identity,
        "identity",
        lambda: {"name": text(), "identity_class": random.choice(["Class", "system", " individual"])},
    ),
    (pycti.Incident, "incident", named_created, "x-opencti-incident"),
    (pycti.Indicator, "indicator", lambda: {"pattern": f" [ipv4-addr:value = '{text()}'] "}),
    (pycti.Infrastructure, "infrastructure", named),
    (pycti.IntrusionSet, "intrusion-set", named),
    (
        pycti.KillChainPhase,
        "kill-chain-phase",
        lambda: {"phase_name": text(), "kill_chain_name": text()},
    ),
    (pycti.Language, "language", named),
    (pycti.Location, "location", location),
    (pycti.Malware, "malware", named),
    (
        pycti.MalwareAnalysis,
        "malware-analysis",
        lambda: {"result_name": text(), "product": text(), **maybe(submitted=time())},
    ),
    (pycti.MarkingDefinition, "marking-definition", marking),
    (pycti.Narrative, "narrative", named),
    (
        pycti.ObservedData,
        "observed-data",
        lambda: {"object_refs": [ref("url") for _ in range(random.randrange(1, 5))]},
    ),
    (pycti.Opinion, "opinion", lambda: {"opinion": text(), **maybe(created=time())}),
    (pycti.Report, "report", lambda: {"name": text(), "published": time()}),
    (pycti.SecurityCoverage, "security-coverage", lambda: {"covered_ref": ref("Report")}),
    (
        pycti.SecurityCoverageResult,
        "security-coverage-result",
        lambda: {
            "result_of_ref": f" {ref('security-coverage')}",
            **maybe(name=text(), external_uri=f"https://example.org/{text()} "),
        },
    ),
    (pycti.StixCoreRelationship, "relationship", relationship),
    (pycti.StixSightingRelationship, "sighting", sighting),
    (pycti.Task, "task", named_created, "x-opencti-task"),
    (pycti.Tool, "tool", named),
    (pycti.Vocabulary, "vocabulary", lambda: {"name": text(), "category": text()}),
    (pycti.Vulnerability, "vulnerability", named),
]
OBSERVABLES = [
    (stix2.Artifact, "artifact", lambda: {"url": "https://example.org/", "hashes": hashes()}),
    (stix2.AutonomousSystem, "autonomous-system", lambda: {"number": random.getrandbits(32)}),
    (stix2.Directory, "directory", lambda: {"path": text()}),
    (stix2.DomainName, "domain-name", value),
    (stix2.EmailAddress, "email-addr", value),
    (
        stix2.EmailMessage,
        "email-message",
        lambda: {
            "is_multipart": False,
            "subject": text(),
            **maybe(from_ref=ref("email-addr"), body=text()),
        },
    ),
    (stix2.File, "file", file),
    (stix2.IPv4Address, "ipv4-addr", value),
    (stix2.IPv6Address, "ipv6-addr", value),
    (stix2.MACAddress, "mac-addr", value),
    (stix2.Mutex, "mutex", named),
    (stix2.NetworkTraffic, "network-traffic", traffic),
    (
        stix2.Software,
        "software",
        lambda: named() | maybe(cpe=text(), swid=text(), vendor=text(), version=text()),
    ),
    (stix2.URL, "url", value),
    (
        stix2.UserAccount,
        "user-account",
        lambda: {"user_id": text(), **maybe(account_login=text(), account_type="unix")},
    ),
    (
        stix2.WindowsRegistryKey,
        "windows-registry-key",
        lambda: {"key": text(), **maybe(values=[{"name": text(), "data": text()}])},
    ),
    (
        stix2.X509Certificate,
        "x509-certificate",
        lambda: {"serial_number": text(), **maybe(hashes=hashes(), subject=text())},
    ),
    (pycti.CustomObservableAIPrompt, "ai-prompt", value),
    (pycti.CustomObservableBankAccount, "bank-account", lambda: {"value": text(), "iban": text()}),
    (pycti.CustomObservableCredential, "credential", value),
    (pycti.CustomObservableCryptocurrencyWallet, "cryptocurrency-wallet", value),
    (pycti.CustomObservableCryptographicKey, "cryptographic-key", value),
    (pycti.CustomObservableHostname, "hostname", value),
    (pycti.CustomObservableICCID, "iccid", value),
    (pycti.CustomObservableIMEI, "imei", value),
    (pycti.CustomObservableIMSI, "imsi", value),
    (pycti.CustomObservableMediaContent, "media-content", lambda: {"url": text()}),
    (
        pycti.CustomObservablePaymentCard,
        "payment-card",
        lambda: {"value": text(), "card_number": text()},
    ),
    (
        pycti.CustomObservablePersona,
        "persona",
        lambda: {"persona_name": text(), "persona_type": text()},
    ),
    (pycti.CustomObservablePhoneNumber, "phone-number", value),
    (pycti.utils.constants.CustomObservableSshKey, "ssh-key", value),
    (pycti.CustomObservableText, "text", value),
    (pycti.CustomObservableTrackingNumber, "tracking-number", value),
    (pycti.CustomObservableUserAgent, "user-agent", value),
]


def main():
    samples = [*labels(), *notes(), *threat_actor()]
    for cls, kind, make, *aliases in ENTITIES:
        samples += entity(cls, kind, make, *aliases)
    for cls, kind, make in OBSERVABLES:
        samples += observable(cls, kind, make)
    lines = (json.dumps({"object": sample, "id": id}) for sample, id in samples)
    OUTPUT.write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
