//! On whose behalf, and in which draft, a client asks.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

#[cfg(feature = "runtime")]
use super::cached::Cached;
use super::{Client, Error};

const APPLICANT: HeaderName = HeaderName::from_static("opencti-applicant-id");
const DRAFT: HeaderName = HeaderName::from_static("opencti-draft-id");

/// The headers of one clone of a client.
#[derive(Clone, Default)]
pub(super) struct Context {
    headers: HeaderMap,
    /// A header whose value none can carry.
    fault: Option<HeaderName>,
}

impl Context {
    fn with(&self, name: HeaderName, id: &str) -> Self {
        let mut context = self.clone();
        match HeaderValue::try_from(id) {
            // The platform takes an empty one for none, so that the request would be made with the
            // rights of the connector, or outside of the draft.
            Ok(value) if !id.is_empty() => {
                context.headers.insert(name, value);
            }
            _ => context.fault = Some(name),
        }
        context
    }

    /// The headers of a request.
    pub(super) fn headers(&self) -> Result<HeaderMap, Error> {
        match &self.fault {
            Some(name) => Err(Error::of_options(format!(
                "the id for the header {name} is empty, or holds what no header can carry; give \
                 that of a user or a draft of the platform"
            ))),
            None => Ok(self.headers.clone()),
        }
    }
}

impl Client {
    /// A clone that acts on behalf of a user: it sees and changes what that user may.
    ///
    /// The user is mostly the one that a message names, as
    /// [`Internal::applicant_id`](crate::message::Internal::applicant_id). The clone shares the
    /// connections; this client goes on as before, and so does every [`Work`](super::Work), whose
    /// reports are the connector's own.
    ///
    /// ```
    /// use opencti_connector::client::Client;
    ///
    /// let token = "88ec0c6a-13ce-5e39-b486-354fe4a7084f";
    /// let client = Client::new("https://opencti.example.org", token)?;
    /// let on_behalf = client.acting_as("f9736b30-8a13-4f1b-9f5e-7d0d5a3a7a11");
    /// # let _ = on_behalf;
    /// # Ok::<(), opencti_connector::client::Error>(())
    /// ```
    ///
    /// Nothing is sent with an id that is empty or that no header can carry: what the clone is
    /// asked for is then an error of [`ErrorKind::Options`](super::ErrorKind::Options).
    #[doc(alias = "set_applicant_id_header")]
    #[must_use]
    pub fn acting_as(&self, user_id: &str) -> Self {
        self.in_context(self.context.with(APPLICANT, user_id))
    }

    /// A clone that reads and writes in a draft (platform 6.4.0).
    ///
    /// Ids and connections are as with [`acting_as`](Self::acting_as).
    ///
    /// ```
    /// # use opencti_connector::client::Client;
    /// # fn example(client: &Client) -> Client {
    /// client.acting_as("f9736b30-8a13-4f1b-9f5e-7d0d5a3a7a11").in_draft("d1")
    /// # }
    /// ```
    #[doc(alias = "set_draft_id")]
    #[must_use]
    pub fn in_draft(&self, draft_id: &str) -> Self {
        self.in_context(self.context.with(DRAFT, draft_id))
    }

    /// A clone that acts for nobody but the connector, in no draft.
    pub(super) fn on_its_own(&self) -> Self {
        self.in_context(Context::default())
    }

    /// A clone that waits for a platform that is away, as a run does.
    #[cfg(feature = "runtime")]
    pub(crate) fn patient(&self) -> Self {
        Self {
            is_patient: true,
            ..self.clone()
        }
    }

    fn in_context(&self, context: Context) -> Self {
        Self {
            context,
            ..self.clone()
        }
    }

    /// A clone that shares no connection: those of one tokio runtime stand still while another
    /// that made them is blocked.
    ///
    /// # Errors
    ///
    /// When no HTTP client can be made.
    #[cfg(feature = "runtime")]
    #[allow(dead_code, reason = "for the runtime's thread of its own")]
    pub(crate) fn with_own_connections(&self) -> Result<Self, Error> {
        self.rebuilt(self.inner.options.clone())
    }

    /// A clone that tries again so often, and shares no connection.
    ///
    /// # Errors
    ///
    /// When no HTTP client can be made.
    #[cfg(all(feature = "config", feature = "runtime"))]
    pub(crate) fn with_retries(&self, retries: usize) -> Result<Self, Error> {
        self.rebuilt(self.inner.options.clone().retries(retries))
    }

    #[cfg(feature = "runtime")]
    fn rebuilt(&self, options: super::ClientBuilder) -> Result<Self, Error> {
        let mut inner = options.inner()?;
        inner.version = Cached::new(self.inner.version.peek());
        inner.platform = Cached::new(self.inner.platform.peek());
        Ok(Self {
            inner: inner.into(),
            ..self.clone()
        })
    }
}
