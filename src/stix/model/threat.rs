//! Entities that threaten: actors, what they do, and what they use.

use crate::stix::model::define::objects;
use crate::stix::model::embedded::with_phases;

objects! { entity:
    /// A technique of attackers.
    ///
    /// ```
    /// use opencti_connector::stix::model::AttackPattern;
    ///
    /// let phishing = AttackPattern::new("Phishing").mitre_id("T1566");
    /// # drop(phishing);
    /// ```
    AttackPattern = "attack-pattern" (name: text "name") {
        /// Description, in Markdown.
        description: text "description",
        /// Id in MITRE ATT&CK, e.g. `T1566`. If it is set, it alone determines the id.
        mitre_id: text "x_mitre_id",
        /// Adds platforms on which the technique works, e.g. `windows`.
        platforms: texts "x_mitre_platforms" of platform,
        /// How to detect the technique, in Markdown.
        detection: text "x_mitre_detection",
        /// Adds permissions that the technique needs, e.g. `Administrator`.
        permissions_required: texts "x_mitre_permissions_required" of permission,
        /// Adds other names, e.g. `Spearphishing`.
        aliases: texts "aliases",
    };

    /// Attacks that belong together.
    Campaign = "campaign" (name: text "name") {
        /// Description, in Markdown.
        description: text "description",
        /// Adds other names, e.g. `Operation Aurora`.
        aliases: texts "aliases",
        /// Time at which the campaign was first seen.
        first_seen: time "first_seen",
        /// Time at which the campaign was last seen.
        last_seen: time "last_seen",
        /// Goal of the campaign, e.g. `theft of credentials`.
        objective: text "objective",
    };

    /// Machines and services that are used for something.
    Infrastructure = "infrastructure" (name: text "name") {
        /// Description, in Markdown.
        description: text "description",
        /// Adds types, e.g. `command-and-control`.
        infrastructure_types: texts "infrastructure_types" of infrastructure_type,
        /// Adds other names.
        aliases: texts "aliases",
        /// Time at which the infrastructure was first seen.
        first_seen: time "first_seen",
        /// Time at which the infrastructure was last seen.
        last_seen: time "last_seen",
    };

    /// Attacks that most likely have one author.
    IntrusionSet = "intrusion-set" (name: text "name") {
        /// Description, in Markdown.
        description: text "description",
        /// Adds other names, e.g. `Fancy Bear`.
        aliases: texts "aliases",
        /// Time at which the intrusion set was first seen.
        first_seen: time "first_seen",
        /// Time at which the intrusion set was last seen.
        last_seen: time "last_seen",
        /// Adds goals, e.g. `espionage`.
        goals: texts "goals",
        /// Resources of the author, e.g. `government`.
        resource_level: text "resource_level" of attack_resource_level,
        /// Main motivation, e.g. `ideology`.
        primary_motivation: text "primary_motivation" of attack_motivation,
        /// Adds further motivations, e.g. `dominance`.
        secondary_motivations: texts "secondary_motivations" of attack_motivation,
        /// Score that the platform shows, 0 to 100.
        score: percent "x_opencti_score",
    };

    /// A family of malicious programs, or one of them.
    ///
    /// ```
    /// use opencti_connector::stix::model::{KillChainPhase, Malware, vocabulary};
    ///
    /// let emotet = Malware::new("Emotet")
    ///     .is_family(true)
    ///     .malware_types([vocabulary::malware_type::TROJAN])
    ///     .kill_chain_phase(KillChainPhase::new("mitre-attack", "execution"));
    /// # drop(emotet);
    /// ```
    Malware = "malware" ["is_family": false] (name: text "name") {
        /// Description, in Markdown.
        description: text "description",
        /// Whether the object is a family, not a single program; `false` by default, as in pycti.
        is_family: flag "is_family",
        /// Adds types, e.g. `trojan`.
        malware_types: texts "malware_types" of malware_type,
        /// Adds other names, e.g. `Heodo`.
        aliases: texts "aliases",
        /// Time at which the malware was first seen.
        first_seen: time "first_seen",
        /// Time at which the malware was last seen.
        last_seen: time "last_seen",
        /// Adds processors on which the malware runs, e.g. `x86-64`.
        architectures: texts "architecture_execution_envs" of processor_architecture,
        /// Adds languages in which the malware is written, e.g. `c++`.
        implementation_languages: texts "implementation_languages" of implementation_language,
        /// Adds abilities, e.g. `exfiltrates-data`.
        capabilities: texts "capabilities" of malware_capabilities,
        /// Score that the platform shows, 0 to 100.
        score: percent "x_opencti_score",
    };

    /// What the analysis of a sample found.
    MalwareAnalysis = "malware-analysis" (result_name: text "result_name", product: text "product") {
        /// Verdict, e.g. `malicious`; `unknown` if neither it nor observables are set.
        result: text "result" of malware_result,
        /// Version of the product, e.g. `4.2.1`.
        version: text "version",
        /// Version of the analysis engine, with the definitions in use.
        analysis_engine_version: text "analysis_engine_version",
        /// Version of the definitions of the analysis.
        analysis_definition_version: text "analysis_definition_version",
        /// Version of the configuration of the product.
        configuration_version: text "configuration_version",
        /// Adds modules of the product that took part, e.g. `static`.
        modules: texts "modules",
        /// Time at which the sample was submitted; part of the id.
        submitted: time "submitted",
        /// Time at which the analysis started.
        started: time "analysis_started",
        /// Time at which the analysis ended.
        ended: time "analysis_ended",
        /// The sample: a file, an artifact or network traffic.
        sample: reference "sample_ref",
        /// Adds observables that the analysis found.
        observables: references "analysis_sco_refs",
        /// Virtual machine on which the analysis ran: a `Software`.
        host_vm: reference "host_vm_ref",
        /// Operating system on which the analysis ran: a `Software`.
        operating_system: reference "operating_system_ref",
        /// Adds software that was installed beside the operating system.
        installed_software: references "installed_software_refs",
    };

    /// An attacker that is a group.
    ThreatActorGroup = "threat-actor" ["x_opencti_type": "Threat-Actor-Group"]
        (name: text "name")
    {
        /// Description, in Markdown.
        description: text "description",
        /// Adds types, e.g. `crime-syndicate`.
        threat_actor_types: texts "threat_actor_types" of threat_actor_type,
        /// Adds other names.
        aliases: texts "aliases",
        /// Time at which the group was first seen.
        first_seen: time "first_seen",
        /// Time at which the group was last seen.
        last_seen: time "last_seen",
        /// Adds roles, e.g. `malware-author`.
        roles: texts "roles" of threat_actor_role,
        /// Adds goals, e.g. `ransom`.
        goals: texts "goals",
        /// How able the group is, e.g. `expert`.
        sophistication: text "sophistication" of threat_actor_sophistication,
        /// Resources of the group, e.g. `organization`.
        resource_level: text "resource_level" of attack_resource_level,
        /// Main motivation, e.g. `personal-gain`.
        primary_motivation: text "primary_motivation" of attack_motivation,
        /// Adds further motivations, e.g. `notoriety`.
        secondary_motivations: texts "secondary_motivations" of attack_motivation,
        /// Adds motivations of the members, e.g. `personal-satisfaction`.
        personal_motivations: texts "personal_motivations" of attack_motivation,
        /// Score that the platform shows, 0 to 100.
        score: percent "x_opencti_score",
    };

    /// An attacker that is a person.
    ThreatActorIndividual = "threat-actor" ["x_opencti_type": "Threat-Actor-Individual"]
        (name: text "name")
    {
        /// Description, in Markdown.
        description: text "description",
        /// Adds types, e.g. `hacker`.
        threat_actor_types: texts "threat_actor_types" of threat_actor_type,
        /// Adds other names.
        aliases: texts "aliases",
        /// Time at which the person was first seen.
        first_seen: time "first_seen",
        /// Time at which the person was last seen.
        last_seen: time "last_seen",
        /// Adds roles, e.g. `director`.
        roles: texts "roles" of threat_actor_role,
        /// Adds goals, e.g. `fame`.
        goals: texts "goals",
        /// How able the person is, e.g. `advanced`.
        sophistication: text "sophistication" of threat_actor_sophistication,
        /// Resources of the person, e.g. `individual`.
        resource_level: text "resource_level" of attack_resource_level,
        /// Main motivation, e.g. `notoriety`.
        primary_motivation: text "primary_motivation" of attack_motivation,
        /// Adds further motivations, e.g. `revenge`.
        secondary_motivations: texts "secondary_motivations" of attack_motivation,
        /// Adds personal motivations, e.g. `personal-satisfaction`.
        personal_motivations: texts "personal_motivations" of attack_motivation,
    };

    /// A legitimate program that attackers use.
    Tool = "tool" (name: text "name") {
        /// Description, in Markdown.
        description: text "description",
        /// Adds types, e.g. `remote-access`.
        tool_types: texts "tool_types" of tool_type,
        /// Version, e.g. `7.94`.
        version: text "tool_version",
        /// Adds other names.
        aliases: texts "aliases",
    };
}

with_phases!(AttackPattern, Infrastructure, Malware, Tool);
