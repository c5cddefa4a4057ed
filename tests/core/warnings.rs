//! The warnings about valid values that are probably mistakes: their conditions, texts and order.

use opencti_connector::{
    AnyConnector, Connector, ConnectorType, EnrichmentResolution, EntityType, Field, RawConnector,
    Warning,
};

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

fn raw(connector_type: ConnectorType) -> RawConnector {
    use ConnectorType::{InternalEnrichment, InternalExportFile, InternalImportFile};

    let scope = match connector_type {
        InternalEnrichment => Some("Report"),
        InternalImportFile | InternalExportFile => Some("text/csv"),
        _ => None,
    };
    RawConnector::builder()
        .id(ID)
        .name("Some connector")
        .connector_type(connector_type)
        .scope_opt(scope.map(Into::into))
        .build()
}

fn lines(warnings: &[Warning]) -> Vec<String> {
    warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn flags_without_effect_cause_warnings() {
    use ConnectorType::{InternalEnrichment, InternalImportFile};

    for &connector_type in ConnectorType::ALL {
        for (auto, only_contextual) in [(false, false), (true, false), (false, true), (true, true)]
        {
            let mut raw = raw(connector_type);
            raw.auto = Some(auto);
            raw.only_contextual = Some(only_contextual);

            let mut expected = Vec::new();
            if auto && ![InternalEnrichment, InternalImportFile].contains(&connector_type) {
                expected.push(format!(
                    "auto has no effect on {connector_type}: only INTERNAL_ENRICHMENT and \
                     INTERNAL_IMPORT_FILE connectors run automatically; leave it off"
                ));
            }
            if only_contextual && connector_type != InternalImportFile {
                expected.push(format!(
                    "only_contextual has no effect on {connector_type}: only INTERNAL_IMPORT_FILE \
                     connectors use it; leave it off"
                ));
            }
            let connector = raw.validate().unwrap();
            assert_eq!(lines(&connector.warnings()), expected, "{connector_type}");

            // A fault elsewhere does not change the warnings.
            raw.id = None;
            let error = raw.validate().unwrap_err();
            assert_eq!(error.faults().len(), 1);
            assert_eq!(lines(error.warnings()), expected, "{connector_type}");
        }
    }
}

const ALL_AT_ONCE: [&str; 7] = [
    "scope \"File\" is not an entity type that this crate knows, and matches nothing unless the \
     platform knows it; did you mean StixFile?",
    "scope \"ip_addr\" is not an entity type that this crate knows, and matches nothing unless \
     the platform knows it; did you mean one of IPv4-Addr, IPv6-Addr?",
    "scope \"\\\"report\\\"\" is not an entity type that this crate knows, and matches nothing \
     unless the platform knows it; did you mean Report?",
    "scope \"X-Acme-Asset\" is not an entity type that this crate knows, and matches nothing \
     unless the platform knows it; check its spelling",
    "enrichment_resolution \"ifdirty\" is not known to this crate; use `none`, `stix_bundle` or \
     `deferred`, unless the platform documents it",
    "only_contextual has no effect on INTERNAL_ENRICHMENT: only INTERNAL_IMPORT_FILE connectors \
     use it; leave it off",
    "version \"1.4\" is neither a semantic version nor `rolling`, so the platform logs a warning; \
     write it like 1.4.0",
];

#[test]
fn warnings_follow_the_order_of_the_payload() {
    let scope = ["File", "ip_addr", "\"report\"", "X-Acme-Asset"]
        .map(|name| EntityType::custom(name).unwrap());
    let builder = |id| {
        Connector::internal_enrichment()
            .version("1.4")
            .only_contextual(true)
            .enrichment_resolution("ifdirty".parse::<EnrichmentResolution>().unwrap())
            .scope(scope.clone())
            .name("Some connector")
            .id(id)
    };
    let connector = builder(ID).build().unwrap();
    assert_eq!(lines(&connector.warnings()), ALL_AT_ONCE);
    assert_eq!(
        lines(&AnyConnector::from(connector).warnings()),
        ALL_AT_ONCE
    );

    let error = builder("ChangeMe").build().unwrap_err();
    assert_eq!(lines(error.warnings()), ALL_AT_ONCE);

    let fields: Vec<_> = error.warnings().iter().map(Warning::field).collect();
    let mut in_order = fields.clone();
    in_order.sort();
    assert_eq!(fields, in_order);
    assert_eq!(fields.last(), Some(&Field::Version));
}

#[test]
fn an_unknown_type_still_gets_the_warnings_that_apply_to_every_type() {
    let mut raw = raw(ConnectorType::Stream);
    raw.connector_type = Some("INTERNAL_HUNT".into());
    raw.version = Some("1.4".into());
    raw.enrichment_resolution = Some("ifdirty".into());
    // Whether these have an effect depends on the type.
    raw.auto = Some(true);
    raw.only_contextual = Some(true);
    let error = raw.validate().unwrap_err();
    assert_eq!(
        lines(error.warnings()),
        [ALL_AT_ONCE[4], ALL_AT_ONCE[6]],
        "{error}"
    );
}
