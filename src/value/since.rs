//! The table of platform versions: when each connector type, registration field and operation was
//! added.

use crate::value::connector_type::ConnectorType;
use crate::value::field::{Field, RegisterConnectorFields};
use crate::value::version::{InvalidVersion, PlatformVersion};

/// A part of the platform's GraphQL schema that was added in some version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// A value of the enum `ConnectorType`.
    Type(ConnectorType),
    /// A field of `RegisterConnectorInput`.
    Member(Field),
    /// `about`, `registerConnector` and `pingConnector`, which every platform has.
    Always,
    /// The connector's state, in a ping and in the response to a registration.
    State,
    /// The connector's state in the response to a ping.
    StateOfPong,
    /// `connector_user` in the response to a registration.
    User,
    /// `connector_user_id`, which replaced `connector_user`.
    UserId,
    /// `deleteConnector`.
    DeleteConnector,
    /// `workAdd`.
    AddWork,
    /// Work edits that return the work's id. Older ones return the work and need a selection of
    /// its fields.
    EditWork,
    /// The work edit `ping`.
    PingWork,
    /// The argument `isMultiPartWork` of `workAdd`.
    MultipartWork,
    /// `work`, with the fields this crate queries.
    ReadWork,
    /// `isWorkAlive`.
    IsWorkAlive,
    /// The RabbitMQ connection as separate fields; older platforms return a URI.
    RabbitMq,
    /// Whether RabbitMQ requires TLS.
    RabbitMqTls,
    /// The virtual host of RabbitMQ.
    RabbitMqVhost,
    /// The routing keys of the queues.
    RoutingKeys,
    /// `connector`, with the fields this crate queries.
    ReadConnector,
    /// The argument `connectorInfo` of `pingConnector`.
    ConnectorInfo,
    /// The connection to the object storage.
    S3,
    /// The public keys that verify the platform's HTTP requests.
    Jwks,
    /// `streamCollection`.
    ReadStream,
    /// `stix`: an entity as a STIX object.
    ReadStix,
    /// `stixCoreObjects` with a filter group.
    ListCoreObjects,
    /// `stixCoreRelationships` and `stixSightingRelationships` with a filter group and
    /// `fromOrToId`.
    ListRelationships,
    /// `stixObjectOrStixRelationships`.
    ListAny,
    /// `playbookStepExecution`.
    PlaybookStep,
    /// The argument `event_id` of `playbookStepExecution`, required since it exists.
    PlaybookEvent,
    /// `stixBundlePush`.
    PushBundle,
    /// The argument `work_id` of `stixBundlePush`.
    PushBundleOfWork,
    /// The argument `file_markings` of export uploads, required since it exists.
    FileMarkings,
    /// `analysisPush`.
    PushAnalysis,
    /// `uploadPending`.
    UploadPending,
    /// The argument `file_markings` of `uploadPending`.
    PendingMarkings,
    /// `draftWorkspaceAdd`.
    AddDraft,
    /// The work edit `addDraftContext`.
    AddDraftContext,
}

impl Part {
    /// Returns the first version that has the part.
    ///
    /// This is the version of the first pycti release whose queries use the part, because pycti and
    /// the platform share version numbers. If pycti never used it, or started late, it is the
    /// version from the platform's schema (`opencti.graphql`, `connector.graphql`).
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

    /// Returns whether a platform of this version has the part. `None` means the newest version.
    pub(crate) fn is_known_to(self, version: Option<PlatformVersion>) -> bool {
        version.is_none_or(|version| version >= self.since())
    }
}

impl ConnectorType {
    /// Returns the first platform version that supports the type, from the pycti release that added
    /// it.
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
    /// Returns the first platform version that accepts the field, from the pycti release that added
    /// it.
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
    /// Returns the fields that a platform of this version accepts, according to [`Field::since`].
    ///
    /// The version is `X.Y` or `X.Y.Z`; anything after a `-` or `+` is ignored. If you can query
    /// the platform, prefer [`from_names`](Self::from_names), which does not depend on a table.
    ///
    /// # Errors
    ///
    /// If the text is neither `X.Y` nor `X.Y.Z`.
    pub fn for_version(version: &str) -> Result<Self, InvalidVersion> {
        let version = version.parse()?;
        let fields = Field::ALL.iter().filter(|field| field.since() <= version);
        Ok(Self::from_names(fields))
    }
}
