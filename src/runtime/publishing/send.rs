//! Sending a bundle.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::client::{Client, Work};
use crate::graphql::PushBundle;
use crate::message::{PushedPart, ValidationMode};
use crate::runtime::platform::pings::WatchedWork;
use crate::runtime::publishing::approval::Approval;
use crate::runtime::publishing::context::{Context, end_work};
use crate::runtime::publishing::expectations::{CHUNK, Expectations};
use crate::runtime::publishing::window::Unpublished;
use crate::runtime::send_error::{SendError, SendErrorKind};
use crate::stix::sharing;
use crate::stix::{Bundle, LeftOut, Part};

/// How long the end of a work waits for what is still being sent.
const LAST_SEND: Duration = Duration::from_secs(10);

/// What became of a bundle that was sent: every part is confirmed by the broker, or all of it is
/// [stored](crate::runtime#storage) where nothing goes to the queue.
#[derive(Clone, Debug)]
pub struct Sent {
    parts: usize,
    left_out: Vec<LeftOut>,
}

impl Sent {
    /// All of so many parts.
    pub(crate) const fn whole(parts: usize) -> Self {
        Self {
            parts,
            left_out: Vec::new(),
        }
    }

    /// How many parts were sent, one for each object.
    #[must_use]
    pub fn parts(&self) -> usize {
        self.parts
    }

    /// The objects that were not, with the reason; they are in the log too.
    #[must_use]
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }
}

/// On whose behalf bundles are sent, and where they belong.
#[derive(Clone, Debug, Default)]
pub(crate) struct SendContext {
    /// The user to import as, if not the connector's own.
    pub(crate) applicant: Option<String>,
    pub(crate) draft: Option<String>,
    /// Where what is sent waits for a user's approval, if it does.
    pub(crate) review: Option<Approval>,
}

/// Where the bundles of one message or one run go.
pub(crate) struct BundleSender {
    context: Arc<Context>,
    send_context: SendContext,
    /// The draft that was opened for what is sent.
    opened_draft: OnceLock<String>,
    /// The organizations with which the entity is context, and so what is sent of it.
    organizations: OnceLock<Vec<String>>,
    work: Mutex<SenderWork>,
    /// Pings the work that was opened here.
    watched: OnceLock<WatchedWork>,
    /// Cancelled when the work was deleted.
    deleted: CancellationToken,
    /// Cancelled when the end of the work waits for nothing more that is being sent.
    ended: CancellationToken,
}

/// The work of an outlet.
pub(crate) enum SenderWork {
    /// None: a step of a playbook has none.
    Nothing,
    /// One that is opened under this name by the first bundle.
    ToOpen(String),
    /// One that is there, and at which attempt it is.
    Known(Work, u32),
    /// One that parts were announced to.
    Open(Work, Expectations),
}

impl BundleSender {
    pub(crate) fn new(
        context: Arc<Context>,
        work: SenderWork,
        send_context: SendContext,
        deleted: CancellationToken,
    ) -> Self {
        Self {
            context,
            send_context,
            opened_draft: OnceLock::new(),
            organizations: OnceLock::new(),
            work: Mutex::new(work),
            watched: OnceLock::new(),
            deleted,
            ended: CancellationToken::new(),
        }
    }

    /// Shares what is sent with these organizations; what was said first stays.
    pub(crate) fn share_with(&self, organizations: Vec<String>) {
        self.organizations.get_or_init(|| organizations);
    }

    fn organizations(&self) -> &[String] {
        self.organizations.get().map_or(&[], Vec::as_slice)
    }

    /// The client, on behalf of whom the bundles are.
    pub(crate) fn client(&self) -> Client {
        let client = self.own_client();
        match &self.send_context.applicant {
            Some(applicant) => client.acting_as(applicant),
            None => client,
        }
    }

    /// The client as the connector's own user.
    pub(crate) fn own_client(&self) -> Client {
        let client = self.context.client();
        match self.draft() {
            Some(draft) => client.in_draft(draft),
            None => client.clone(),
        }
    }

    fn draft(&self) -> Option<&str> {
        let draft = self.send_context.draft.as_ref();
        draft
            .or_else(|| self.opened_draft.get())
            .map(String::as_str)
    }

    /// Ends the work, if there is one by now.
    ///
    /// What a detached task is sending has a moment to come to its end, then it is broken off: in an
    /// outage it would hold up the end for as long.
    pub(crate) async fn end(&self, message: &str, is_failure: bool) {
        let mut work = if let Ok(work) = timeout(LAST_SEND, self.work.lock()).await {
            work
        } else {
            tracing::warn!(
                "the work ends while a bundle is still being sent; giving up the bundle"
            );
            self.ended.cancel();
            self.work.lock().await
        };
        if let SenderWork::Known(work, _) | SenderWork::Open(work, _) = &*work {
            end_work(work, message, is_failure).await;
        }
        // After the report: with the last expectation the work may be done.
        match std::mem::replace(&mut *work, SenderWork::Nothing) {
            SenderWork::Open(_, expectations) => expectations.close().await,
            // What an earlier attempt announced has to be closed as well.
            SenderWork::Known(work, attempt) if attempt > 1 => {
                Expectations::open(work, attempt).await.close().await;
            }
            SenderWork::Known(..) | SenderWork::ToOpen(_) | SenderWork::Nothing => {}
        }
    }

