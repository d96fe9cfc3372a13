//! The reader: a cursor over borrowed bytes, with one budget for the whole input.

use super::{Encoding, Fault, Key, Limits, Malformed};
use core::cmp::Ordering;
use core::fmt;
use core::ops::Range;

/// The head of one item: its major type and argument (RFC 8949 section 3).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Head {
    /// Unsigned integer.
    Uint(u64),
    /// Negative integer, as the argument: `Nint(0)` is -1.
    Nint(u64),
    /// Byte string of this many bytes.
    Bytes(usize),
    /// Text string of this many bytes.
    Text(usize),
    /// Array of this many items.
    Array(usize),
    /// Map of this many entries.
    Map(usize),
    /// Tag; one item follows.
    Tag(u64),
    /// `false` or `true`.
    Bool(bool),
    /// `null`.
    Null,
    /// `undefined`.
    Undefined,
    /// Any other simple value: 0 to 19 and 32 to 255.
    Simple(u8),
    /// A float of any width.
    Float(f64),
}

/// Where an item stands inside the one that is being checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// The item that was asked for.
    Root,
    /// An element of an array.
    Element,
    /// The value of a map entry.
    MapValue,
    /// The content of a tag.
    TagContent,
}

/// What the layer above allows inside a checked item.
///
/// The answers are faults and not `bool`s, so that a refusal says which rule it breaks.
pub trait Grammar {
    /// May this key stand in a map here?
    ///
    /// # Errors
    /// The rule that forbids the key, usually M-07 or M-16.
    fn key(&self, key: &Key<'_>) -> Result<(), Fault>;

    /// May this tag stand here, and what must it wrap? The content is checked like any other item,
    /// at [`Position::TagContent`].
    ///
    /// # Errors
    /// The rule that forbids the tag, usually M-15.
    fn tag(&self, tag: u64, position: Position, content: Head) -> Result<(), Fault>;

    /// May this simple value (not `false`, `true`, `null`, `undefined`) stand here as a value?
    ///
    /// # Errors
    /// The rule that forbids the value, usually M-16.
    fn simple(&self, value: u8) -> Result<(), Fault>;
}

/// Any well-formed item. Map keys are integers, strings or simple values, so that they can be
/// compared; that covers COSE, CWT and every structure of this project.
#[derive(Clone, Copy, Debug, Default)]
pub struct WellFormed;

impl Grammar for WellFormed {
    fn key(&self, _: &Key<'_>) -> Result<(), Fault> {
        Ok(())
    }

    fn tag(&self, _: u64, _: Position, _: Head) -> Result<(), Fault> {
        Ok(())
    }

    fn simple(&self, _: u8) -> Result<(), Fault> {
        Ok(())
    }
}

/// A saved reading position, given back by the calls that move the window of a [`Decoder`].
#[derive(Debug)]
#[must_use = "give it back to `Decoder::leave`, which checks for trailing bytes"]
pub struct Window {
    position: usize,
    end: usize,
}

/// What [`Decoder::check`] found: the bytes of an item in which every rule holds. `Debug` prints no
/// content.
#[derive(Clone, PartialEq, Eq)]
pub struct Check<'b> {
    /// The item, head included, exactly as received.
    pub raw: &'b [u8],
    /// Where it stands in the whole input.
    pub span: Range<usize>,
}

impl fmt::Debug for Check<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Check({:?})", self.span)
    }
}

/// A strict pull reader over one input.
///
/// Byte strings that hold encoded CBOR are read by opening a window on them ([`Self::enter`]), so
/// that offsets stay those of the whole input and the item budget is shared. `Debug` prints no content.
pub struct Decoder<'b> {
    input: &'b [u8],
    /// The input up to the end of what is read now.
    window: &'b [u8],
    position: usize,
    depth: u8,
    items_left: u32,
    limits: Limits,
    encoding: Encoding,
}

impl fmt::Debug for Decoder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Decoder(byte {} of {})", self.position, self.input.len())
    }
}

