//! Lines of a terminal: nothing that others wrote moves its cursor, and no line is wider than it is.

use unicode_width::UnicodeWidthChar as _;

use super::Style;

/// What a text means, for those who see colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    Plain,
    Strong,
    Faint,
    Good,
    Dubious,
    Bad,
}

/// A text in a column.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    text: String,
    ink: Ink,
    keep: Keep,
}

/// Which end of a text is shown if there is no room for both.
#[derive(Debug, Clone, Copy)]
enum Keep {
    Start,
    End,
}

impl Cell {
    pub(crate) fn new(text: &str, ink: Ink) -> Self {
        Self { text: plain(text), ink, keep: Keep::Start }
    }

    /// A path: the file's name says more than the first directory's.
    pub(crate) fn path(text: &str) -> Self {
        Self { text: plain(text), ink: Ink::Faint, keep: Keep::End }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    fn clipped(&self, width: usize) -> String {
        match self.keep {
            Keep::Start => clipped(&self.text, width),
            Keep::End => {
                let reversed: String = self.text.chars().rev().collect();
                clipped(&reversed, width).chars().rev().collect()
            }
        }
    }
}

/// What is between two columns.
const GAP: usize = 2;
/// The most lines that one text takes.
const MOST_LINES: usize = 6;

/// The page, line by line.
pub(crate) struct Page {
    style: Style,
    out: String,
}

impl Page {
    /// Narrower than 40 columns nothing is readable any more.
    pub(crate) fn new(style: Style) -> Self {
        Self { style: Style { width: style.width.max(40), ..style }, out: String::new() }
    }

    pub(crate) fn finish(self) -> String {
        self.out
    }

    pub(crate) fn width(&self) -> usize {
        self.style.width
    }

    pub(crate) fn blank(&mut self) {
        self.out.push('\n');
    }

    pub(crate) fn heading(&mut self, text: &str) {
        let text = clipped(&plain(text), self.style.width);
        self.line([(text, Ink::Strong, 0)]);
    }

    /// A text in as many lines as it takes, up to a few: the first behind `label`, the others below its start.
    pub(crate) fn paragraph(&mut self, label: &str, text: &str, ink: Ink) {
        let indent = width(label);
        let lines = wrapped(&plain(text), self.style.width.saturating_sub(indent));
        for (at, line) in lines.into_iter().enumerate() {
            let label = if at == 0 { label.to_owned() } else { String::new() };
            self.line([(label, Ink::Plain, indent), (line, ink, 0)]);
        }
    }

