//! Which relationships the platform allows.
//!
//! From the platform's `database/stix.ts` and the modules that add to it, in version 7.260817.0.
//! `related-to` and `revoked-by` are allowed between any two objects, so they are not in the table.
//! The abstract class `Threat-Actor` is left out, because groups and individuals have each of its
//! rows.

use crate::stix::model::allowed::{AllowedFrom, To, relationships};
use crate::stix::model::object::{Observable, Typed};
use crate::stix::model::relationship::Relationship;
#[allow(
    clippy::wildcard_imports,
    reason = "the table names nearly all of them"
)]
use crate::stix::model::{
    container::*, coverage::*, entity::*, host::*, identifier::*, identity::*, location::*,
    network::*, threat::*, vulnerability::*,
};
use crate::value::entity_type::EntityType;

/// The types of relationship that go from one type to another.
pub(super) fn allowed(
    source: &EntityType,
    target: &EntityType,
) -> impl Iterator<Item = &'static str> {
    let between = move |(_, from, to): &&(_, EntityType, &[To])| {
        from == source && to.iter().any(|to| to.takes(target))
    };
    let listed = TABLE.iter().filter(between).map(|(name, ..)| *name);
    listed.chain(ANY)
}

/// Those that go from anything to anything.
const ANY: [&str; 2] = ["related-to", "revoked-by"];

