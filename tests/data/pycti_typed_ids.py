#!/usr/bin/env python3
"""Record the ids that pycti gives the objects of which tests/stix/typed.rs makes typed ones.

It writes pycti_typed_ids.json next to itself: the name of each case with its id.

Usage: pip install pycti==7.261026.0; python3 tests/data/pycti_typed_ids.py
"""

import json
from pathlib import Path

import stix2
from pycti import (
    AttackPattern,
    Campaign,
    CaseIncident,
    CaseRfi,
    CaseRft,
    Channel,
    CourseOfAction,
    DataComponent,
    DataSource,
    Event,
    Feedback,
    Grouping,
    Identity,
    Incident,
    Indicator,
    Infrastructure,
    IntrusionSet,
    Language,
    Location,
    Malware,
    MalwareAnalysis,
    MarkingDefinition,
    Narrative,
    Note,
    ObservedData,
    Opinion,
    Report,
    SecurityCoverage,
    StixCoreRelationship,
    StixSightingRelationship,
    ThreatActorGroup,
    ThreatActorIndividual,
    Task,
    Tool,
    Vulnerability,
)
from pycti.utils import constants as K

OUTPUT = Path(__file__).with_name("pycti_typed_ids.json")

IDS = {}


def add(name, value):
    IDS[name] = value


add("Malware", Malware.generate_id("Emotet"))
add("AttackPattern", AttackPattern.generate_id("Phishing"))
add("AttackPattern by MITRE id", AttackPattern.generate_id("Phishing", "T1566"))
add("Campaign", Campaign.generate_id("Ghost"))
add("Channel", Channel.generate_id("Ghost"))
add("CourseOfAction", CourseOfAction.generate_id("Ghost"))
add("DataComponent", DataComponent.generate_id("Ghost"))
add("DataSource", DataSource.generate_id("Ghost"))
add("Event", Event.generate_id("Ghost"))
add("Incident", Incident.generate_id("Ghost", "2026-11-24T00:00:00.000Z"))
add("Indicator", Indicator.generate_id("[ipv4-addr:value = '198.51.100.7']"))
add("Infrastructure", Infrastructure.generate_id("Ghost"))
add("IntrusionSet", IntrusionSet.generate_id("APT28"))
add("Language", Language.generate_id("Ghost"))
add(
    "MalwareAnalysis",
    MalwareAnalysis.generate_id("Ghost", "Sandbox", "2026-11-24T00:00:00.000Z"),
)
add("Narrative", Narrative.generate_id("Ghost"))
add("ThreatActorGroup", ThreatActorGroup.generate_id("APT28"))
add("ThreatActorIndividual", ThreatActorIndividual.generate_id("Jo"))
add("Tool", Tool.generate_id("nmap"))
add("Vulnerability", Vulnerability.generate_id("CVE-2026-0001"))
for n, c in [
    ("Individual", "individual"),
    ("Organization", "organization"),
    ("Sector", "class"),
    ("System", "system"),
    ("SecurityPlatform", "securityplatform"),
]:
    add(n, Identity.generate_id("Example", c))
for n, c in [
    ("Region", "Region"),
    ("Country", "Country"),
    ("AdministrativeArea", "Administrative-Area"),
    ("City", "City"),
    ("Position", "Position"),
]:
    add(n, Location.generate_id("Paris", c))
add("Position by coordinates", Location.generate_id("Paris", "Position", 48.85, 2.35))
add("Report", Report.generate_id("Q3", "2026-10-01T00:00:00.000Z"))
add("Note", Note.generate_id("2026-11-24T00:00:00.000Z", "Seen."))
add(
    "Grouping",
    Grouping.generate_id("Ghost", "suspicious-activity", "2026-11-24T00:00:00.000Z"),
)
m = IDS["Malware"]
i = IDS["IntrusionSet"]
add("ObservedData", ObservedData.generate_id([m]))
add("SecurityCoverage", SecurityCoverage.generate_id(m))
add("Relationship", StixCoreRelationship.generate_id("uses", i, m))
add(
    "Relationship with times",
    StixCoreRelationship.generate_id("uses", i, m, "2026-01-01T00:00:00.000Z", "2026-02-01T00:00:00.000Z"),
)
add("Sighting", StixSightingRelationship.generate_id(m, [IDS["Organization"]]))
add(
    "Sighting with times",
    StixSightingRelationship.generate_id(
        m, [IDS["Organization"]], "2026-01-01T00:00:00.000Z", "2026-02-01T00:00:00.000Z"
    ),
)
add("Marking of the platform", MarkingDefinition.generate_id("PAP", "PAP:RED"))
add("Marking by a statement", MarkingDefinition.generate_id("statement", "Example"))