    /// Rows that are cut to the page: the widest columns give way first.
    pub(crate) fn table(&mut self, indent: usize, rows: &[Vec<Cell>]) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let natural =
            |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| width(&cell.text)).max();
        let room = self.style.width.saturating_sub(indent + GAP * columns.saturating_sub(1));
        let widths = fit((0..columns).map(|column| natural(column).unwrap_or(0)).collect(), room);
        for row in rows {
            self.row(indent, row, &widths, |cell, width| vec![cell.clipped(width)]);
        }
    }

    /// Rows whose last column takes several lines if it must.
    pub(crate) fn table_with_prose(&mut self, indent: usize, rows: &[Vec<Cell>]) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let natural =
            |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| width(&cell.text)).max();
        let mut widths: Vec<_> = (0..columns).map(|column| natural(column).unwrap_or(0)).collect();
        if let Some((last, others)) = widths.split_last_mut() {
            let taken: usize = others.iter().map(|width| width + GAP).sum();
            *last = self.style.width.saturating_sub(indent + taken).max(1);
        }
        for row in rows {
            self.row(indent, row, &widths, |cell, width| wrapped(&cell.text, width));
        }
    }

    /// One row: every cell but the last is one line.
    fn row(
        &mut self,
        indent: usize,
        row: &[Cell],
        widths: &[usize],
        lines: impl Fn(&Cell, usize) -> Vec<String>,
    ) {
        let Some((last, others)) = row.split_last() else { return };
        let mut cells = vec![(String::new(), Ink::Plain, indent)];
        for (cell, width) in others.iter().zip(widths) {
            cells.push((cell.clipped(*width), cell.ink, width + GAP));
        }
        let taken = cells.iter().map(|(_, _, width)| width).sum();
        let mut lines = lines(last, widths[others.len()]).into_iter();
        cells.push((lines.next().unwrap_or_default(), last.ink, 0));
        self.line(cells);
        lines.for_each(|line| self.line([(String::new(), Ink::Plain, taken), (line, last.ink, 0)]));
    }

    /// Texts, each padded to a width; nothing is padded before nothing.
    fn line(&mut self, cells: impl IntoIterator<Item = (String, Ink, usize)>) {
        let mut padding = 0;
        let mut is_first = true;
        for (mut text, ink, room) in cells {
            if text.is_empty() {
                padding += room;
                continue;
            }
            if std::mem::take(&mut is_first) {
                text = no_command(text);
            }
            self.out.extend(std::iter::repeat_n(' ', padding));
            self.out.push_str(&self.painted(&text, ink));
            padding = room.saturating_sub(width(&text));
        }
        self.out.push('\n');
    }

    fn painted(&self, text: &str, ink: Ink) -> String {
        let code = match ink {
            _ if !self.style.color => return text.to_owned(),
            Ink::Plain => return text.to_owned(),
            Ink::Strong => 1,
            Ink::Faint => 2,
            Ink::Bad => 31,
            Ink::Good => 32,
            Ink::Dubious => 33,
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

/// The widths that columns get: as wide as they are, or the widest cut until all fit.
fn fit(mut widths: Vec<usize>, room: usize) -> Vec<usize> {
    widths.iter_mut().for_each(|width| *width = (*width).min(room));
    while widths.iter().sum::<usize>() > room {
        let Some(widest) = widths.iter_mut().max() else { break };
        *widest -= 1;
    }
    widths
}

/// The columns that a text takes, at most: terminals differ about what is joined into one.
fn width(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// The start of a text, with an ellipsis if there is more.
fn clipped(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let mut taken = 0;
    let fits = |c: &char| {
        taken += c.width().unwrap_or(0);
        taken < room
    };
    let start: String = text.chars().take_while(fits).collect();
    if room == 0 { start } else { format!("{}…", start.trim_end()) }
}

/// A text in lines, cut between words, or within one that is wider than a line.
fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut rest = text.trim();
    while !rest.is_empty() && lines.len() <= MOST_LINES {
        let (word, after) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
        let line = lines.last_mut().expect("there is always a line");
        let gap = usize::from(!line.is_empty());
        if width(line) + gap + width(word) <= room {
            line.extend(std::iter::repeat_n(' ', gap));
            line.push_str(word);
            rest = after.trim_start();
        } else if gap == 1 {
            lines.push(String::new());
        } else {
            let mut taken = 0;
            let too_wide = |c: char| {
                taken += c.width().unwrap_or(0);
                taken > room
            };
            // At least one character, so that this ends.
            let first = word.chars().next().map_or(0, char::len_utf8);
            let (part, beyond) = rest.split_at(word.find(too_wide).unwrap_or(word.len()).max(first));
            line.push_str(part);
            lines.push(String::new());
            rest = beyond;
        }
    }
    lines.retain(|line| !line.is_empty());
    if lines.len() > MOST_LINES || !rest.is_empty() {
        lines.truncate(MOST_LINES);
        if let Some(last) = lines.last_mut() {
            *last = clipped(&format!("{last} …"), room);
        }
    }
    lines
}

/// The start of a line. A runner of GitHub Actions obeys what begins with `::`, behind spaces too.
fn no_command(start: String) -> String {
    match start.trim_start().strip_prefix("::") {
        Some(rest) => format!("\u{fffd}:{rest}"),
        None => start,
    }
}

/// A text on one line, of characters that everybody sees where they stand. A runner of GitHub Actions obeys `##[`
/// wherever it stands.
fn plain(text: &str) -> String {
    // What has no width has no end either.
    const LONGEST: usize = 4096;
    let seen = text.chars().filter(|c| !matches!(c, '\u{200d}' | '\u{fe00}'..='\u{fe0f}')).take(LONGEST);
    let plain: String = seen
        .map(|c| match c {
            c if c.is_whitespace() => ' ',
            c if c.is_control() || is_invisible(c) => '\u{fffd}',
            c => c,
        })
        .collect();
    plain.trim().replace("##[", "\u{fffd}#[")
}

/// Characters that turn the order of the letters, or are not seen.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_columns_give_way_first() {
        assert_eq!(fit(vec![8, 20, 30], 60), [8, 20, 30]);
        assert_eq!(fit(vec![8, 20, 30], 40), [8, 16, 16]);
        assert_eq!(fit(vec![usize::MAX, 3], 10), [7, 3]);
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(clipped("日本語パッケージ", 9), "日本語パ…");
        assert_eq!(clipped("日本語パッケージ", 8), "日本語…");
        assert_eq!(clipped("日本語", 6), "日本語");
        assert_eq!(Cell::path("src/very/long/path.rs:12").clipped(10), "…ath.rs:12");
    }

    #[test]
    fn a_text_is_wrapped_between_words_and_ends_after_a_few_lines() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrapped("", 4), Vec::<String>::new());
        let long = wrapped(&"word ".repeat(100), 10);
        assert_eq!((long.len(), long.last().map(String::as_str)), (6, Some("word word…")));
    }

    #[test]
    fn nothing_that_others_wrote_moves_the_cursor() {
        assert_eq!(plain("a\x1b[2J\u{202e}b\r\nc\u{9b}d\u{200d}"), "a\u{fffd}[2J\u{fffd}b  c\u{fffd}d");
    }

    #[test]
    fn no_line_is_a_command_to_a_runner() {
        let style = Style { width: 40, color: false, verbose: false };
        let lines = |fill: &dyn Fn(&mut Page)| {
            let mut page = Page::new(style);
            fill(&mut page);
            page.finish()
        };
        assert_eq!(lines(&|page| page.heading(" ::error::a")), "\u{fffd}:error::a\n");
        let wrapped = format!("{} ::add-mask::e", "x".repeat(34));
        let expected = format!("  {}\n  \u{fffd}:add-mask::e\n", "x".repeat(34));
        assert_eq!(lines(&|page| page.paragraph("  ", &wrapped, Ink::Plain)), expected);
        let cut = format!("{}::add-mask::e", "x".repeat(40));
        let expected = format!("{}\n\u{fffd}:add-mask::e\n", "x".repeat(40));
        assert_eq!(lines(&|page| page.paragraph("", &cut, Ink::Plain)), expected);
        let row = [vec![Cell::new("", Ink::Plain), Cell::new("::stop-commands::x", Ink::Plain)]];
        assert_eq!(lines(&|page| page.table(2, &row)), "    \u{fffd}:stop-commands::x\n");
        let row = [vec![Cell::new("a", Ink::Plain), Cell::new("::b ###[add-mask]c", Ink::Plain)]];
        assert_eq!(lines(&|page| page.table(2, &row)), "  a  ::b #\u{fffd}#[add-mask]c\n");
    }
}
