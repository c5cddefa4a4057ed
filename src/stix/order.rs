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

/// The edges of a graph, by the object to which they go.
struct Referring {
    /// For each object where the edges to it begin; they end where those to the next begin.
    starts: Vec<usize>,
    /// The object that refers, and the number of the edge.
    edges: Vec<(usize, usize)>,
}

impl Referring {
    fn to(&self, object: usize) -> &[(usize, usize)] {
        &self.edges[self.starts[object]..self.starts[object + 1]]
    }
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
        let mut order = walk.order;
        self.leave_out(&mut order);
        self.drop_repeats(&mut order.dropped);
        order
    }

    /// The first member of an end that an object lacks.
    pub(super) fn missing_end(&self, object: usize, dropped: &[bool]) -> Option<&'static str> {
        let has = |role| {
            let mut edges = self.edges_of(object);
            edges.any(|at| self.edges[at].role == role && !dropped[at])
        };
        let mut needed = self.objects[object].kind.needed().iter();
        needed
            .find(|(role, _)| !has(*role))
            .map(|(_, member)| *member)
    }

    /// Drops references to objects that are nothing without an end that is missing. An object that
    /// loses an end by that goes the same way. The weights are then those of what is left.
    fn leave_out(&self, order: &mut Order) {
        let lacks_end = |object: &usize| self.missing_end(*object, &order.dropped).is_some();
        let mut left_out: Vec<usize> = order.objects.iter().copied().filter(lacks_end).collect();
        if left_out.is_empty() {
            return;
        }
        let referring = self.referring(&order.objects);
        let mut ends = self.kept_ends(&order.dropped);
        let mut is_left_out = vec![false; self.objects.len()];
        for object in &left_out {
            is_left_out[*object] = true;
        }
        while let Some(object) = left_out.pop() {
            for (from, at) in referring.to(object) {
                if std::mem::replace(&mut order.dropped[*at], true) {
                    continue;
                }
                if let Some(end) = self.end_of(*from, *at) {
                    ends[*from][end] -= 1;
                    if ends[*from][end] == 0 && !std::mem::replace(&mut is_left_out[*from], true) {
                        left_out.push(*from);
                    }
                }
            }
        }
        for object in &order.objects {
            let kept = self.edges_of(*object).filter(|at| !order.dropped[*at]);
            let targets = kept.filter_map(|at| self.named[self.edges[at].name]);
            order.weights[*object] =
                targets.fold(1, |sum, target| order.weights[target].saturating_add(sum));
        }
    }

    /// Which of the ends of an object an edge is.
    fn end_of(&self, object: usize, at: usize) -> Option<usize> {
        let role = self.edges[at].role;
        let mut needed = self.objects[object].kind.needed().iter();
        needed.position(|(needed, _)| *needed == role)
    }

    /// For each object how many edges each of its ends has that are kept.
    fn kept_ends(&self, dropped: &[bool]) -> Vec<[usize; 2]> {
        let mut ends = vec![[0; 2]; self.objects.len()];
        for (object, ends) in ends.iter_mut().enumerate() {
            for at in self.edges_of(object).filter(|at| !dropped[*at]) {
                if let Some(end) = self.end_of(object, at) {
                    ends[end] += 1;
                }
            }
        }
        ends
    }

    /// For each object the edges to it from the objects that are sent.
    fn referring(&self, sent: &[usize]) -> Referring {
        let targets = |object: &usize| {
            let from = *object;
            self.edges_of(from)
                .filter_map(move |at| Some((self.named[self.edges[at].name]?, (from, at))))
        };
        let mut starts = vec![0; self.objects.len() + 1];
        for (target, _) in sent.iter().flat_map(targets) {
            starts[target + 1] += 1;
        }
        for object in 0..self.objects.len() {
            starts[object + 1] += starts[object];
        }
        let mut next = starts.clone();
        let mut edges = vec![(0, 0); starts[self.objects.len()]];
        for (target, edge) in sent.iter().flat_map(targets) {
            edges[next[target]] = edge;
            next[target] += 1;
        }
        Referring { starts, edges }
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