impl<'b> Decoder<'b> {
    /// Starts at the first byte of `input`.
    ///
    /// # Errors
    /// M-10 when `input` is longer than [`Limits::max_bytes`].
    pub fn new(input: &'b [u8], limits: &Limits, encoding: Encoding) -> Result<Self, Malformed> {
        if input.len() > limits.max_bytes {
            return Err(Malformed { fault: Fault::TooManyBytes, at: limits.max_bytes });
        }
        Ok(Self {
            input,
            window: input,
            position: 0,
            depth: 0,
            items_left: limits.max_items,
            limits: *limits,
            encoding,
        })
    }

    /// The whole input, whatever the window.
    #[must_use]
    pub const fn input(&self) -> &'b [u8] {
        self.input
    }

    /// Byte offset of the next item in the whole input.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.position
    }

    /// No byte is left in the window.
    #[must_use]
    pub const fn is_at_end(&self) -> bool {
        self.position == self.window.len()
    }

    /// A [`Malformed`] at the next item.
    #[must_use]
    pub const fn fault(&self, fault: Fault) -> Malformed {
        Malformed { fault, at: self.position }
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// M-02 when bytes are left.
    pub const fn finish(&self) -> Result<(), Malformed> {
        if self.is_at_end() { Ok(()) } else { Err(self.fault(Fault::Trailing)) }
    }

    /// Moves the window to `span` of the input, usually the content of a byte string.
    ///
    /// # Errors
    /// M-01 when `span` is not inside the input.
    pub fn enter(&mut self, span: Range<usize>) -> Result<Window, Malformed> {
        let window = self.input.get(..span.end).filter(|_| span.start <= span.end);
        let window = window.ok_or(self.fault(Fault::Truncated))?;
        let outer = Window { position: self.position, end: self.window.len() };
        self.position = span.start;
        self.window = window;
        Ok(outer)
    }

    /// Goes back to where [`Self::enter`] was called.
    ///
    /// # Errors
    /// M-02 when the inner window was not read to its end.
    #[expect(clippy::needless_pass_by_value, reason = "a window is given back once")]
    pub fn leave(&mut self, outer: Window) -> Result<(), Malformed> {
        self.finish()?;
        self.position = outer.position;
        self.window = self.input.get(..outer.end).unwrap_or_default();
        Ok(())
    }

    /// Reads a byte string and opens a window on its content.
    ///
    /// # Errors
    /// M-14 when the next item is not a byte string, and the faults of [`Self::head`].
    pub fn enter_bytes(&mut self) -> Result<Window, Malformed> {
        let span = self.bytes_span()?;
        self.enter(span)
    }

    fn descend(&mut self, at: usize) -> Result<(), Malformed> {
        if self.depth >= self.limits.max_depth.min(Limits::MAX_DEPTH) {
            return Err(Malformed { fault: Fault::TooDeep, at });
        }
        self.depth += 1;
        Ok(())
    }

    /// The next head, without moving on.
    ///
    /// # Errors
    /// As [`Self::head`].
    #[inline]
    pub fn peek(&self) -> Result<Head, Malformed> {
        self.head_at(self.position).map(|(head, _)| head)
    }

    /// Reads one head. Lengths of strings are checked against the window, numbers of array items
    /// and map entries against the bytes that are left.
    ///
    /// # Errors
    /// M-01, M-03, M-04, M-08, M-11.
    pub fn head(&mut self) -> Result<Head, Malformed> {
        let (head, next) = self.head_at(self.position)?;
        self.spend()?;
        self.position = next;
        Ok(head)
    }

    #[inline]
    fn spend(&mut self) -> Result<(), Malformed> {
        self.items_left = self.items_left.checked_sub(1).ok_or(self.fault(Fault::TooManyItems))?;
        Ok(())
    }

    #[inline]
    fn head_at(&self, at: usize) -> Result<(Head, usize), Malformed> {
        let raw = self.raw_head(at)?;
        let head = match raw.major {
            Major::UINT => Head::Uint(raw.argument),
            Major::NINT => Head::Nint(raw.argument),
            Major::BYTES => Head::Bytes(self.length::<1>(&raw, at)?),
            Major::TEXT => Head::Text(self.length::<1>(&raw, at)?),
            Major::ARRAY => Head::Array(self.length::<1>(&raw, at)?),
            Major::MAP => Head::Map(self.length::<2>(&raw, at)?),
            Major::TAG => Head::Tag(raw.argument),
            _ => raw.simple_or_float(at)?,
        };
        Ok((head, raw.next))
    }

    /// Nearly all heads have no argument beside the first byte, or one byte, and are read here; all others, and
    /// all faults, fall to [`RawHead::read`].
    #[inline(always)]
    fn raw_head(&self, at: usize) -> Result<RawHead, Malformed> {
        if let Some(initial) = self.window.get(at) {
            let (major, info) = (initial >> 5, initial & 0x1f);
            if info < 24 {
                return Ok(RawHead { major, info, argument: u64::from(info), next: at + 1 });
            }
            // Shortest, and well-formed: RFC 8949 section 3.3 has no simple value from 24 to 31.
            if info == 24
                && let Some(argument @ 24..) = self.window.get(at + 1)
                && (major < Major::SIMPLE || *argument > 31)
            {
                return Ok(RawHead { major, info, argument: u64::from(*argument), next: at + 2 });
            }
        }
        RawHead::read(self.window, at, self.encoding)
    }

    /// M-01: what a head announces has at least `BYTES` bytes for each item.
    #[inline]
    fn length<const BYTES: usize>(&self, raw: &RawHead, at: usize) -> Result<usize, Malformed> {
        let left = self.window.len() - raw.next;
        let fits = usize::try_from(raw.argument).ok().filter(|n| *n <= left / BYTES);
        fits.ok_or(Malformed { fault: Fault::Truncated, at })
    }

    /// Reads a head of one major type that announces a length: most heads of a token, so without the detour
    /// over [`Head`]. What is of another type gets its error from there.
    #[inline]
    fn length_of<const MAJOR: u8, const BYTES: usize>(&mut self) -> Result<usize, Malformed> {
        let at = self.position;
        let raw = self.raw_head(at)?;
        if raw.major != MAJOR {
            return self.typed(|_| None);
        }
        let length = self.length::<BYTES>(&raw, at)?;
        self.spend()?;
        self.position = raw.next;
        Ok(length)
    }

    fn typed<T>(&mut self, pick: impl FnOnce(Head) -> Option<T>) -> Result<T, Malformed> {
        let at = self.position;
        let head = self.head()?;
        pick(head).ok_or(Malformed { fault: Fault::WrongType, at })
    }

    /// Reads an unsigned integer.
    ///
    /// # Errors
    /// M-14, and the faults of [`Self::head`].
    pub fn uint(&mut self) -> Result<u64, Malformed> {
        self.typed(|head| if let Head::Uint(n) = head { Some(n) } else { None })
    }

    /// Reads an integer.
    ///
    /// # Errors
    /// M-14, M-17 outside of `i64`, and the faults of [`Self::head`].
    pub fn int(&mut self) -> Result<i64, Malformed> {
        let at = self.position;
        let number = self.typed(|head| match head {
            Head::Uint(n) => Some(i64::try_from(n)),
            Head::Nint(n) => Some(i64::try_from(n).map(|n| !n)),
            _ => None,
        })?;
        number.map_err(|_| Malformed { fault: Fault::OutOfRange, at })
    }

    /// Reads an array head: the number of elements.
    ///
    /// # Errors
    /// M-14, and the faults of [`Self::head`].
    pub fn array(&mut self) -> Result<usize, Malformed> {
        self.length_of::<{ Major::ARRAY }, 1>()
    }

    /// Reads a map head: the number of entries.
    ///
    /// # Errors
    /// M-14, and the faults of [`Self::head`].
    pub fn map(&mut self) -> Result<usize, Malformed> {
        self.length_of::<{ Major::MAP }, 2>()
    }

    /// Reads a tag number.
    ///
    /// # Errors
    /// M-14, and the faults of [`Self::head`].
    pub fn tag(&mut self) -> Result<u64, Malformed> {
        self.typed(|head| if let Head::Tag(n) = head { Some(n) } else { None })
    }

    /// Reads `false` or `true`.
    ///
    /// # Errors
    /// M-14, and the faults of [`Self::head`].
    pub fn bool(&mut self) -> Result<bool, Malformed> {
        self.typed(|head| if let Head::Bool(b) = head { Some(b) } else { None })
    }

    /// Reads a byte string: the offsets of its content.
    ///
    /// # Errors
    /// M-14, and the faults of [`Self::head`].
    pub fn bytes_span(&mut self) -> Result<Range<usize>, Malformed> {
        let length = self.length_of::<{ Major::BYTES }, 1>()?;
        Ok(self.content(length))
    }

    /// Reads a byte string.
    ///
    /// # Errors
    /// M-14, and the faults of [`Self::head`].
    pub fn bytes(&mut self) -> Result<&'b [u8], Malformed> {
        let span = self.bytes_span()?;
        Ok(self.slice(span))
    }

    /// Reads a byte string of `N` bytes, and says where its content starts; `None`, and nothing is read, when
    /// the next item is anything else. Tokens are long lists of hashes, so this looks for the one head that
    /// it can be.
    ///
    /// # Errors
    /// M-11.
    pub fn byte_array<const N: usize>(&mut self) -> Result<Option<(&'b [u8; N], usize)>, Malformed> {
        const { assert!(N > 23 && N < 256, "the length stands in one byte after the head") };
        let next = self.window.get(self.position..).unwrap_or_default();
        let Some(([0x58, length], rest)) = next.split_first_chunk() else { return Ok(None) };
        let Some(content) = rest.first_chunk().filter(|_| usize::from(*length) == N) else { return Ok(None) };
        self.spend()?;
        let start = self.position + 2;
        self.position = start + N;
        Ok(Some((content, start)))
    }

    /// Reads a text string.
    ///
    /// # Errors
    /// M-05, M-14, and the faults of [`Self::head`].
    pub fn text(&mut self) -> Result<&'b str, Malformed> {
        let at = self.position;
        let length = self.length_of::<{ Major::TEXT }, 1>()?;
        self.text_content(length, at)
    }

    /// Moves past the content of a string, whose head checked that it is there.
    fn content(&mut self, length: usize) -> Range<usize> {
        let start = self.position;
        self.position += length;
        start..self.position
    }

    fn text_content(&mut self, length: usize, at: usize) -> Result<&'b str, Malformed> {
        let content = self.content(length);
        core::str::from_utf8(self.slice(content)).map_err(|_| Malformed { fault: Fault::Utf8, at })
    }

    /// Reads a map key.
    ///
    /// # Errors
    /// M-07 when the item cannot be a key, and the faults of [`Self::head`].
    pub fn key(&mut self) -> Result<Key<'b>, Malformed> {
        let at = self.position;
        let raw = self.raw_head(at)?;
        let key = match raw.major {
            Major::UINT => Key::Uint(raw.argument),
            Major::NINT => Key::Nint(raw.argument),
            Major::TEXT => return self.text().map(Key::Text),
            Major::BYTES => return self.bytes().map(Key::Bytes),
            Major::SIMPLE if raw.info == 24 => Key::Simple(u8::try_from(raw.argument).unwrap_or(u8::MAX)),
            _ => return self.simple_key(at),
        };
        self.spend()?;
        self.position = raw.next;
        Ok(key)
    }

    fn simple_key(&mut self, at: usize) -> Result<Key<'b>, Malformed> {
        match self.head()? {
            Head::Bool(b) => Ok(Key::Simple(20 + u8::from(b))),
            Head::Null => Ok(Key::Simple(22)),
            Head::Undefined => Ok(Key::Simple(23)),
            Head::Simple(n) => Ok(Key::Simple(n)),
            _ => Err(Malformed { fault: Fault::KeyType, at }),
        }
    }

    /// Bytes of the input; empty when `span` is not inside it.
    #[must_use]
    pub fn slice(&self, span: Range<usize>) -> &'b [u8] {
        self.input.get(span).unwrap_or_default()
    }

    /// Reads one item whole and checks everything inside it: heads, UTF-8, depth, budget,
    /// duplicate keys, order (when deterministic), and what `grammar` allows.
    ///
    /// # Errors
    /// Any M rule except M-02.
    pub fn check<G: Grammar>(&mut self, grammar: &G) -> Result<Check<'b>, Malformed> {
        let start = self.position;
        self.check_item(grammar, Position::Root)?;
        let span = start..self.position;
        Ok(Check { raw: self.slice(span.clone()), span })
    }

    fn check_item<G: Grammar>(&mut self, grammar: &G, position: Position) -> Result<(), Malformed> {
        let at = self.position;
        match self.head()? {
            Head::Bytes(length) => {
                self.content(length);
                Ok(())
            }
            Head::Text(length) => self.text_content(length, at).map(drop),
            Head::Simple(n) => grammar.simple(n).map_err(|fault| Malformed { fault, at }),
            Head::Array(n) => {
                self.descend(at)?;
                for _ in 0..n {
                    self.check_item(grammar, Position::Element)?;
                }
                self.depth -= 1;
                Ok(())
            }
            Head::Tag(tag) => {
                self.descend(at)?;
                let content = self.peek()?;
                grammar.tag(tag, position, content).map_err(|fault| Malformed { fault, at })?;
                self.check_item(grammar, Position::TagContent)?;
                self.depth -= 1;
                Ok(())
            }
            Head::Map(n) => {
                self.descend(at)?;
                self.check_map(grammar, n)?;
                self.depth -= 1;
                Ok(())
            }
            Head::Uint(_) | Head::Nint(_) | Head::Bool(_) | Head::Null | Head::Undefined | Head::Float(_) => {
                Ok(())
            }
        }
    }

    fn check_map<G: Grammar>(&mut self, grammar: &G, entries: usize) -> Result<(), Malformed> {
        let mut keys = KeyOrder::new(self, entries);
        for _ in 0..entries {
            let at = self.position;
            let key = self.key()?;
            grammar.key(&key).map_err(|fault| Malformed { fault, at })?;
            keys.next(self, at, key)?;
            self.check_item(grammar, Position::MapValue)?;
        }
        Ok(())
    }

    /// Reads a map entry by entry: `entry` gets each key and has to read the value. Duplicates and
    /// order are checked as in [`Self::check`].
    ///
    /// # Errors
    /// Those of `entry`, M-06, M-07, M-09, M-13, and the faults of [`Self::head`].
    pub fn map_entries<E: From<Malformed>>(
        &mut self,
        mut entry: impl FnMut(&mut Self, Key<'b>) -> Result<(), E>,
    ) -> Result<(), E> {
        let start = self.position;
        let entries = self.map()?;
        self.descend(start)?;
        let mut keys = KeyOrder::new(self, entries);
        for _ in 0..entries {
            let at = self.position;
            let key = self.key()?;
            keys.next(self, at, key)?;
            entry(self, key)?;
        }
        self.depth -= 1;
        Ok(())
    }

    /// Reads an array element by element: `element` has to read one item each time it is called.
    ///
    /// # Errors
    /// Those of `element`, M-12, M-14, and the faults of [`Self::head`].
    pub fn array_elements<E: From<Malformed>>(
        &mut self,
        mut element: impl FnMut(&mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        let start = self.position;
        let elements = self.array()?;
        self.descend(start)?;
        for _ in 0..elements {
            element(self)?;
        }
        self.depth -= 1;
        Ok(())
    }

    /// Reads a tag and, through `content`, the one item that it wraps.
    ///
    /// # Errors
    /// Those of `content`, M-12, M-14, and the faults of [`Self::head`].
    pub fn tagged<E: From<Malformed>>(
        &mut self,
        content: impl FnOnce(&mut Self, u64) -> Result<(), E>,
    ) -> Result<(), E> {
        let start = self.position;
        let tag = self.tag()?;
        self.descend(start)?;
        content(self, tag)?;
        self.depth -= 1;
        Ok(())
    }

    /// A second reader at `position`, with the same window and without a budget: for looking again
    /// at bytes whose items were paid for before.
    #[must_use]
    pub const fn rescan(&self, position: usize) -> Self {
        Self {
            input: self.input,
            window: self.window,
            position,
            depth: self.depth,
            items_left: u32::MAX,
            limits: self.limits,
            encoding: self.encoding,
        }
    }

    /// Moves past one item without looking inside for anything but heads. Whoever uses the bytes
    /// later has to check them then.
    ///
    /// # Errors
    /// M-01, M-03, M-04, M-08, M-11.
    pub fn skip_unchecked(&mut self) -> Result<Range<usize>, Malformed> {
        let start = self.position;
        let mut open: usize = 1;
        while open > 0 {
            open -= 1;
            let at = self.position;
            let raw = self.raw_head(at)?;
            let (content, inside) = match raw.major {
                Major::BYTES | Major::TEXT => (self.length::<1>(&raw, at)?, 0),
                Major::ARRAY => (0, self.length::<1>(&raw, at)?),
                Major::MAP => (0, 2 * self.length::<2>(&raw, at)?),
                Major::TAG => (0, 1),
                Major::UINT | Major::NINT => (0, 0),
                _ => raw.simple_or_float(at).map(|_| (0, 0))?,
            };
            self.spend()?;
            self.position = raw.next + content;
            open += inside;
            // Every item that is still open needs a byte; this also keeps the count from overflowing.
            if open > self.window.len() - self.position {
                return Err(self.fault(Fault::Truncated));
            }
        }
        Ok(start..self.position)
    }
}

/// Looks for duplicate keys without a heap: keys in order need one comparison each; a map that is not
/// in order is small (M-13), and each of its keys is compared with those before it.
struct KeyOrder<'b> {
    first: usize,
    entries: usize,
    seen: usize,
    previous: Option<Key<'b>>,
    /// Where the keys so far stand, once one of them was out of order.
    unsorted: Option<[usize; Limits::MAX_UNSORTED]>,
}

