//! Connectors that run: against the embedded platform and `RabbitMQ`.

mod answers;
mod attempts;
mod broker;
mod called;
mod child;
mod complete_example;
mod deliveries;
mod disturbed;
mod exports;
mod files;
#[cfg(unix)]
mod full_disk;
mod http_crowd;
mod http_delivery;
mod http_tokens;
mod kill;
mod killed;
mod life;
mod listen;
mod metrics;
mod misunderstood;
mod monitor;
mod network;
mod poison;
mod pressure;
mod repeated;
mod replicas;
mod s3_server;
mod schedule;
#[cfg(unix)]
mod signals;
mod signer;
mod stage;
mod start;
mod state;
mod stopped;
mod storage;
mod storage_s3;
mod stream;
mod stream_concurrency;
mod stream_connection;
mod stream_handling;
mod stream_repeats;
mod through_platform;
mod works;

#[path = "../support/folder.rs"]
mod folder;
#[path = "../support/https.rs"]
mod https;
