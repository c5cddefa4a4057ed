//! The connector in a configuration.

use crate::config::config::Config;
use crate::config::findings::report::{Finding, Origin, Place};
use crate::config::reader;
use crate::config::reader::Reader;
use crate::config::run::ListenProtocol;
use crate::config::sources::tree::Node;
use crate::config::sources::variables::{
    AUTO, AUTO_UPDATE, ENRICHMENT_RESOLUTION, ID, LISTEN_API_PATH, LISTEN_API_URI, NAME,
    OLD_CONFIDENCE_LEVEL, ONLY_CONTEXTUAL, SCOPE, TYPE, Variable, XTM_ONE_INTENT,
};
use crate::connector::any::AnyConnector;
use crate::connector::raw::RawConnector;
use crate::connector::warning::Warning;
use crate::value::callback_uri::CallbackUri;
use crate::value::connector_type::ConnectorType;
use crate::value::fault::Reason;
use crate::value::field::Field;
use crate::value::placeholder::is_placeholder;
use crate::value::raw_scope::RawScope;

/// A connector before validation, without the callback, which depends on how it listens.
pub(crate) struct Described {
    raw: RawConnector,
    /// Whether the scope comes from the configuration. False if that was dropped.
    scope_is_configured: bool,
}

impl Described {
    /// Reads the connector, as the type that the program fixes or that the configuration names.
    pub(crate) fn read(reader: &mut Reader<'_>, fixed: Option<ConnectorType>) -> Self {
        let config = reader.config;
        let defaults = config.defaults.clone();
        let connector_type = connector_type(reader, fixed).or(defaults.connector_type);
        let scope = scope(reader, connector_type.as_deref(), &config.defaults);
        let scope_is_configured = scope.is_some();
        let resolution = reader.text(&ENRICHMENT_RESOLUTION);
        let mut raw = RawConnector {
            id: reader.text(&ID).or(defaults.id),
            name: reader.text(&NAME).or(defaults.name),
            connector_type,
            scope: scope.or(defaults.scope),
            auto: reader.flag(&AUTO).or(defaults.auto),
            auto_update: reader.flag(&AUTO_UPDATE).or(defaults.auto_update),
            enrichment_resolution: resolution.or(defaults.enrichment_resolution),
            only_contextual: reader.flag(&ONLY_CONTEXTUAL).or(defaults.only_contextual),
            playbook_compatible: defaults.playbook_compatible,
            listen_callback_uri: defaults.listen_callback_uri,
            version: defaults.version,
            slug: defaults.slug,
            xtm_one_intent: reader.text(&XTM_ONE_INTENT).or(defaults.xtm_one_intent),
        };
        if let Some(build) = &config.build {
            raw.version = Some(build.version.clone());
            raw.slug = build.slug.clone().or(raw.slug);
        }
        if reader.is_set(&OLD_CONFIDENCE_LEVEL) {
            let message = "is no longer read, as in pycti since 6.0.0; remove it";
            reader.warning(&OLD_CONFIDENCE_LEVEL, message);
        }
        Self {
            raw,
            scope_is_configured,
        }
    }

    /// Validates the connector. `None` if it is invalid; its faults are listed before those of single
    /// variables.
    pub(crate) fn judge(
        self,
        listen: &ListenProtocol,
        reader: &mut Reader<'_>,
    ) -> Option<AnyConnector> {
        let Self {
            mut raw,
            scope_is_configured,
        } = self;
        // The program's default overrides pycti's. Without the API, nothing listens.
        let is_configured = reader.is_set(&LISTEN_API_URI) || reader.is_set(&LISTEN_API_PATH);
        raw.listen_callback_uri = match listen {
            ListenProtocol::Api(api) if is_configured || raw.listen_callback_uri.is_none() => {
                Some(api.callback_uri())
            }
            ListenProtocol::Api(_) => raw.listen_callback_uri,
            ListenProtocol::Amqp => None,
        };
        let judged = Judged {
            config: reader.config,
            scope_is_configured,
        };
        let report = &mut reader.report;
        match raw.validate() {
            Ok(connector) => {
                let warnings = connector.warnings();
                report.warnings.extend(judged.warnings(&warnings));
                Some(connector)
            }
            Err(invalid) => {
                let of_variables = std::mem::take(&mut report.faults);
                let of_connector = invalid.faults().iter().map(|fault| {
                    let value = fault.value().map(str::to_owned);
                    judged.finding(fault.field(), value, message(fault.reason()))
                });
                // A value that cannot be read is not missing as well.
                let is_other = |finding: &Finding| {
                    finding.value.is_some()
                        || finding.variable().is_none()
                        || of_variables
                            .iter()
                            .all(|fault| fault.variable() != finding.variable())
                };
                report.faults = of_connector.filter(is_other).collect();
                report.faults.extend(of_variables);
                report.warnings.extend(judged.warnings(invalid.warnings()));
                None
            }
        }
    }
}

