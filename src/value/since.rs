//! What each version of the platform knows: the one table of connector types, members of a
//! registration, operations, and what their documents say and ask for.

use crate::value::connector_type::ConnectorType;
use crate::value::field::{Field, RegisterConnectorFields};
use crate::value::version::{InvalidVersion, PlatformVersion};

/// A part of the platform's schema that a version brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// A value of the enum `ConnectorType`.
    Type(ConnectorType),
    /// A member of `RegisterConnectorInput`.
    Member(Field),
    /// `about`, `registerConnector` and `pingConnector`: what every platform has.
    Always,
    /// The state of a connector: in a ping, and in the answer to a registration.
    State,
    /// The state in the answer to a ping.
    StateOfPong,
    /// `connector_user` in the answer to a registration.
    User,
    /// `connector_user_id` in its place.
    UserId,
    /// `deleteConnector`.
    DeleteConnector,
    /// `workAdd`.
    AddWork,
    /// Edits of a work that answer with its id; those before answer with the work, and want to
    /// be told which of its members.
    EditWork,
    /// `ping` among the edits of a work.
    PingWork,
    /// `isMultiPartWork` of `workAdd`.
    MultipartWork,
    /// `work` with what is asked of it.
    ReadWork,
    /// `isWorkAlive`.
    IsWorkAlive,
    /// How to reach RabbitMQ by its parts; by a URI before.
    RabbitMq,
    /// Whether RabbitMQ takes TLS.
    RabbitMqTls,
    /// The virtual host of RabbitMQ.
    RabbitMqVhost,
    /// The routing keys of the queues.
    RoutingKeys,
    /// `connector` with all that is asked of it.
    ReadConnector,
    /// `connectorInfo` of a ping.
    ConnectorInfo,
    /// How to reach the object storage.
    S3,
    /// The keys that sign the platform's HTTP requests.
    Jwks,
    /// `streamCollection`.
    ReadStream,
    /// `stix`: an entity as a STIX object.
    ReadStix,
    /// `stixCoreObjects` with a filter group.
    ListCoreObjects,
    /// `stixCoreRelationships` and `stixSightingRelationships` with a filter group and either end.
    ListRelationships,
    /// `stixObjectOrStixRelationships`.
    ListAny,
    /// `playbookStepExecution`.
    PlaybookStep,
    /// `event_id` of `playbookStepExecution`, without which no platform with it takes the step.
    PlaybookEvent,
    /// `stixBundlePush`.
    PushBundle,
    /// `work_id` of `stixBundlePush`.
    PushBundleOfWork,
    /// `file_markings` of exports, without which no platform with it takes them.
    FileMarkings,
    /// `analysisPush`.
    PushAnalysis,
    /// `uploadPending`.
    UploadPending,
    /// `file_markings` of `uploadPending`.
    PendingMarkings,
    /// `draftWorkspaceAdd`.
    AddDraft,
    /// `addDraftContext` among the edits of a work.
    AddDraftContext,
}

