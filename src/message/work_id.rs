//! The work of a message that cannot be parsed.

/// In bytes, with quotes and escapes. The ids of the platform have about 100.
const LONGEST: usize = 1_024;

/// Returns the text of `internal.work_id`, or `None` if the body breaks before it.
///
/// Unlike a parser it does not mind what a body holds elsewhere: numbers out of range, text that is
/// not UTF-8, values nested too deep, or a missing end. One pass, without recursion.
pub(crate) fn work_id(body: &[u8]) -> Option<String> {
    let mut depth = 0_usize;
    let mut is_internal = false;
    let mut previous = Token::Other;
    // Set while the next token is its value.
    let mut key = None;
    for token in Tokens(body) {
        let is_of = |name: &str| key.is_some_and(|key| is(key, name));
        match token {
            Token::Open(brace) => {
                depth += 1;
                is_internal = match depth {
                    1 if brace != b'{' => return None,
                    1 => false,
                    2 => brace == b'{' && is_of("internal"),
                    _ => is_internal,
                };
            }
            Token::Close if depth <= 1 => return None,
            Token::Close => depth -= 1,
            _ if depth == 0 => return None,
            Token::Text(id) if depth == 2 && is_internal && is_of("work_id") => return decoded(id),
            Token::Text(_) | Token::Colon | Token::Other => {}
        }
        key = match (token, previous) {
            (Token::Colon, Token::Text(text)) => Some(text),
            _ => None,
        };
        previous = token;
    }
    None
}

/// A piece of JSON, as far as it matters here.
#[derive(Clone, Copy)]
enum Token<'b> {
    /// A brace or a bracket.
    Open(u8),
    Close,
    Colon,
    /// With its quotes and escapes.
    Text(&'b [u8]),
    /// A comma, or a part of a number or a word.
    Other,
}

struct Tokens<'b>(&'b [u8]);

impl<'b> Iterator for Tokens<'b> {
    type Item = Token<'b>;

    /// `None` at the end of the body, also where a text has none.
    fn next(&mut self) -> Option<Token<'b>> {
        let rest = self.0.trim_ascii_start();
        let length = match rest.first()? {
            b'"' => text_length(rest)?,
            _ => 1,
        };
        let (token, rest) = rest.split_at(length);
        self.0 = rest;
        Some(match token[0] {
            brace @ (b'{' | b'[') => Token::Open(brace),
            b'}' | b']' => Token::Close,
            b':' => Token::Colon,
            b'"' => Token::Text(token),
            _ => Token::Other,
        })
    }
}

/// The length of the text at the start, with both quotes.
fn text_length(body: &[u8]) -> Option<usize> {
    let mut is_escaped = false;
    let is_end = |byte: &u8| {
        let is_end = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        is_end
    };
    let end = body.get(1..)?.iter().position(is_end)?;
    Some(end + 2)
}

fn is(text: &[u8], name: &str) -> bool {
    decoded(text).is_some_and(|text| text == name)
}

fn decoded(text: &[u8]) -> Option<String> {
    let is_short = text.len() <= LONGEST;
    let text: Option<String> = is_short.then(|| serde_json::from_slice(text).ok())?;
    text.filter(|text| !text.is_empty())
}
