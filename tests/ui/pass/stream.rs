use opencti_connector::kind::Kind;
use opencti_connector::{Connector, ConnectorBuilder};

fn ours<K: Kind, I, N, S>(builder: ConnectorBuilder<K, I, N, S>) -> ConnectorBuilder<K, I, N, S> {
    builder.playbook_compatible(true).version("1.0.0")
}

fn main() {
    let first = Connector::stream()
        .id("550e8400-e29b-41d4-a716-446655440000")
        .name("Sample")
        .auto(true)
        .build()
        .unwrap();

    let mut builder = ours(Connector::stream()).auto(true).name(first.name());
    if first.auto() {
        builder = builder.slug("sample");
    }
    let second = ours(builder).id(first.id()).build().unwrap();

    assert_eq!(first.id(), second.id());
    assert!(first.scope_entries().eq(second.scope_entries()));
    assert_eq!(second.slug(), Some("sample"));
    assert_eq!(second.version(), Some("1.0.0"));
}
