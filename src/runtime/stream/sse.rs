//! Server-sent events, from bytes in any pieces; no I/O.
//!
//! As the HTML standard has them (section 9.2.6), but for two things: an event has the id that is
//! written in it and never that of an earlier one, and one with an id but without data is not an event.

use std::mem::take;
use std::time::Duration;

/// The longest name of a field, with a byte order mark before it; what is longer is of no field.
const LONGEST_NAME: usize = 8;
/// The longest id and the longest name of an event that is kept.
const LONGEST_WORD: usize = 1024;
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// What a stream brings.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// An event.
    Event(RawEvent),
    /// An event that is larger than what is read, and was not kept.
    TooLarge {
        id: Option<String>,
        name: String,
        bytes: u64,
    },
    /// How long the server wants clients to wait before they connect again.
    Retry(Duration),
}

/// An event as it is sent.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct RawEvent {
    /// `None` without an id, or with one that no header can carry.
    pub(crate) id: Option<String>,
    /// Empty where the event has no name.
    pub(crate) name: String,
    pub(crate) data: String,
}

/// Reads the events of one connection; half an event at its end is dropped with the value.
pub(crate) struct Parser {
    /// The most bytes of data that an event may have.
    largest: usize,
    is_first_line: bool,
    /// Whether the last byte was a CR, with which a LF makes one end of a line.
    is_after_cr: bool,
    at: At,
    event: Pending,
}

/// Where in a line the next byte stands.
enum At {
    Name(Vec<u8>),
    /// Right behind the colon, where a space is not part of the value.
    Colon(Field),
    Value(Field),
}

#[derive(Clone, Copy)]
enum Field {
    Id,
    Event,
    Data,
    Retry,
    Other,
}

/// The event that is being read.
#[derive(Default)]
struct Pending {
    id: Option<Vec<u8>>,
    name: Vec<u8>,
    data: Option<Vec<u8>>,
    retry: Vec<u8>,
    /// How many bytes of data there are, kept or not.
    bytes: u64,
}

impl Parser {
    pub(crate) const fn new(largest: usize) -> Self {
        Self {
            largest,
            is_first_line: true,
            is_after_cr: false,
            at: At::Name(Vec::new()),
            event: Pending {
                id: None,
                name: Vec::new(),
                data: None,
                retry: Vec::new(),
                bytes: 0,
            },
        }
    }

    /// Reads on; gives what has come to its end.
    pub(crate) fn read(&mut self, mut bytes: &[u8]) -> Vec<Sent> {
        let mut sent = Vec::new();
        while let Some(&first) = bytes.first() {
            if take(&mut self.is_after_cr) && first == b'\n' {
                bytes = &bytes[1..];
                continue;
            }
            let end = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
            let (text, rest) = bytes.split_at(end.unwrap_or(bytes.len()));
            self.read_text(text);
            if let Some((&end, rest)) = rest.split_first() {
                self.is_after_cr = end == b'\r';
                sent.extend(self.end_line());
                bytes = rest;
            } else {
                return sent;
            }
        }
        sent
    }

    /// Reads a part of a line.
    fn read_text(&mut self, mut text: &[u8]) {
        while !text.is_empty() {
            match &mut self.at {
                At::Name(name) => {
                    let colon = text.iter().position(|byte| *byte == b':');
                    let part = &text[..colon.unwrap_or(text.len())];
                    // One byte more, by which it is seen to be too long.
                    let room = (LONGEST_NAME + 1).saturating_sub(name.len());
                    name.extend_from_slice(&part[..part.len().min(room)]);
                    let Some(colon) = colon else {
                        return;
                    };
                    text = &text[colon + 1..];
                    let name = take(name);
                    self.at = At::Colon(self.begin(&name));
                }
                At::Colon(field) => {
                    let field = *field;
                    text = text.strip_prefix(b" ").unwrap_or(text);
                    self.at = At::Value(field);
                }
                At::Value(field) => {
                    let field = *field;
                    self.event.add(field, text, self.largest);
                    return;
                }
            }
        }
    }