impl<'b> KeyOrder<'b> {
    const fn new(decoder: &Decoder<'b>, entries: usize) -> Self {
        Self { first: decoder.position, entries, seen: 0, previous: None, unsorted: None }
    }

    fn next(&mut self, decoder: &Decoder<'b>, at: usize, key: Key<'b>) -> Result<(), Malformed> {
        match self.previous.map(|previous| key.cmp(&previous)) {
            Some(Ordering::Equal) => return Err(Malformed { fault: Fault::DuplicateKey, at }),
            Some(Ordering::Less) if self.unsorted.is_none() => {
                self.unsorted = Some(self.positions_so_far(decoder, at)?);
            }
            Some(Ordering::Less | Ordering::Greater) | None => {}
        }
        if let Some(positions) = &mut self.unsorted {
            for position in positions.iter().take(self.seen) {
                if decoder.rescan(*position).key()? == key {
                    return Err(Malformed { fault: Fault::DuplicateKey, at });
                }
            }
            if let Some(position) = positions.get_mut(self.seen) {
                *position = at;
            }
        }
        self.previous = Some(key);
        self.seen += 1;
        Ok(())
    }

    /// Looks once more at the entries before the first key that is out of order.
    fn positions_so_far(
        &self,
        decoder: &Decoder<'b>,
        at: usize,
    ) -> Result<[usize; Limits::MAX_UNSORTED], Malformed> {
        if decoder.encoding == Encoding::Deterministic {
            return Err(Malformed { fault: Fault::NotSorted, at });
        }
        if self.entries > usize::from(decoder.limits.max_unsorted_entries).min(Limits::MAX_UNSORTED) {
            return Err(Malformed { fault: Fault::TooManyUnsorted, at });
        }
        let mut positions = [0; Limits::MAX_UNSORTED];
        let mut earlier = decoder.rescan(self.first);
        for position in positions.iter_mut().take(self.seen) {
            *position = earlier.position;
            earlier.key()?;
            earlier.skip_unchecked()?;
        }
        Ok(positions)
    }
}

