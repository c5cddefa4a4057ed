//! A bundle in the parts that are sent.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::stix::bundle::{Bundle, Pushed};
use crate::stix::id::StixId;
use crate::stix::members::{push_text, rewrite};
use crate::stix::order::{Graph, Kind, Order};
use crate::stix::texts::{Span, Texts};
use crate::stix::warning::BundleWarning;

/// A bundle in the parts that are sent, as pycti's splitter makes them, without its defects.
///
/// * One object a part, each after those that it refers to by a member that ends in `_ref` or
///   `_refs`; a part's [`sequence`](Part::sequence) is pycti's (`x_opencti_seq`, `nb_deps`).
/// * References in a circle are dropped where it closes, and never so that a relationship or a
///   sighting loses an end, unless nothing else makes up the circle. References to objects that are
///   left out, for their type or for a missing end, are dropped as well.
/// * An object that comes twice is sent once, as it came last, also when it is referred to by its
///   internal id. [`warnings`](Self::warnings) has a line for objects of one id that differ.
/// * Repeats are left out of lists of references, `external_references` and `kill_chain_phases`.
///
/// It takes time in proportion to objects and references, on the heap and without recursion; the
/// texts are shared with the bundle.
///
/// ```
/// use opencti_connector::stix::{self, Bundle};
/// use serde_json::json;
///
/// let mut bundle = Bundle::new();
/// bundle.extend([
///     json!({"type": "x-ours", "id": "x-ours--1"}),
///     json!({"type": "grouping", "name": "A", "context": "suspicious", "object_refs": ["x-ours--1"]}),
/// ])?;
/// let split = bundle.split();
/// assert_eq!(split.parts().len(), 1);
/// assert_eq!(
///     split.left_out()[0].to_string(),
///     "x-ours--1: the platform does not take objects of this type"
/// );
/// # Ok::<(), stix::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Split {
    parts: Vec<Part>,
    left_out: Vec<LeftOut>,
    warnings: Vec<BundleWarning>,
}

impl Bundle {
    /// Splits the bundle into parts of one object each, dependencies first.
    #[must_use]
    pub fn split(&self) -> Split {
        Split::of(self)
    }

    /// The bundle as one part, as it is.
    pub(crate) fn whole(&self) -> Part {
        let shared = Shared {
            bundle: self.id().into(),
            texts: self.texts.clone(),
            dropped: Vec::new(),
        };
        let texts = self.objects.iter().map(|object| object.text.clone());
        Part {
            content: Content::Whole(texts.collect()),
            sequence: 1,
            shared: Arc::new(shared),
        }
    }
}

impl Split {
    /// The parts, in the order in which they are to be sent.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The objects that are in no part, in the order of the bundle, with the reason.
    #[must_use]
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// What is most likely wrong with the bundle: at most one warning of each kind. The runtime
    /// logs them.
    #[must_use]
    pub fn warnings(&self) -> &[BundleWarning] {
        &self.warnings
    }

    fn of(bundle: &Bundle) -> Self {
        if bundle.is_unsplit() {
            return Self {
                parts: vec![bundle.whole()],
                left_out: Vec::new(),
                warnings: bundle.imprecise.iter().cloned().collect(),
            };
        }
        let named = objects_by_name(bundle);
        let is_supported = supported(bundle);
        let graph = Graph {
            objects: &bundle.vertices,
            edges: &bundle.edges,
            named: &named,
            is_supported: &is_supported,
            cleaned_up: bundle.options.cleaned_up,
        };
        let pushed = bundle.objects.iter();
        let order = graph.order(pushed.filter_map(|object| named[object.name]));
        let fates = fates(bundle, &graph, &order);
        let Order {
            mut objects,
            weights,
            dropped,
        } = order;
        objects.retain(|object| matches!(fates[*object], Fate::Sent));
        // Stable, so that among equals what is referred to stays first.
        objects.sort_by_key(|object| weights[*object]);

        let shared = Arc::new(Shared {
            bundle: bundle.id().into(),
            texts: bundle.texts.clone(),
            dropped,
        });
        let part = |object: usize| {
            let pushed = &bundle.objects[object];
            let edges = graph.edges_of(object);
            Part {
                content: Content::One {
                    is_rewritten: pushed.is_rewritten
                        || shared.dropped[edges.clone()].contains(&true),
                    text: pushed.text.clone(),
                    edges,
                },
                sequence: weights[object],
                shared: Arc::clone(&shared),
            }
        };
        let parts = objects.into_iter().map(part).collect();
        let mut warnings: Vec<_> = bundle.imprecise.iter().cloned().collect();
        let (left_out, ids) = reported(bundle, &fates);
        if !ids.is_empty() {
            warnings.push(BundleWarning::Replaced { ids });
        }
        Self {
            parts,
            left_out,
            warnings,
        }
    }
}