    /// Begins the field of this name.
    fn begin(&mut self, name: &[u8]) -> Field {
        let mark = take(&mut self.is_first_line).then(|| name.strip_prefix(BYTE_ORDER_MARK));
        let field = match mark.flatten().unwrap_or(name) {
            b"id" => Field::Id,
            b"event" => Field::Event,
            b"data" => Field::Data,
            b"retry" => Field::Retry,
            // A comment, for example, whose name is empty.
            _ => Field::Other,
        };
        self.event.begin(field, self.largest);
        field
    }

    fn end_line(&mut self) -> Option<Sent> {
        match std::mem::replace(&mut self.at, At::Name(Vec::new())) {
            At::Name(name) => {
                let is_mark_alone = self.is_first_line && name == BYTE_ORDER_MARK;
                if name.is_empty() || is_mark_alone {
                    self.is_first_line = false;
                    return self.end_event();
                }
                // A name alone is a field without a value.
                self.begin(&name);
                None
            }
            At::Colon(Field::Retry) | At::Value(Field::Retry) => self.event.retry(),
            At::Colon(_) | At::Value(_) => None,
        }
    }

    fn end_event(&mut self) -> Option<Sent> {
        let Pending {
            id,
            name,
            data,
            bytes,
            ..
        } = take(&mut self.event);
        // Of what no header carries, a connection could not go on.
        let is_carried = |id: &Vec<u8>| {
            !id.is_empty() && id.len() <= LONGEST_WORD && id.iter().all(u8::is_ascii_graphic)
        };
        let id = id.filter(is_carried).map(text);
        let name = text(name);
        let data = data?;
        if bytes > self.largest as u64 {
            return Some(Sent::TooLarge { id, name, bytes });
        }
        let data = text(data);
        Some(Sent::Event(RawEvent { id, name, data }))
    }
}

impl Pending {
    /// Begins a field.
    fn begin(&mut self, field: Field, largest: usize) {
        match field {
            Field::Id => self.id = Some(Vec::new()),
            Field::Event => self.name.clear(),
            Field::Data if self.data.is_some() => self.add(Field::Data, b"\n", largest),
            Field::Data => self.data = Some(Vec::new()),
            Field::Retry => self.retry.clear(),
            Field::Other => {}
        }
    }

    /// Adds to the value of a field.
    fn add(&mut self, field: Field, value: &[u8], largest: usize) {
        match field {
            Field::Data => {
                self.bytes = self.bytes.saturating_add(value.len() as u64);
                if self.bytes > largest as u64 {
                    // Not to be held while the rest of it comes in.
                    self.data = Some(Vec::new());
                } else if let Some(data) = &mut self.data {
                    data.extend_from_slice(value);
                }
            }
            Field::Id => add_word(self.id.get_or_insert_default(), value),
            Field::Event => add_word(&mut self.name, value),
            Field::Retry => add_word(&mut self.retry, value),
            Field::Other => {}
        }
    }

    fn retry(&mut self) -> Option<Sent> {
        let value = take(&mut self.retry);
        let is_number = value.iter().all(u8::is_ascii_digit);
        let milliseconds = text(value).parse().ok().filter(|_| is_number)?;
        Some(Sent::Retry(Duration::from_millis(milliseconds)))
    }
}

