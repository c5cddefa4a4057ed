//! error[E0277]: `!` is not a list of scope items
//! error[E0277]: the trait bound `!: FromStr` is not satisfied
use opencti_connector::Connector;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let _ = Connector::internal_enrichment()
        .id("550e8400-e29b-41d4-a716-446655440000")
        .name("Shodan InternetDB")
        .scope("Report,Indicator".parse()?)
        .build();
    Ok(())
}