/// Major types (RFC 8949 section 3.1).
struct Major;

impl Major {
    const UINT: u8 = 0;
    const NINT: u8 = 1;
    const BYTES: u8 = 2;
    const TEXT: u8 = 3;
    const ARRAY: u8 = 4;
    const MAP: u8 = 5;
    const TAG: u8 = 6;
    const SIMPLE: u8 = 7;
}

/// A head as its bits say, before any policy.
struct RawHead {
    major: u8,
    info: u8,
    argument: u64,
    next: usize,
}

impl RawHead {
    #[cold]
    fn read(window: &[u8], at: usize, encoding: Encoding) -> Result<Self, Malformed> {
        let truncated = Malformed { fault: Fault::Truncated, at };
        let initial = *window.get(at).ok_or(truncated)?;
        let (major, info) = (initial >> 5, initial & 0x1f);
        let rest = window.get(at + 1..).unwrap_or_default();
        let (argument, width) = match info {
            0..=23 => (Some(u64::from(info)), 0),
            24 => (rest.first().map(|byte| u64::from(*byte)), 1),
            25 => (rest.first_chunk().map(|bytes| u64::from(u16::from_be_bytes(*bytes))), 2),
            26 => (rest.first_chunk().map(|bytes| u64::from(u32::from_be_bytes(*bytes))), 4),
            27 => (rest.first_chunk().map(|bytes| u64::from_be_bytes(*bytes)), 8),
            31 if matches!(major, 2..=5 | 7) => {
                return Err(Malformed { fault: Fault::Indefinite, at });
            }
            _ => return Err(Malformed { fault: Fault::NotWellFormed, at }),
        };
        let (argument, next) = (argument.ok_or(truncated)?, at + 1 + width);
        let raw = Self { major, info, argument, next };
        if encoding == Encoding::Deterministic {
            raw.require_shortest(at)?;
        }
        Ok(raw)
    }