/// For each name whether the platform takes an object of its type.
fn supported(bundle: &Bundle) -> Vec<bool> {
    let support = bundle.support.iter();
    support
        .map(|support| support.is_on(bundle.options.platform))
        .collect()
}

/// What becomes of an object.
enum Fate {
    Sent,
    LeftOut(Why),
    /// The same object comes again later.
    Repeated,
    /// Another object with its id comes later, and is sent in its place.
    Replaced,
}

/// The objects that are left out, and the ids of replaced objects, each once.
fn reported(bundle: &Bundle, fates: &[Fate]) -> (Vec<LeftOut>, Vec<StixId>) {
    let (mut left_out, mut replaced) = (Vec::new(), Vec::new());
    let mut is_named = vec![false; bundle.support.len()];
    for (object, fate) in bundle.objects.iter().zip(fates) {
        match fate {
            Fate::Sent | Fate::Repeated => {}
            Fate::LeftOut(why) => left_out.push(LeftOut {
                id: bundle.id_of(object),
                why: *why,
            }),
            Fate::Replaced => {
                if !std::mem::replace(&mut is_named[object.name], true) {
                    replaced.push(bundle.id_of(object));
                }
            }
        }
    }
    (left_out, replaced)
}

/// For each name the object that it is of: the last with the id, else with the internal id.
fn objects_by_name(bundle: &Bundle) -> Vec<Option<usize>> {
    let mut named = vec![None; bundle.support.len()];
    for (position, object) in bundle.objects.iter().enumerate() {
        named[object.name] = Some(position);
    }
    for (alias, object) in &bundle.aliases {
        let is_id = named[*alias].is_some_and(|object| bundle.objects[object].name == *alias);
        if !is_id {
            // An earlier object with the id of another is not sent; the last one is meant.
            named[*alias] = named[bundle.objects[*object].name];
        }
    }
    named
}

fn fates(bundle: &Bundle, graph: &Graph<'_>, order: &Order) -> Vec<Fate> {
    let fate = |(position, object): (usize, &Pushed)| {
        if let Some(last) = graph.named[object.name].filter(|last| *last != position) {
            let last = bundle.text(&bundle.objects[last]);
            return if is_same(bundle.text(object), last) {
                Fate::Repeated
            } else {
                Fate::Replaced
            };
        }
        if bundle.vertices[position].kind == Kind::Other && !graph.is_supported[object.name] {
            return Fate::LeftOut(Why::Unsupported);
        }
        graph
            .missing_end(position, &order.dropped)
            .map_or(Fate::Sent, |member| Fate::LeftOut(Why::WithoutEnd(member)))
    };
    bundle.objects.iter().enumerate().map(fate).collect()
}

/// Whether two texts are of the same object. The times of creation and change may differ: the
/// platform keeps those that it has, and typed objects have the current time by default.
fn is_same(one: &str, other: &str) -> bool {
    /// More than two times take. By it a text is read in proportion to its own length, however long
    /// the last object with the id is.
    const TIMES: usize = 200;
    if one.len().abs_diff(other.len()) > TIMES {
        return false;
    }
    let members = |text| {
        let mut members: Map<String, Value> = serde_json::from_str(text).ok()?;
        members.remove("created");
        members.remove("modified");
        Some(members)
    };
    one == other || members(one).is_some_and(|one| members(other) == Some(one))
}