/// Adds to a word; of one that is too long so much is kept that it is seen to be.
fn add_word(word: &mut Vec<u8>, value: &[u8]) {
    let room = (LONGEST_WORD + 1).saturating_sub(word.len());
    word.extend_from_slice(&value[..value.len().min(room)]);
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LARGEST: usize = 1000;

    fn event(id: Option<&str>, name: &str, data: &str) -> Sent {
        Sent::Event(RawEvent {
            id: id.map(str::to_owned),
            name: name.into(),
            data: data.into(),
        })
    }

    fn read(text: impl AsRef<[u8]>) -> Vec<Sent> {
        Parser::new(LARGEST).read(text.as_ref())
    }

    #[test]
    fn a_stream_is_read_as_the_standard_has_it() {
        let cases: &[(&str, &[Sent])] = &[
            (
                "id: 1-0\nevent: create\ndata: {}\n\n",
                &[event(Some("1-0"), "create", "{}")],
            ),
            ("data: a\ndata: b\n\n", &[event(None, "", "a\nb")]),
            ("data\ndata\n\n", &[event(None, "", "\n")]),
            ("data:a\r\ndata:  b\r\n\r\n", &[event(None, "", "a\n b")]),
            ("data: a\rdata: b\r\r", &[event(None, "", "a\nb")]),
            ("\u{feff}data: a\n\n", &[event(None, "", "a")]),
            (
                "\u{feff}\ndata: a\n\n\u{feff}data: b\n\n",
                &[event(None, "", "a")],
            ),
            (": a comment\ndata: a\n\n", &[event(None, "", "a")]),
            ("unknown: x\n\n\n", &[]),
            ("id: 1-0\n\ndata: a\n\n", &[event(None, "", "a")]),
            ("id: 1-0\nid: 2-0\ndata\n\n", &[event(Some("2-0"), "", "")]),
            (
                "id\ndata: a\n\nid: 1 0\ndata: b\n\n",
                &[event(None, "", "a"), event(None, "", "b")],
            ),
            ("id: \u{e9}\ndata: a\n\n", &[event(None, "", "a")]),
            (
                "retry: 500\nretry: 1x\nretry:\n",
                &[Sent::Retry(Duration::from_millis(500))],
            ),
            ("data: a\n", &[]),
            ("data: a: b\n\n", &[event(None, "", "a: b")]),
            ("database: a\n\n", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(&read(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_same_is_read_whatever_the_pieces() {
        let text = "\u{feff}id: 1-0\r\nevent: create\r\ndata: {\"name\": \"é日🦀\"}\r\ndata: x\r\n\r\n\
                    retry: 10\nid: 2-0\ndata: y\n\n: z\rdata: v\r\r";
        let whole = read(text);
        assert_eq!(whole.len(), 4);
        for cut in 0..=text.len() {
            let mut parser = Parser::new(LARGEST);
            let mut sent = parser.read(&text.as_bytes()[..cut]);
            sent.extend(parser.read(&text.as_bytes()[cut..]));
            assert_eq!(sent, whole, "cut at {cut}");
        }
        let mut parser = Parser::new(LARGEST);
        let bytes = text.as_bytes().chunks(1);
        let sent: Vec<_> = bytes.flat_map(|byte| parser.read(byte)).collect();
        assert_eq!(sent, whole);
    }

    #[test]
    fn an_event_that_is_too_large_is_told_and_not_kept() {
        let mut parser = Parser::new(LARGEST);
        assert!(parser.read(b"id: 1-0\nevent: create\ndata: ").is_empty());
        for _ in 0..10 {
            assert!(parser.read(&[b'x'; LARGEST]).is_empty());
            assert!(
                parser
                    .event
                    .data
                    .as_ref()
                    .is_some_and(|data| data.len() <= LARGEST)
            );
        }
        let sent = parser.read(b"\n\ndata: next\n\n");
        let too_large = Sent::TooLarge {
            id: Some("1-0".into()),
            name: "create".into(),
            bytes: 10 * LARGEST as u64,
        };
        assert_eq!(sent, [too_large, event(None, "", "next")]);
        let largest = format!("data: {}\n\n", "x".repeat(LARGEST));
        assert!(matches!(&read(largest)[..], [Sent::Event(_)]));
    }

    #[test]
    fn what_is_no_utf8_is_replaced() {
        assert_eq!(read(b"data: a\xff\n\n"), [event(None, "", "a\u{fffd}")]);
    }

    #[test]
    fn an_id_or_a_field_without_end_takes_no_memory() {
        let mut parser = Parser::new(LARGEST);
        parser.read(b"data: a\nid: ");
        for _ in 0..10 {
            parser.read(&[b'x'; LARGEST]);
        }
        assert!(
            parser
                .event
                .id
                .as_ref()
                .is_some_and(|id| id.len() <= LONGEST_WORD + 1)
        );
        let sent = parser.read(b"\n\n");
        assert_eq!(sent, [event(None, "", "a")]);
        parser.read(&[b'x'; LARGEST]);
        assert!(matches!(&parser.at, At::Name(name) if name.len() <= LONGEST_NAME + 1));
    }
}