    /// M-08: RFC 8949 section 4.2.1, first and second bullet.
    fn require_shortest(&self, at: usize) -> Result<(), Malformed> {
        let shortest = match (self.major, self.info) {
            (7, 26) => !single_fits_half(self.argument),
            (7, 27) => !double_fits_single(self.argument),
            (7, _) | (_, 0..=23) => true,
            (_, 24) => self.argument > 23,
            (_, 25) => self.argument > 0xff,
            (_, 26) => self.argument > 0xffff,
            _ => self.argument > 0xffff_ffff,
        };
        if shortest { Ok(()) } else { Err(Malformed { fault: Fault::NotShortest, at }) }
    }

    fn simple_or_float(&self, at: usize) -> Result<Head, Malformed> {
        Ok(match (self.info, self.argument) {
            (20, _) => Head::Bool(false),
            (21, _) => Head::Bool(true),
            (22, _) => Head::Null,
            (23, _) => Head::Undefined,
            (0..=19, n) | (24, n @ 32..) => Head::Simple(u8::try_from(n).unwrap_or(u8::MAX)),
            (25, n) => Head::Float(half_to_double(n)),
            (26, n) => Head::Float(single_to_double(n)),
            (27, n) => Head::Float(f64::from_bits(n)),
            // RFC 8949 section 3.3: simple values under 32 never use the two-byte form.
            _ => return Err(Malformed { fault: Fault::NotWellFormed, at }),
        })
    }
}