/// What the parts of a bundle share.
struct Shared {
    bundle: Box<str>,
    texts: Texts,
    /// For each reference in the bundle whether it is dropped.
    dropped: Vec<bool>,
}

/// One of the bundles into which a bundle is split.
#[derive(Clone)]
pub struct Part {
    content: Content,
    sequence: u64,
    shared: Arc<Shared>,
}

#[derive(Clone)]
enum Content {
    One {
        text: Span,
        edges: Range<usize>,
        is_rewritten: bool,
    },
    Whole(Vec<Span>),
}

impl Part {
    /// The bundle of this part as JSON; made anew by each call, so that parts cost no text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let Shared {
            bundle,
            texts,
            dropped,
        } = &*self.shared;
        let spans = self.spans();
        let length: usize = spans.iter().map(|span| texts.get(span).len() + 1).sum();
        let mut json = String::with_capacity(length + bundle.len() + 160);
        json.push_str("{\"type\":\"bundle\",\"id\":");
        push_text(bundle, &mut json);
        json.push_str(",\"spec_version\":\"2.1\",");
        match &self.content {
            Content::One {
                text,
                edges,
                is_rewritten,
            } => {
                push_number("x_opencti_seq", self.sequence, &mut json);
                json.push_str(",\"objects\":[");
                let start = json.len();
                let text = texts.get(text);
                let dropped = &dropped[edges.clone()];
                if !is_rewritten || rewrite(text, "nb_deps", dropped, &mut json).is_err() {
                    json.truncate(start);
                    json.push_str(text);
                }
                // An object has members: one without a type is in no bundle.
                json.truncate(json.len() - 1);
                json.push(',');
                push_number("nb_deps", self.sequence, &mut json);
                json.push('}');
            }
            Content::Whole(spans) => {
                json.push_str("\"objects\":[");
                for (position, span) in spans.iter().enumerate() {
                    if position > 0 {
                        json.push(',');
                    }
                    json.push_str(texts.get(span));
                }
            }
        }
        json.push_str("]}");
        json
    }

    fn spans(&self) -> &[Span] {
        match &self.content {
            Content::One { text, .. } => std::slice::from_ref(text),
            Content::Whole(spans) => spans,
        }
    }

    /// The id of the bundle.
    #[cfg(feature = "runtime")]
    pub(crate) fn bundle_id(&self) -> &str {
        &self.shared.bundle
    }

    /// The texts of the objects, as they were added.
    #[cfg(feature = "runtime")]
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.spans().iter().map(|span| self.shared.texts.get(span))
    }

    /// The number of objects in this part: all of them for a bundle that is sent
    /// [whole](Bundle::unsplit), else 1. The platform counts objects, so that a work has to expect as
    /// many.
    #[must_use]
    pub fn object_count(&self) -> usize {
        self.spans().len()
    }

    /// The number of objects that are sent for this one, itself included: pycti's `nb_deps` and
    /// `x_opencti_seq`. It ends at `u64::MAX`; 1 for a bundle that is sent whole.
    #[must_use]
    pub const fn sequence(&self) -> u64 {
        self.sequence
    }
}

fn push_number(member: &str, number: u64, json: &mut String) {
    push_text(member, json);
    json.push(':');
    json.push_str(&number.to_string());
}

impl fmt::Debug for Part {
    /// Shows the sequence, but no object.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part")
            .field("sequence", &self.sequence)
            .finish_non_exhaustive()
    }
}

/// An object of the bundle that is in no part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    id: StixId,
    why: Why,
}

impl LeftOut {
    /// The id of the object.
    #[must_use]
    pub const fn id(&self) -> &StixId {
        &self.id
    }

    /// Why it is left out.
    #[must_use]
    pub const fn why(&self) -> Why {
        self.why
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.id, self.why)
    }
}

/// Why an object is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Why {
    /// The platform does not take objects of this type.
    #[error("the platform does not take objects of this type")]
    Unsupported,
    /// A relationship or a sighting has no end by this member.
    #[error("its `{0}` is missing, or refers to what is not sent or to itself")]
    WithoutEnd(&'static str),
}