relationships! {
    Amplifies = "amplifies", amplifies: {
        Channel: Channel, MediaContent;
    }
    AnalysisOf = "analysis-of", analysis_of: {
        MalwareAnalysis: Malware;
    }
    AttributedTo = "attributed-to", attributed_to: {
        Campaign: IntrusionSet, ThreatActorGroup, ThreatActorIndividual;
        Incident: Campaign, IntrusionSet, ThreatActorGroup, ThreatActorIndividual;
        IntrusionSet: Campaign, ThreatActorGroup, ThreatActorIndividual;
        ThreatActorGroup: Individual, Organization;
        ThreatActorIndividual: Individual, Organization;
    }
    AuthoredBy = "authored-by", authored_by: {
        Malware: IntrusionSet, ThreatActorGroup, ThreatActorIndividual;
        MediaContent: Individual, Organization, UserAccount;
    }
    BasedOn = "based-on", based_on: {
        Indicator: ObservedData, Observables;
    }
    BeaconsTo = "beacons-to", beacons_to: {
        Malware: Infrastructure;
    }
    BelongsTo = "belongs-to", belongs_to: {
        Channel:
            Individual, IntrusionSet, Organization, ThreatActorGroup, ThreatActorIndividual,
            UserAccount;
        DomainName: Individual, Organization;
        Ipv4Addr: AutonomousSystem, Individual, Organization;
        Ipv6Addr: AutonomousSystem, Individual, Organization;
        Infrastructure: Organization;
        System: Organization;
    }
    Characterizes = "characterizes", characterizes: {
        MalwareAnalysis: Malware;
    }
    CitizenOf = "citizen-of", citizen_of: {
        ThreatActorIndividual: Country;
    }
    CommunicatesWith = "communicates-with", communicates_with: {
        Artifact: DomainName, Ipv4Addr, Ipv6Addr;
        Hostname: DomainName, Ipv4Addr, Ipv6Addr;
        Ipv4Addr: Ipv4Addr;
        Infrastructure: DomainName, Ipv4Addr, Ipv6Addr, Infrastructure, Url;
        Malware: DomainName, Ipv4Addr, Ipv6Addr, Url;
        StixFile: DomainName, Ipv4Addr, Ipv6Addr;
    }
    Compromises = "compromises", compromises: {
        Campaign: Infrastructure;
        Incident: Infrastructure;
        IntrusionSet: Infrastructure;
        ThreatActorGroup: Infrastructure;
        ThreatActorIndividual: Infrastructure;
    }
    ConsistsOf = "consists-of", consists_of: {
        Infrastructure: Infrastructure, ObservedData, Observables;
    }
    Controls = "controls", controls: {
        Infrastructure: Infrastructure, Malware;
        Malware: Malware;
    }
    CooperatesWith = "cooperates-with", cooperates_with: {
        ThreatActorGroup: ThreatActorGroup, ThreatActorIndividual;
        ThreatActorIndividual: ThreatActorGroup, ThreatActorIndividual;
    }
    Delivers = "delivers", delivers: {
        AttackPattern: Malware;
        Channel: Malware;
        Infrastructure: Malware;
        Tool: Malware;
    }
    Demonstrates = "demonstrates", demonstrates: {
        StixFile: Vulnerability;
    }
    DerivedFrom = "derived-from", derived_from: {
        AdministrativeArea: AdministrativeArea;
        Artifact: Artifact;
        AttackPattern: AttackPattern;
        Campaign: Campaign;
        Channel: Channel;
        City: City;
        Country: Country;
        CourseOfAction: CourseOfAction;
        DataComponent: DataComponent;
        DataSource: DataSource;
        DomainName: DomainName, Hostname;
        Event: Event;
        Grouping: Grouping;
        Hostname: Hostname;
        Ipv4Addr: Ipv4Addr;
        Ipv6Addr: Ipv6Addr;
        Incident: Incident;
        Indicator: Indicator;
        Individual: Individual;
        Infrastructure: Infrastructure;
        IntrusionSet: IntrusionSet;
        Malware: Malware;
        MalwareAnalysis: MalwareAnalysis;
        MediaContent: MediaContent;
        Narrative: Narrative;
        Organization: Organization;
        Position: Position;
        Region: Region;
        Sector: Sector;
        Software: Software;
        StixFile: StixFile;
        System: System;
        Text: Text;
        ThreatActorGroup: ThreatActorGroup, ThreatActorIndividual;
        ThreatActorIndividual: ThreatActorGroup;
        Tool: Tool;
        Url: Url;
        UserAccount: UserAccount;
        Vulnerability: Vulnerability;
    }
    Detects = "detects", detects: {
        DataComponent: AttackPattern;
        Infrastructure: AttackPattern;
    }
    Downloads = "downloads", downloads: {
        Malware: Malware, StixFile, Tool;
        StixFile: StixFile;
    }
    Drops = "drops", drops: {
        Channel: Malware;
        Hostname: Artifact, StixFile;
        Malware: Malware, StixFile, Tool;
        StixFile: StixFile;
        Tool: Malware;
    }
    DynamicAnalysisOf = "dynamic-analysis-of", dynamic_analysis_of: {
        MalwareAnalysis: Malware;
    }
    EmployedBy = "employed-by", employed_by: {
        ThreatActorIndividual: Organization, ThreatActorGroup;
    }
    ExfiltratesTo = "exfiltrates-to", exfiltrates_to: {
        Malware: Infrastructure;
    }
    Exploits = "exploits", exploits: {
        Malware: Vulnerability;
    }
    Has = "has", has: {
        Iccid: Imsi;
        Imei: MacAddr;
        Imsi: Iccid;
        Infrastructure: Vulnerability;
        Organization: Vulnerability;
        Software: Vulnerability;
        System: Vulnerability;
        Tool: Vulnerability;
    }
    HasCovered = "has-covered", has_covered: {
        SecurityCoverage: Artifact, AttackPattern, Indicator, SecurityPlatform, Vulnerability;
    }
    Hosts = "hosts", hosts: {
        Infrastructure: Malware, Software, Tool;
        IntrusionSet: Infrastructure;
        ThreatActorGroup: Infrastructure;
        ThreatActorIndividual: Infrastructure;
    }
    Impersonates = "impersonates", impersonates: {
        ThreatActorGroup: Individual, Organization;
        ThreatActorIndividual: Individual, Organization;
    }
    Indicates = "indicates", indicates: {
        Indicator:
            AttackPattern, Campaign, Incident, Infrastructure, IntrusionSet, Malware,
            ThreatActorGroup, ThreatActorIndividual, Tool, Vulnerability;
    }
    InterpretedBy = "interpreted-by", interpreted_by: {
        Artifact: Artifact, StixFile;
        StixFile: Artifact, StixFile;
    }
    Investigates = "investigates", investigates: {
        CourseOfAction: Indicator;
    }
    KnownAs = "known-as", known_as: {
        ThreatActorIndividual: Persona, ThreatActorIndividual;
    }
    LocatedAt = "located-at", located_at: {
        AdministrativeArea: Country, Region;
        City: AdministrativeArea, Country, Region;
        Country: Region;
        Event: City, Country, Position, Region;
        Ipv4Addr: AdministrativeArea, City, Country, Position, Region;
        Ipv6Addr: AdministrativeArea, City, Country, Position, Region;
        Individual: AdministrativeArea, City, Country, Position, Region;
        Infrastructure: AdministrativeArea, City, Country, Position, Region;
        Organization: AdministrativeArea, City, Country, Position, Region;
        Position: AdministrativeArea, City, Country, Region;
        Region: Region;
        Sector: AdministrativeArea, City, Country, Position, Region;
        System: AdministrativeArea, City, Country, Position, Region;
        ThreatActorGroup: AdministrativeArea, City, Country, Position, Region;
        ThreatActorIndividual: AdministrativeArea, City, Country, Position, Region;
    }
    Mitigates = "mitigates", mitigates: {
        CourseOfAction: AttackPattern, Indicator, Malware, Tool, Vulnerability;
    }
    NationalOf = "national-of", national_of: {
        ThreatActorIndividual: Country;
    }
    OriginatesFrom = "originates-from", originates_from: {
        Campaign: AdministrativeArea, City, Country, Position, Region;
        Incident: AdministrativeArea, City, Country, Position, Region;
        IntrusionSet: AdministrativeArea, City, Country, Position, Region;
        Malware: AdministrativeArea, City, Country, Position, Region;
    }
    Owns = "owns", owns: {
        IntrusionSet: Infrastructure;
        Organization: Infrastructure;
        ThreatActorGroup: Infrastructure;
        ThreatActorIndividual: Infrastructure;
    }
    PartOf = "part-of", part_of: {
        Individual: Individual, Organization;
        IntrusionSet: IntrusionSet;
        Organization: Organization, Sector;
        Sector: Sector;
        ThreatActorGroup: ThreatActorGroup;
        ThreatActorIndividual: ThreatActorGroup;
    }
    ParticipatesIn = "participates-in", participates_in: {
        ThreatActorGroup: Campaign;
        ThreatActorIndividual: Campaign;
    }
    Publishes = "publishes", publishes: {
        Channel: DomainName, Hostname, MediaContent, StixFile, Text, Url;
        Individual: MediaContent;
        Organization: MediaContent;
        UserAccount: MediaContent;
    }
    Remediates = "remediates", remediates: {
        CourseOfAction: Malware, Vulnerability;
        Software: Vulnerability;
    }
    ReportsTo = "reports-to", reports_to: {
        ThreatActorIndividual: ThreatActorGroup, ThreatActorIndividual;
    }
    ResidesIn = "resides-in", resides_in: {
        ThreatActorIndividual: Country;
    }
    ResolvesTo = "resolves-to", resolves_to: {
        DomainName: DomainName, Hostname, Ipv4Addr, Ipv6Addr;
        Hostname: DomainName, Ipv4Addr, Ipv6Addr;
        Iccid: PhoneNumber;
        Ipv4Addr: MacAddr;
        Ipv6Addr: MacAddr;
        PhoneNumber: Iccid;
    }
    ShouldCover = "should-cover", should_cover: {
        Organization: AttackPattern;
        SecurityPlatform: AttackPattern;
    }
    StaticAnalysisOf = "static-analysis-of", static_analysis_of: {
        MalwareAnalysis: Malware;
    }
    SubnarrativeOf = "subnarrative-of", subnarrative_of: {
        Narrative: Narrative;
    }
    SubtechniqueOf = "subtechnique-of", subtechnique_of: {
        AttackPattern: AttackPattern;
    }
    Supports = "supports", supports: {
        Infrastructure: Infrastructure;
        ThreatActorIndividual: ThreatActorGroup, ThreatActorIndividual;
    }
    Targets = "targets", targets: {
        AiPrompt: Software;
        AttackPattern:
            AdministrativeArea, City, Country, Event, Individual, Organization, Position, Region,
            Sector, System, Vulnerability;
        Campaign:
            AdministrativeArea, City, Country, Event, Individual, Organization, Position, Region,
            Sector, System, Vulnerability;
        Channel:
            City, Country, Event, Individual, Organization, Position, Region, Sector, Vulnerability;
        Incident:
            AdministrativeArea, City, Country, Event, Individual, Organization, Position, Region,
            Sector, System, Vulnerability;
        IntrusionSet:
            AdministrativeArea, City, Country, Event, Individual, Organization, Position, Region,
            Sector, System, Vulnerability;
        Malware:
            AdministrativeArea, City, Country, Event, Individual, Infrastructure, Organization,
            Position, Region, Sector, System, Vulnerability;
        StixFile: Vulnerability;
        ThreatActorGroup:
            AdministrativeArea, City, Country, Event, Individual, Organization, Position, Region,
            Sector, System, Vulnerability;
        ThreatActorIndividual:
            AdministrativeArea, City, Country, Event, Individual, Organization, Position, Region,
            Sector, System, Vulnerability;
        Tool:
            AdministrativeArea, City, Country, Event, Individual, Infrastructure, Organization,
            Position, Region, Sector, System, Vulnerability;
    }
    Technology = "technology", technology: {
        Infrastructure: Software;
    }
    TechnologyFrom = "technology-from", technology_from: {
        Infrastructure: Software;
    }
    TechnologyTo = "technology-to", technology_to: {
        Infrastructure: Software;
    }
    TransferredTo = "transferred-to", transferred_to: {
        BankAccount: BankAccount;
    }
    Uses = "uses", uses: {
        Artifact: AttackPattern, Narrative;
        AttackPattern: Malware, Tool;
        Campaign: AttackPattern, Channel, Infrastructure, Malware, Narrative, Tool;
        Channel: AttackPattern, Infrastructure, Language, Malware, Narrative, Tool;
        DomainName: Narrative;
        Hostname: AttackPattern;
        Iccid: Imei;
        Imei: Iccid, Imsi;
        Imsi: Imei, PhoneNumber;
        Incident: AttackPattern, Channel, Infrastructure, Malware, Narrative, Tool;
        Infrastructure: Infrastructure;
        IntrusionSet: AttackPattern, Channel, Infrastructure, Malware, Narrative, StixFile, Tool;
        Malware: AttackPattern, Infrastructure, Malware, Tool;
        MediaContent: Narrative;
        Organization: Tool;
        PhoneNumber: Imsi;
        StixFile: AttackPattern, Narrative;
        System: Software;
        Text: Narrative;
        ThreatActorGroup:
            AttackPattern, Channel, Infrastructure, Malware, Narrative, StixFile, Tool;
        ThreatActorIndividual:
            AttackPattern, Channel, Infrastructure, Malware, Narrative, StixFile, Tool;
        Tool: AttackPattern, Infrastructure;
        Url: Narrative;
    }
    VariantOf = "variant-of", variant_of: {
        Malware: Malware;
    }
}
