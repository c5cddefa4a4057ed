//! What stands in sample configurations in place of a value.

/// Whether the text is a placeholder, to be replaced before a connector starts:
///
/// * `ChangeMe` in any case and spelling, alone or as a word of the text: `CHANGEME-UUID4`,
///   `change_me`, `SHODAN_CHANGEME`;
/// * `CONNECTOR_ID`, the name of a variable in place of its value;
/// * what a template engine or a shell was to fill in: `<token>`, and also within the text
///   `${TOKEN}`, `{{ token }}` and, as a word, `__TOKEN__`.
///
/// Quotes and white space around it count for nothing; a URI is judged by what follows its scheme.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let is_opened = |(start, end): &(&str, &str)| {
        let rest = text.split_once(start);
        rest.is_some_and(|(_, rest)| rest.contains(end))
    };
    let is_word_char = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let mut words = text.split(|c| !is_word_char(c));
    [("${", "}"), ("{{", "}}")].iter().any(is_opened)
        || text
            .strip_prefix('<')
            .is_some_and(|rest| rest.contains('>'))
        || words
            .any(|word| word.len() > "____".len() && word.starts_with("__") && word.ends_with("__"))
        || is_sample(text)
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