    /// Sends a bundle: returns when the broker has confirmed all parts of it.
    pub(crate) async fn send(&self, bundle: Bundle) -> Result<Sent, SendError> {
        // In a box, because it is large.
        let sending = Box::pin(self.send_whole(bundle));
        let sent = self.ended.run_until_cancelled(sending);
        sent.await.unwrap_or_else(|| {
            let message = "the work ended before the bundle was sent";
            Err(SendError::new(SendErrorKind::Ended, message))
        })
    }

    async fn send_whole(&self, bundle: Bundle) -> Result<Sent, SendError> {
        let context = &*self.context;
        if bundle.is_empty() {
            return Ok(Sent::whole(0));
        }
        let client = context.client();
        context
            .threshold
            .wait(client, context.id(), &context.pings)
            .await;
        let version = client.platform().await.ok();
        let bundle = match version.and_then(|platform| platform.version_number()) {
            Some(version) => bundle.for_platform(version),
            None => bundle,
        };
        // One at a time: another call would count on parts that are not there yet.
        let mut work = self.work.lock().await;
        self.open(&mut work).await?;
        if let Some(sent) = self.review(&mut work, &bundle).await? {
            return Ok(sent);
        }
        let applicant = self.send_context.applicant.as_deref();
        let stored = context
            .storage
            .keep(&bundle, applicant, self.organizations());
        stored.await?;
        if !context.is_to_queue {
            return Ok(Sent::whole(bundle.len()));
        }
        if context.is_through_platform {
            return self.push(&work, &bundle).await;
        }
        let split = bundle.split();
        for left_out in split.left_out() {
            tracing::warn!("skipped an object of a bundle: {left_out}");
        }
        for warning in split.warnings() {
            tracing::warn!("{warning}");
        }
        let mut number = 0;
        for chunk in split.parts().chunks(CHUNK) {
            self.publish(&mut work, &bundle, number, chunk).await?;
            number += chunk.len() as u64;
        }
        Ok(Sent {
            parts: split.parts().len(),
            left_out: split.left_out().to_vec(),
        })
    }

    /// Sees to it that there is a work if there can be one.
    async fn open(&self, work: &mut SenderWork) -> Result<(), SendError> {
        // Replaced when it is open and not before: this call may be given up on the way.
        let opened = match work {
            // Nothing would ever come of it.
            SenderWork::ToOpen(_) if !self.context.is_to_queue => return Ok(()),
            SenderWork::ToOpen(name) => {
                let opened = self.context.session.add_work(name).await;
                let opened = opened.map_err(|error| SendError::of_platform(&error))?;
                let pings = &self.context.pings;
                // At once: the next process ends the work if this one is killed.
                pings.state.set_open_work(Some(opened.id()));
                pings.ask();
                let watched = pings.watch_for(opened.id(), self.deleted.clone());
                self.watched.get_or_init(|| watched);
                SenderWork::Open(opened.clone(), Expectations::open(opened, 1).await)
            }
            SenderWork::Known(known, attempt) => {
                let expectations = Expectations::open(known.clone(), *attempt).await;
                SenderWork::Open(known.clone(), expectations)
            }
            SenderWork::Open(..) | SenderWork::Nothing => return Ok(()),
        };
        *work = opened;
        Ok(())
    }

    /// Has the bundle wait for a user's approval, if it is to: in the workbench, which is all, or in
    /// a draft, into which it is still to be sent.
    async fn review(
        &self,
        work: &mut SenderWork,
        bundle: &Bundle,
    ) -> Result<Option<Sent>, SendError> {
        let (Some(review), SenderWork::Open(work, expectations)) =
            (&self.send_context.review, work)
        else {
            return Ok(None);
        };
        let refused = |error| SendError::of_platform(&error);
        if review.mode == ValidationMode::Workbench {
            let json = sharing::with(bundle.whole().to_json(), self.organizations());
            let client = self.own_client();
            let uploaded = review.to_workbench(&client, work, &json);
            uploaded.await.map_err(refused)?;
            // So that users see that something came of the work, as in pycti.
            expectations.announce(1).await.map_err(refused)?;
            expectations.give_back(1);
            return Ok(Some(Sent::whole(bundle.len())));
        }
        if self.draft().is_none() && self.context.is_to_queue {
            let draft = review.draft(&self.own_client(), work).await;
            let draft = draft.map_err(refused)?;
            self.opened_draft.get_or_init(|| draft);
        }
        Ok(None)
    }

