//! Bundles: ids, and what a bundle is split into.

mod any;
mod bundles;
mod graph;
mod ids;
mod objects;
mod scale;
mod setters;
mod splits;
mod times;
mod typed;
mod validity;