fn low_u32(argument: u64) -> u32 {
    u32::try_from(argument & 0xffff_ffff).unwrap_or(u32::MAX)
}

/// RFC 8949 appendix D, as a change of bits: widens 1+5+10 to 1+11+52.
fn half_to_double(bits: u64) -> f64 {
    let sign = (bits & 0x8000) << 48;
    let exponent = bits >> 10 & 0x1f;
    let mantissa = bits & 0x3ff;
    let magnitude = match exponent {
        // Subnormal: mantissa * 2^-24; ten bits are exact in a double.
        0 => (f64::from(low_u32(mantissa)) * 2f64.powi(-24)).to_bits(),
        31 => 0x7ff << 52 | mantissa << 42,
        _ => (exponent + 1008) << 52 | mantissa << 42,
    };
    f64::from_bits(sign | magnitude)
}

/// Widens 1+8+23 to 1+11+52. A conversion by the processor would set the quiet bit of a NaN.
fn single_to_double(bits: u64) -> f64 {
    let single = f32::from_bits(low_u32(bits));
    if single.is_nan() {
        f64::from_bits((bits & 0x8000_0000) << 32 | 0x7ff << 52 | (bits & 0x7f_ffff) << 29)
    } else {
        f64::from(single)
    }
}

/// Does a double survive the way through a single, bit for bit?
pub(super) fn double_fits_single(bits: u64) -> bool {
    super::encoder::single_bits(bits).is_some()
}

/// Does a single survive the way through a half, bit for bit?
pub(super) fn single_fits_half(bits: u64) -> bool {
    super::encoder::half_bits(low_u32(bits)).is_some()
}
