//! Placeholders in sample configurations.

/// Whether the text is a placeholder that has to be replaced before a connector starts:
///
/// * `ChangeMe` in any case and spelling, alone or as a word of the text: `CHANGEME-UUID4`,
///   `change_me`, `SHODAN_CHANGEME`;
/// * `CONNECTOR_ID`, the name of a variable instead of its value;
/// * a template or shell variable that was not filled in: `<token>`, and anywhere in the text
///   `${TOKEN}`, `{{ token }}` and the word `__TOKEN__`.
///
/// Ignores quotes and white space around the text, and the scheme of a URI.
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

/// Whether the text starts with `ChangeMe`, contains it as a word, or is `CONNECTOR_ID`.
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
