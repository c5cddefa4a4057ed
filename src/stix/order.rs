//! The order in which the objects of a bundle are sent: each after what it refers to.

use crate::stix::members::Role;

/// A reference from one object to another, or out of the bundle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    /// The number of the id that it holds.
    pub(super) name: usize,
    pub(super) role: Role,
    /// Whether it is the first of its member.
    pub(super) is_first: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Relationship,
    Sighting,
    Other,
}

impl Kind {
    pub(super) fn of(object_type: &str) -> Self {
        match object_type {
            "relationship" => Self::Relationship,
            "sighting" => Self::Sighting,
            _ => Self::Other,
        }
    }

    /// Whether an object of this kind is nothing without the reference.
    const fn needs(self, role: Role) -> bool {
        match self {
            Self::Relationship => matches!(role, Role::Source | Role::Target),
            Self::Sighting => matches!(role, Role::Sighted | Role::Where),
            Self::Other => false,
        }
    }

    /// The members that hold these references.
    pub(super) const fn needed(self) -> &'static [(Role, &'static str)] {
        match self {
            Self::Relationship => &[(Role::Source, "source_ref"), (Role::Target, "target_ref")],
            Self::Sighting => &[
                (Role::Sighted, "sighting_of_ref"),
                (Role::Where, "where_sighted_refs"),
            ],
            Self::Other => &[],
        }
    }
}

/// The objects of a bundle and their references.
pub(super) struct Graph<'a> {
    /// For each object its kind, and where its edges end; they begin where those before it end.
    pub(super) objects: &'a [Vertex],
    pub(super) edges: &'a [Edge],
    /// For each name the object that it is of.
    pub(super) named: &'a [Option<usize>],
    /// For each name whether the platform takes an object of its type.
    pub(super) is_supported: &'a [bool],
    /// Whether references out of the bundle are dropped.
    pub(super) cleaned_up: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Vertex {
    pub(super) kind: Kind,
    pub(super) edges_end: usize,
}

/// What a walk over the graph gives.
pub(super) struct Order {
    /// The objects, each after those that it refers to.
    pub(super) objects: Vec<usize>,
    /// For each object the number of objects that are sent for it, itself included. What is
    /// referred to twice counts twice, as in pycti; it ends at the largest number.
    pub(super) weights: Vec<u64>,
    /// For each edge whether it is dropped.
    pub(super) dropped: Vec<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    /// On the path from where the walk began.
    Open,
    Done,
}

struct Walk<'a> {
    graph: &'a Graph<'a>,
    states: Vec<State>,
    order: Order,
    path: Vec<Frame>,
    /// For each object that was given up the one on the path to which its ends lead back.
    led_back_to: Vec<Option<usize>>,
}

/// An object on the path, and the next of its edges.
struct Frame {
    object: usize,
    edge: usize,
    /// Whether the object before it is nothing without it; or there is none before it.
    is_needed: bool,
}

impl Graph<'_> {
    pub(super) fn edges_of(&self, object: usize) -> std::ops::Range<usize> {
        let start = object
            .checked_sub(1)
            .map_or(0, |before| self.objects[before].edges_end);
        start..self.objects[object].edges_end
    }

    /// Walks from each of these objects, in their order.
    pub(super) fn order(&self, from: impl Iterator<Item = usize>) -> Order {
        let mut walk = Walk {
            graph: self,
            states: vec![State::New; self.objects.len()],
            order: Order {
                objects: Vec::with_capacity(self.objects.len()),
                weights: vec![1; self.objects.len()],
                dropped: vec![false; self.edges.len()],
            },
            path: Vec::new(),
            led_back_to: vec![None; self.objects.len()],
        };
        for object in from {
            walk.all_from(object);
        }
        self.drop_repeats(&mut walk.order.dropped);
        walk.order
    }

    /// Drops what a member lists again.
    fn drop_repeats(&self, dropped: &mut [bool]) {
        let mut member = 0;
        let mut seen_in = vec![0; self.named.len()];
        for (at, edge) in self.edges.iter().enumerate() {
            if edge.is_first {
                member += 1;
            }
            if !dropped[at] {
                dropped[at] = seen_in[edge.name] == member;
                seen_in[edge.name] = member;
            }
        }
    }
}

impl Walk<'_> {
    /// Walks all that can be reached from an object, depth first, with the path on the heap.
    fn all_from(&mut self, start: usize) {
        if self.states[start] == State::New {
            self.enter(start, true);
        }
        while let Some(Frame { object, edge, .. }) = self.path.last() {
            let (object, edge) = (*object, *edge);
            if edge == self.graph.objects[object].edges_end {
                self.states[object] = State::Done;
                self.order.objects.push(object);
                self.path.pop();
            } else {
                self.step(object, edge);
            }
        }
    }

    fn enter(&mut self, object: usize, is_needed: bool) {
        self.states[object] = State::Open;
        self.order.weights[object] = 1;
        let edge = self.graph.edges_of(object).start;
        self.path.push(Frame {
            object,
            edge,
            is_needed,
        });
    }

    /// Looks at the next edge of the object at the end of the path.
    fn step(&mut self, object: usize, at: usize) {
        let edge = self.graph.edges[at];
        if !self.graph.is_supported[edge.name] {
            return self.pass(at, false);
        }
        let Some(target) = self.graph.named[edge.name] else {
            return self.pass(at, !self.graph.cleaned_up);
        };
        let is_needed = self.graph.objects[object].kind.needs(edge.role);
        // Where on the path the target leads: it is there itself, or has been seen to lead there.
        let back = match self.states[target] {
            State::Open => Some(target),
            State::New => self.led_back_to[target].filter(|end| self.states[*end] == State::Open),
            State::Done => None,
        };
        match back {
            None if self.states[target] == State::New => self.enter(target, is_needed),
            None => {
                let weight = self.order.weights[target];
                let sum = &mut self.order.weights[object];
                *sum = sum.saturating_add(weight);
                self.pass(at, true);
            }
            Some(end) if is_needed && self.give_up(end) => {}
            // The circle is cut here.
            Some(_) => self.pass(at, false),
        }
    }

    fn pass(&mut self, at: usize, is_kept: bool) {
        self.order.dropped[at] = !is_kept;
        if let Some(frame) = self.path.last_mut() {
            frame.edge += 1;
        }
    }

    /// Leaves a relationship for later whose ends lead back to an object on the path, so that the
    /// circle is cut before it: it would be lost otherwise, as it is in pycti where a report lists
    /// the relationship and is an end of it. Does nothing if all that makes up the circle is
    /// nothing without its ends.
    fn give_up(&mut self, end: usize) -> bool {
        let on_circle = self
            .path
            .iter()
            .rposition(|frame| frame.object == end || !frame.is_needed);
        let Some(first) = on_circle.filter(|first| self.path[*first].object != end) else {
            return false;
        };
        for frame in self.path.drain(first..) {
            self.states[frame.object] = State::New;
            self.led_back_to[frame.object] = Some(end);
        }
        true
    }
}