    /// Hands the whole bundle to the platform, which splits and announces it.
    async fn push(&self, work: &SenderWork, bundle: &Bundle) -> Result<Sent, SendError> {
        // As the connector's own user, whose right it is, as in pycti.
        let client = self.own_client();
        let json = sharing::with(bundle.whole().to_json(), self.organizations());
        let mut push = PushBundle::new(self.context.id(), &json);
        if let SenderWork::Open(work, _) = work {
            push = push.for_work(work.id());
        }
        let pushed = client.patient().execute(&push).await;
        pushed.map_err(|error| SendError::of_platform(&error))?;
        self.context.metrics.bundles_sent.one();
        self.context.metrics.records_sent.add(bundle.len());
        Ok(Sent::whole(1))
    }

    /// Announces parts and publishes them.
    async fn publish(
        &self,
        work: &mut SenderWork,
        bundle: &Bundle,
        first: u64,
        parts: &[Part],
    ) -> Result<(), SendError> {
        // The same for all: a bundle is sent whole or object by object.
        let each = parts.first().map_or(1, Part::object_count);
        let work_id = match work {
            SenderWork::Open(open, expectations) => {
                let announced = expectations.announce((parts.len() * each) as u64).await;
                if !announced.map_err(|error| SendError::of_platform(&error))? {
                    self.deleted.cancel();
                    let message =
                        "the work was deleted on the platform; nothing more is sent for it";
                    return Err(SendError::new(SendErrorKind::WorkDeleted, message));
                }
                Some(open.id().to_owned())
            }
            _ => None,
        };
        let context = &*self.context;
        let route = context.link.route();
        let body = |part: usize| {
            let sequence = first + part as u64 + 1;
            self.body(bundle, sequence, &parts[part], work_id.as_deref())
        };
        let mut missing = Missing {
            objects: (parts.len() * each) as u64,
            expectations: match work {
                SenderWork::Open(_, expectations) => Some(expectations),
                _ => None,
            },
        };
        let published = context
            .publisher
            .publish_all(&context.link, &context.pings, &route, parts.len(), body)
            .await;
        match published {
            Ok(bytes) => {
                missing.objects = 0;
                context.metrics.records_sent.add(parts.len() * each);
                context.threshold.sent(bytes);
                Ok(())
            }
            Err(failure) => {
                missing.objects = (failure.unpublished * each) as u64;
                let sent = parts.len() - failure.unpublished;
                context.metrics.records_sent.add(sent * each);
                Err(self.failure(failure.part, &parts[failure.part], failure.why))
            }
        }
    }

    fn failure(&self, position: usize, part: &Part, why: Unpublished) -> SendError {
        let kind = match why {
            Unpublished::Unroutable => SendErrorKind::NoQueue,
            Unpublished::TooLarge => SendErrorKind::TooLarge,
            Unpublished::NoJson(_) => SendErrorKind::Refused,
            Unpublished::Ended(end) => {
                let message = end.to_string();
                self.context.end(end);
                return SendError::new(SendErrorKind::Ended, message);
            }
            Unpublished::Over => return SendError::new(SendErrorKind::Ended, why.to_string()),
        };
        let json = part.to_json();
        let id = serde_json::from_str::<serde_json::Value>(&json).ok();
        let id = id.and_then(|part| Some(part["objects"][0]["id"].as_str()?.to_owned()));
        let object = id.unwrap_or_else(|| format!("part {}", position + 1));
        SendError::new(kind, format!("{object} ({} bytes): {why}", json.len()))
    }

    /// The body of the message for a part.
    fn body(
        &self,
        bundle: &Bundle,
        sequence: u64,
        part: &Part,
        work: Option<&str>,
    ) -> Result<Vec<u8>, serde_json::Error> {
        let json = sharing::with(part.to_json(), self.organizations());
        let content = STANDARD.encode(json);
        let user = self.context.session.registered.user_id.as_deref();
        let message = PushedPart::new(sequence, &content)
            .applicant_id(self.send_context.applicant.as_deref().or(user))
            .draft_id(self.draft())
            .update(bundle.is_update())
            .no_split(bundle.is_unsplit())
            .work_id(work);
        serde_json::to_vec(&message)
    }
}

/// The objects that were announced and are not published, which the accounts get back, also when the
/// call is given up on the way.
struct Missing<'a> {
    objects: u64,
    expectations: Option<&'a mut Expectations>,
}

impl Drop for Missing<'_> {
    fn drop(&mut self) {
        if let Some(expectations) = &mut self.expectations {
            expectations.give_back(self.objects);
        }
    }
}
