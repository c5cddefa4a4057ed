//! What stands in sample configurations in place of a value.

/// Whether the text is a placeholder, to be replaced before a connector starts:
///
/// * `ChangeMe` in any case and spelling, alone or as a word of the text: `CHANGEME-UUID4`,
///   `change_me`, `SHODAN_CHANGEME`;
/// * `CONNECTOR_ID`, the name of a variable in place of its value;
/// * what a template engine or a shell was to fill in: `${TOKEN}`, `{{ token }}`, `<token>`,
///   `__TOKEN__`.
///
/// Quotes and white space around it count for nothing; a URI is judged by what follows its scheme.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let is_template = [("${", "}"), ("{{", "}}"), ("<", ">")]
        .iter()
        .any(|(start, end)| text.strip_prefix(start).is_some_and(|it| it.contains(end)))
        || (text.len() > "____".len() && text.starts_with("__") && text.ends_with("__"));
    is_template || is_sample(text)
}

/// Whether the text starts as `ChangeMe` does, holds it as a word, or is `CONNECTOR_ID`.
fn is_sample(text: &str) -> bool {
    const SAMPLE: &str = "changeme";
    let mut letters = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase());
    let start: String = letters.by_ref().take("connectorid".len()).collect();
    if start.starts_with(SAMPLE) || (start == "connectorid" && letters.next().is_none()) {
        return true;
    }
    // `Exchange Metrics` and `ExchangeMetrics` are names.
    let is_start_of_word = |at: usize| {
        text[at..].starts_with("ChangeMe")
            || !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric())
    };
    text.to_ascii_lowercase()
        .match_indices(SAMPLE)
        .any(|(at, _)| is_start_of_word(at))
}
