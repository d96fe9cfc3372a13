//! Lines of bounded length, on both sides of the protocol.

use std::io::{self, BufRead, Read};

/// What stood on a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// Text, without the end of the line.
    Text(String),
    /// More bytes than are read; the rest of the line was skipped.
    TooLong,
    /// Bytes that are not UTF-8.
    NotText,
    /// Nothing follows.
    End,
}

/// Reads one line of at most `most` bytes. The last one need not have an end.
pub(crate) fn read_line(input: &mut impl BufRead, most: usize) -> io::Result<Line> {
    let mut line = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    input.by_ref().take(limit).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(Line::End);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if line.len() > most {
        skip_line(input)?;
        return Ok(Line::TooLong);
    }
    Ok(String::from_utf8(line).map_or(Line::NotText, Line::Text))
}

/// Skips to the next line without keeping what is skipped.
fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let (skipped, done) = end.map_or((buffer.len(), buffer.is_empty()), |end| (end + 1, true));
        input.consume(skipped);
        if done {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, read_line};
    use std::io::BufReader;

    #[test]
    fn lines_are_bounded_and_the_next_one_is_found() {
        let mut input = BufReader::with_capacity(3, &b"1234\n12345\n12345678901\n\n\xff\nend"[..]);
        let text = |text: &str| Line::Text(text.to_owned());
        for expected in
            [text("1234"), Line::TooLong, Line::TooLong, text(""), Line::NotText, text("end"), Line::End]
        {
            assert_eq!(read_line(&mut input, 4).unwrap(), expected);
        }
    }
}