fn connector_type(reader: &mut Reader<'_>, fixed: Option<ConnectorType>) -> Option<String> {
    let configured = reader.text(&TYPE);
    let Some(fixed) = fixed else {
        return configured;
    };
    if configured.is_some_and(|configured| configured != fixed.as_str()) {
        let message = format!(
            "does not match this program, which is a connector of type {fixed}; set it to that or remove it"
        );
        reader.fault(&TYPE, message);
    }
    Some(fixed.to_string())
}

/// Reads the scope; `None` if it does not apply to this type.
fn scope(
    reader: &mut Reader<'_>,
    connector_type: Option<&str>,
    defaults: &RawConnector,
) -> Option<RawScope> {
    let scope = reader.scope(&SCOPE)?;
    let connector_type = connector_type.and_then(|name| name.parse().ok());
    if let Some(ConnectorType::ExternalImport | ConnectorType::Stream) = connector_type {
        reader.warning(
            &SCOPE,
            "is dropped: connectors of this type have no scope, and the platform never reads \
             one; remove it",
        );
        return None;
    }
    let is_needed =
        connector_type != Some(ConnectorType::InternalAnalysis) && defaults.scope.is_none();
    if scope.is_filler() && !is_needed {
        reader.warning(
            &SCOPE,
            "is dropped: it is what pycti sends when no scope is configured",
        );
        return None;
    }
    if scope.entries().into_iter().any(is_placeholder) {
        reader.fault(&SCOPE, reader::PLACEHOLDER);
        return None;
    }
    let is_quote = |c: char| matches!(c, '"' | '\'');
    if scope
        .entries()
        .iter()
        .any(|entry| entry.starts_with(is_quote) || entry.ends_with(is_quote))
    {
        reader.fault(
            &SCOPE,
            "contains quotes, which the deployment file passes on; remove them",
        );
        let bare = |entry: &str| entry.trim_matches(is_quote).trim().to_owned();
        return Some(RawScope::List(
            scope.entries().into_iter().map(bare).collect(),
        ));
    }
    Some(scope)
}

/// A connector that has been validated.
struct Judged<'a> {
    config: &'a Config,
    scope_is_configured: bool,
}

impl Judged<'_> {
    fn warnings(&self, warnings: &[Warning]) -> impl Iterator<Item = Finding> {
        warnings.iter().map(|warning| {
            let value = warning.value().map(str::to_owned);
            self.finding(warning.field(), value, warning.message())
        })
    }

    /// Turns a fault or warning about a field into one about a variable.
    fn finding(&self, field: Field, value: Option<String>, message: String) -> Finding {
        let variable = match field {
            Field::ListenCallbackUri => Some(self.part_of_callback()),
            _ => variable(field),
        };
        let is_configured = field != Field::Scope || self.scope_is_configured;
        let configured = variable
            .filter(|_| is_configured)
            .and_then(|variable| self.config.origin(variable));
        let from_build = self.config.build.as_ref().filter(|build| match field {
            Field::Version => true,
            Field::Slug => build.slug.is_some(),
            _ => false,
        });
        let origin = match (configured, from_build, &value) {
            (Some(origin), _, _) => origin,
            (None, Some(build), _) => build.origin.clone(),
            (None, None, Some(_)) => Origin::Code,
            (None, None, None) => Origin::Unset,
        };
        let message = match variable {
            Some(_) => message,
            None => format!("as {field} {message}"),
        };
        Finding {
            place: variable.map(Place::from),
            origin,
            value,
            message,
        }
    }

    /// Returns the variable to blame for the callback, which consists of an address and a path.
    fn part_of_callback(&self) -> &'static Variable {
        let is_set = |variable| self.config.origin(variable).is_some();
        let uri = self.config.lookup(&LISTEN_API_URI);
        let uri_is_fine = uri.is_none_or(|(uri, _)| {
            matches!(uri, Node::Scalar(uri) if CallbackUri::from(uri.text.as_str()).check().is_ok())
        });
        if uri_is_fine && is_set(&LISTEN_API_PATH) {
            &LISTEN_API_PATH
        } else {
            &LISTEN_API_URI
        }
    }
}

fn variable(field: Field) -> Option<&'static Variable> {
    match field {
        Field::Id => Some(&ID),
        Field::Name => Some(&NAME),
        Field::Type => Some(&TYPE),
        Field::Scope => Some(&SCOPE),
        Field::Auto => Some(&AUTO),
        Field::AutoUpdate => Some(&AUTO_UPDATE),
        Field::EnrichmentResolution => Some(&ENRICHMENT_RESOLUTION),
        Field::OnlyContextual => Some(&ONLY_CONTEXTUAL),
        Field::XtmOneIntent => Some(&XTM_ONE_INTENT),
        Field::ListenCallbackUri | Field::PlaybookCompatible | Field::Version | Field::Slug => None,
    }
}

fn message(reason: &Reason) -> String {
    match reason {
        Reason::NotUuid | Reason::UuidVersion | Reason::UuidSpelling(_) => format!(
            "{reason}; under a new id the platform sees a new connector, without the state of the \
             old one"
        ),
        _ => reason.to_string(),
    }
}