impl Part {
    /// The first version that has the part.
    ///
    /// Versions are those of the pycti release whose documents first held the part, since both are
    /// released under one number; for what pycti never asked, or asked late, those of the
    /// platform's schema (`opencti.graphql`, `connector.graphql`).
    pub(crate) const fn since(self) -> PlatformVersion {
        let [major, minor, patch] = match self {
            Self::Always
            | Self::Type(
                ConnectorType::ExternalImport
                | ConnectorType::InternalImportFile
                | ConnectorType::InternalEnrichment
                | ConnectorType::InternalExportFile,
            )
            | Self::Member(Field::Id | Field::Name | Field::Type | Field::Scope) => [2, 0, 0],
            Self::State => [2, 0, 1],
            Self::StateOfPong => [2, 1, 3],
            Self::Type(ConnectorType::Stream)
            | Self::Member(Field::Auto)
            | Self::User
            | Self::DeleteConnector
            | Self::AddWork => [4, 0, 0],
            Self::EditWork => [4, 0, 3],
            Self::RabbitMq => [4, 0, 4],
            Self::RabbitMqTls => [4, 4, 0],
            Self::Member(Field::OnlyContextual) => [4, 5, 0],
            Self::ReadWork => [5, 0, 0],
            Self::PingWork | Self::UploadPending => [5, 1, 0],
            Self::ReadStix => [5, 3, 0],
            Self::RabbitMqVhost => [5, 3, 8],
            Self::UserId => [5, 3, 16],
            Self::RoutingKeys => [5, 4, 0],
            Self::ReadStream => [5, 7, 0],
            Self::Member(Field::PlaybookCompatible) | Self::PlaybookStep => [5, 11, 0],
            Self::ListCoreObjects => [5, 12, 0],
            Self::ListRelationships => [5, 12, 16],
            Self::PlaybookEvent | Self::FileMarkings | Self::ListAny => [6, 1, 0],
            Self::Type(ConnectorType::InternalAnalysis) | Self::ReadConnector => [6, 1, 12],
            Self::PushAnalysis => [6, 2, 0],
            Self::ConnectorInfo => [6, 2, 12],
            Self::PushBundle => [6, 3, 0],
            Self::AddDraft => [6, 4, 0],
            Self::AddDraftContext => [6, 5, 1],
            Self::PendingMarkings => [6, 5, 2],
            Self::Member(Field::ListenCallbackUri) | Self::PushBundleOfWork => [6, 5, 7],
            Self::IsWorkAlive => [6, 8, 7],
            Self::Member(Field::AutoUpdate | Field::EnrichmentResolution) => [6, 8, 9],
            Self::S3 => [6, 9, 10],
            Self::Jwks => [7, 260_224, 0],
            Self::MultipartWork => [7, 260_422, 0],
            Self::Member(Field::XtmOneIntent) => [7, 260_527, 0],
            Self::Member(Field::Version | Field::Slug) => [7, 261_008, 0],
        };
        PlatformVersion::new(major, minor, patch)
    }

    /// Whether a platform has the part; one without a version is the newest.
    pub(crate) fn is_known_to(self, version: Option<PlatformVersion>) -> bool {
        version.is_none_or(|version| version >= self.since())
    }
}

impl ConnectorType {
    /// The first platform version that knows the type (that of the pycti release which brought it).
    ///
    /// ```
    /// use opencti_connector::ConnectorType;
    ///
    /// assert_eq!(ConnectorType::InternalAnalysis.since(), "6.1.12".parse()?);
    /// # Ok::<(), opencti_connector::InvalidVersion>(())
    /// ```
    #[must_use]
    pub const fn since(self) -> PlatformVersion {
        Part::Type(self).since()
    }
}

impl Field {
    /// The first platform version that accepts the member (that of the pycti release which brought
    /// it).
    ///
    /// ```
    /// use opencti_connector::Field;
    ///
    /// assert_eq!(Field::Slug.since(), "7.261008.0".parse()?);
    /// # Ok::<(), opencti_connector::InvalidVersion>(())
    /// ```
    #[must_use]
    pub const fn since(self) -> PlatformVersion {
        Part::Member(self).since()
    }
}

impl RegisterConnectorFields {
    /// The members that a platform of this version accepts: those whose [`Field::since`] it has
    /// reached.
    ///
    /// The version is `X.Y` or `X.Y.Z`; what follows a `-` or `+` is ignored. Where the platform
    /// can be asked, [`from_names`](Self::from_names) is surer.
    ///
    /// ```
    /// use opencti_connector::{Field, RegisterConnectorFields};
    ///
    /// let fields = RegisterConnectorFields::for_version("7.260527.0")?;
    /// assert!(fields.contains(Field::XtmOneIntent));
    /// assert!(!fields.contains(Field::Slug));
    /// # Ok::<(), opencti_connector::InvalidVersion>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the text is not such a version.
    pub fn for_version(version: &str) -> Result<Self, InvalidVersion> {
        let version = version.parse()?;
        let members = Field::ALL.iter().filter(|field| field.since() <= version);
        Ok(Self::from_names(members))
    }
}
