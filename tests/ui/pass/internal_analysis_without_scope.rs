use opencti_connector::Connector;

fn main() {
    let connector = Connector::internal_analysis()
        .name(String::from("Sample"))
        .id("550e8400-e29b-41d4-a716-446655440000")
        .build()
        .unwrap();
    assert!(connector.scope().is_none());
}