def observable(case, cls, **members):
    add(case, cls(**members).id)


observable("AutonomousSystem", stix2.AutonomousSystem, number=15169)
observable("Directory", stix2.Directory, path="/tmp")
observable("DomainName", stix2.DomainName, value="example.org")
observable("EmailAddr", stix2.EmailAddress, value="a@example.org")
observable("Ipv4Addr", stix2.IPv4Address, value="198.51.100.7")
observable("Ipv6Addr", stix2.IPv6Address, value="2001:db8::1")
observable("MacAddr", stix2.MACAddress, value="02:00:00:00:00:01")
observable("Mutex", stix2.Mutex, name="Ghost")
observable("Software", stix2.Software, name="nginx", vendor="F5", version="1.0")
observable(
    "StixFile by hash",
    stix2.File,
    name="a.txt",
    hashes={
        "MD5": "d41d8cd98f00b204e9800998ecf8427e",
        "SHA-1": "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    },
)
observable("StixFile by name", stix2.File, name="a.txt")
observable("Url", stix2.URL, value="https://example.org/")
observable("UserAccount", stix2.UserAccount, account_login="root", account_type="unix")
for n in [
    "AiPrompt",
    "Credential",
    "CryptocurrencyWallet",
    "CryptographicKey",
    "Hostname",
    "Iccid",
    "Imei",
    "Imsi",
    "PhoneNumber",
    "SshKey",
    "Text",
    "TrackingNumber",
    "UserAgent",
]:
    wanted = ("CustomObservable" + n).lower()
    observable(
        n,
        next(getattr(K, each) for each in dir(K) if each.lower() == wanted),
        value="Ghost",
    )
observable(
    "BankAccount",
    K.CustomObservableBankAccount,
    value="",
    iban="DE89370400440532013000",
)
observable("MediaContent", K.CustomObservableMediaContent, url="https://example.org/")
observable(
    "PaymentCard",
    K.CustomObservablePaymentCard,
    value="",
    card_number="4111111111111111",
)
observable("Persona", K.CustomObservablePersona, persona_name="Ghost", persona_type="nickname")
add("CaseIncident", CaseIncident.generate_id("Ghost", "2026-11-24T00:00:00.000Z"))
add("CaseRfi", CaseRfi.generate_id("Ghost", "2026-11-24T00:00:00.000Z"))
add("CaseRft", CaseRft.generate_id("Ghost", "2026-11-24T00:00:00.000Z"))
add("Feedback", Feedback.generate_id("Ghost"))
add("Task", Task.generate_id("Ghost", "2026-11-24T00:00:00.000Z"))
add("Opinion", Opinion.generate_id("2026-11-24T00:00:00.000Z", "agree"))
sender = IDS["EmailAddr"]
observable(
    "EmailMessage", stix2.EmailMessage, is_multipart=False, subject="Hi", body="a", from_ref=sender
)
address = IDS["Ipv4Addr"]
observable("NetworkTraffic", stix2.NetworkTraffic, protocols=["tcp"], src_ref=address, dst_port=443)
observable("WindowsRegistryKey", stix2.WindowsRegistryKey, key="HKEY_LOCAL_MACHINE\\Ghost")
observable("X509Certificate", stix2.X509Certificate, serial_number="36:f7")
OUTPUT.write_text(json.dumps(IDS, indent=1) + "\n")
