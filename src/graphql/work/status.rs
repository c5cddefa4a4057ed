//! Reading the status of a work.

use serde::Deserialize;
use serde_json::json;

use crate::graphql::operation::operation;
use crate::value::since::Part;

/// Reads whether a work is alive, i.e. neither complete nor deleted (platform 6.8.7).
///
/// ```
/// use opencti_connector::graphql::IsWorkAlive;
///
/// let ask = IsWorkAlive::new("work_550e8400_2026-11-24");
/// // POST it as JSON.
/// # let _ = serde_json::to_vec(&ask)?;
///
/// assert!(IsWorkAlive::parse(br#"{"data":{"isWorkAlive":true}}"#)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct IsWorkAlive<'a> {
    id: &'a str,
}

impl<'a> IsWorkAlive<'a> {
    /// Creates the query from the work's id.
    #[must_use]
    pub const fn new(id: &'a str) -> Self {
        Self { id }
    }
}

operation! {
    IsWorkAlive<'_>, "IsWorkAlive", idempotent: true,
    since: |_this| Part::IsWorkAlive,
    document: |_this| "query IsWorkAlive($id: ID!) { isWorkAlive(id: $id) }",
    variables: |this| json!({ "id": this.id }),
    answer: |data: AliveData| -> bool { data.is_alive }
}

#[derive(Deserialize)]
struct AliveData {
    #[serde(rename = "isWorkAlive")]
    is_alive: bool,
}

/// Reads the progress of a work (platform 5.0.0). The answer is `None` if there is no such work.
///
/// ```
/// use opencti_connector::graphql::ReadWork;
///
/// let read = ReadWork::new("work_550e8400_2026-11-24");
/// // POST it as JSON.
/// # let _ = serde_json::to_vec(&read)?;
///
/// let answer = br#"{"data":{"work":{"id":"work_550e8400_2026-11-24","status":"progress",
///     "tracking":{"import_expected_number":3,"import_processed_number":1}}}}"#;
/// let status = ReadWork::parse(answer)?.expect("the work exists");
/// assert_eq!((status.expected, status.processed), (3, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "get_work")]
#[derive(Clone, Copy, Debug)]
pub struct ReadWork<'a> {
    id: &'a str,
}

impl<'a> ReadWork<'a> {
    /// Creates the query from the work's id.
    #[must_use]
    pub const fn new(id: &'a str) -> Self {
        Self { id }
    }
}

operation! {
    ReadWork<'_>, "WorkQuery", idempotent: true,
    since: |_this| Part::ReadWork,
    document: |_this| "query WorkQuery($id: ID!) { work(id: $id) { id status tracking { \
        import_expected_number import_processed_number } } }",
    variables: |this| json!({ "id": this.id }),
    answer: |data: ReadData| -> Option<WorkStatus> { data.work.map(WorkStatus::from) }
}

#[derive(Deserialize)]
struct ReadData {
    work: Option<ReadStatus>,
}

#[derive(Deserialize)]
struct ReadStatus {
    id: String,
    status: String,
    tracking: Option<Tracking>,
}

#[derive(Default, Deserialize)]
struct Tracking {
    import_expected_number: Option<u64>,
    import_processed_number: Option<u64>,
}

/// Progress of a work.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkStatus {
    /// Work id, e.g. `work_550e8400_2026-11-24`.
    pub id: String,
    /// Status: `wait`, `progress` or `complete`.
    pub status: String,
    /// Number of parts announced with [`AddExpectations`](crate::graphql::AddExpectations).
    pub expected: u64,
    /// Number of parts reported with [`ReportExpectation`](crate::graphql::ReportExpectation).
    pub processed: u64,
}

impl From<ReadStatus> for WorkStatus {
    fn from(read: ReadStatus) -> Self {
        let tracking = read.tracking.unwrap_or_default();
        Self {
            id: read.id,
            status: read.status,
            expected: tracking.import_expected_number.unwrap_or_default(),
            processed: tracking.import_processed_number.unwrap_or_default(),
        }
    }
}
