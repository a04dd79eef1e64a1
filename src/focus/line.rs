//! Lines of text files, for messages.

/// The line of the record that begins at a byte, from 1 on. Blank lines before the record, which a
/// CSV reader counts to it, are passed over.
pub fn line_of(text: &[u8], at: usize) -> usize {
    let blank = text.iter().skip(at).take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
    1 + text.iter().take(at + blank).filter(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_lines_belong_to_no_record() {
        let text = b"a\n1\n\r\n\n2\n";
        assert_eq!([0, 2, 4].map(|at| line_of(text, at)), [1, 2, 5]);
    }
}
